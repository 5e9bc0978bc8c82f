"""`orgapi validate`: the verdict that AddMessage gives on the form of a message, without a server."""

from __future__ import annotations

import codecs
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from catalogue.document import LARGEST_DATA, TOO_LARGE, MalformedData, parse_data
from catalogue.gate import Gate, Rejected
from catalogue.model import Catalogue, MessageType
from catalogue.violation import REJECTED, Violation
from cli.connection import AsJson
from cli.message_types import Added, Numbers, find_type, open_catalogue
from cli.output import fail, print_rows, reported

COLUMNS = ["path", "line", "expected", "found"]
STYLES = ["bold", "cyan", "green", "red"]
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
ENCODING = re.compile(rb"""\s*<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")


@reported
def validate(
    file: Annotated[str, typer.Argument(help="The message, as it goes into Data of AddMessage; - for standard input.")],
    message_type: Annotated[str, typer.Option("--type", help="Dotted name or number of its type.")],
    added: Added = None,
    numbers: Numbers = None,
    as_json: AsJson = False,
) -> None:
    """Check a message as AddMessage does, with path and line of what is wrong.

    The exit status is 0 for a good message, 1 for one that would be rejected, 2 for a wrong call.
    """
    kind = find_type(open_catalogue(added, numbers), message_type)
    name = "Standard input" if file == "-" else file
    text = read_message(file)
    if len(text.encode("utf-8", "surrogatepass")) > LARGEST_DATA:
        fail(f"{name}: {TOO_LARGE}")
    violations = verdict(text, kind)
    if violations is None:
        if not as_json:
            typer.secho(f"{name} is a good {kind.name}.", fg="green")
        return
    print_rows(COLUMNS, [row_of(one) for one in violations], as_json=as_json, styles=STYLES)
    fail(f"{name} is no {kind.name}: {REJECTED}")


def verdict(text: str, message_type: MessageType) -> Sequence[Violation] | None:
    """Returns why the accept gate refuses a message; None when it takes it."""
    try:
        outcome = Gate(Catalogue([message_type], [])).check(parse_data(text), message_type)
    except MalformedData as error:
        return [error.violation]
    return outcome.violations if isinstance(outcome, Rejected) else None


def row_of(violation: Violation) -> list[str]:
    line = "" if violation.line is None else str(violation.line)
    return [violation.path, line, violation.expected, violation.found]


def read_message(file: str) -> str:
    """Reads a file, or standard input for "-"; raises BadParameter for what is no text."""
    try:
        content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise typer.BadParameter(f"{file} cannot be read: {error.strerror}.") from error
    encoding = encoding_of(content)
    try:
        return content.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise typer.BadParameter(f"{file} is no text in the encoding {encoding}.") from error


def encoding_of(content: bytes) -> str:
    """Returns the encoding that a mark at the start or the XML declaration names, else UTF-8."""
    if content.startswith(UTF_16):
        return "utf-16"
    found = ENCODING.match(content)
    declared = "utf-8" if found is None else found.group(1).decode("ascii")
    # A declaration that can be read byte by byte is not in the UTF-16 that .NET's strings say they are in.
    return "utf-8-sig" if declared.lower().startswith(("utf-8", "utf-16")) else declared
