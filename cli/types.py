"""`orgapi types`: what messages there are, and what each may say."""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from catalogue.examples import Example, examples_of
from catalogue.loader import paragraphs_of
from catalogue.model import MessageType
from catalogue.outline import Part, outline_of
from cli.connection import AsJson
from cli.message_types import Added, Numbers, find_type, open_catalogue
from cli.output import print_rows, reported

app = typer.Typer(no_args_is_help=True)

COLUMNS = ["identifier", "name", "processing", "access", "summary"]
STYLES = ["cyan", "bold green", "", "magenta", ""]
PARTS = ["element", "type", "occurrence", "default", "documentation"]


@app.command("list")
@reported
def list_types(added: Added = None, numbers: Numbers = None, as_json: AsJson = False) -> None:
    """List the message types by number."""
    types = open_catalogue(added, numbers).types
    print_rows(COLUMNS, [row_of(one) for one in types], as_json=as_json, styles=STYLES)


@app.command("show")
@reported
def show_type(
    name: Annotated[str, typer.Argument(help="Dotted name or number.")],
    schema: Annotated[bool, typer.Option("--schema", help="The XSD as GetMessageTypes publishes it.")] = False,
    example: Annotated[
        str | None, typer.Option(help="An example: minimal, full, or another that `show` names; ready to send.")
    ] = None,
    added: Added = None,
    numbers: Numbers = None,
    as_json: AsJson = False,
) -> None:
    """Show what a message may hold: each element with its type, default and meaning."""
    message_type = find_type(open_catalogue(added, numbers), name)
    if schema:
        typer.echo(message_type.schema, nl=False)
    elif example is not None:
        typer.echo(find_example(message_type, example).data, nl=False)
    else:
        show_outline(message_type, as_json=as_json)


def row_of(message_type: MessageType) -> list[str]:
    return [
        str(message_type.identifier),
        message_type.name,
        message_type.processing.name.capitalize(),
        access_of(message_type),
        message_type.summary,
    ]


def access_of(message_type: MessageType) -> str:
    return "read" if message_type.is_read else "write"


def find_example(message_type: MessageType, name: str) -> Example:
    """Returns the example of that name, "valid-" left out or not; raises BadParameter."""
    examples = examples_of(message_type.folder)
    found = next((one for one in examples if one.name in (name, f"valid-{name}")), None)
    if found is None:
        names = ", ".join(one.name.removeprefix("valid-") for one in examples)
        raise typer.BadParameter(f"{message_type.name} has no example {name!r}; it has: {names or 'none'}.")
    return found


def show_outline(message_type: MessageType, *, as_json: bool) -> None:
    """Prints the elements: in a terminal as a tree, else a row for each path."""
    outline = outline_of(message_type.schema)
    if as_json or not sys.stdout.isatty():
        print_rows(PARTS, [part_row(part) for _, part in outline.walk()], as_json=as_json)
        return
    identifiers = ", ".join(str(number) for number in (message_type.identifier, *message_type.aliases))
    head = f"({identifiers}; {message_type.processing.name.lower()}, {access_of(message_type)})"
    names = ", ".join(one.name.removeprefix("valid-") for one in examples_of(message_type.folder))
    console = Console()
    console.print(Text.assemble((message_type.name, "bold"), f" {head}\n"))
    for paragraph in paragraphs_of(message_type.schema):
        console.print(Text(f"{paragraph}\n"))
    console.print(branch_of(outline))
    console.print(Text(f"\nExamples, for --example: {names or 'none'}"))


def branch_of(part: Part) -> Tree:
    """Returns the tree of an element for a terminal."""
    facts = [(type_words(part), "cyan"), (occurrence_of(part), "magenta")]
    if part.default:
        facts.append((f"default {part.default}", "yellow"))
    label = Text.assemble((part.name, "bold green"))
    for fact, style in facts:
        label.append(f"  {fact}" if fact else "", style)
    label.append(f"\n{part.documentation}" if part.documentation else "", "dim")
    tree = Tree(label, guide_style="dim")
    tree.children.extend(branch_of(child) for child in part.children)
    return tree


def part_row(part: Part) -> list[str]:
    return [part.path, type_words(part), occurrence_of(part), part.default, part.documentation]


def occurrence_of(part: Part) -> str:
    return f"{part.occurrence}, repeated" if part.repeated else part.occurrence


def type_words(part: Part) -> str:
    """Returns what a value may be in one line; "" for what holds elements."""
    if part.value is None:
        return ""
    words = [part.value.kind, part.value.limits, " | ".join(part.value.values)]
    return ": ".join(word for word in words if word)
