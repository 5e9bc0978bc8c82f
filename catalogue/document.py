"""Data of AddMessage as a document: parsed safely, with the site that it names."""

from __future__ import annotations

import enum
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Any, Final, cast

from lxml import etree

from catalogue.element import Element
from catalogue.violation import Violation, excerpt

NAMESPACE: Final = "urn:message-schema"
LARGEST_DATA: Final = 3 * 1024 * 1024
"""Bytes of Data, in UTF-8 (decision 17)."""
TOO_LARGE: Final = f"The message exceeds the maximum size of {LARGEST_DATA // (1024 * 1024)} MB."
DEEPEST: Final = 64
MOST_ATTRIBUTES: Final = 32
MOST_ELEMENTS: Final = 100_000
MOST_ATTRIBUTES_IN_ALL: Final = 30_000
MOST_NAMESPACES: Final = 1_000
"""Namespace declarations in all: moving elements and explaining errors takes time with their number."""
SPACE: Final = " \t\r\n"

SAFELY: Final[dict[str, Any]] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}
DECLARATION: Final = re.compile(r"\s*<\?xml\s[^>]*\?>")
NOT_NEWLINE: Final = re.compile(r"[^\n]")
POSITION: Final = re.compile(r"\s*,? line \d+, column \d+$")
INT: Final = re.compile(r"[+-]?0*[0-9]{1,10}")

# libxml2 evaluates these in linear time, also on documents made to hurt; lxml's own access to attributes is quadratic.
HARM: Final = {
    f"boolean(/{'/'.join('*' * (DEEPEST + 1))})": f"elements more than {DEEPEST} deep",
    f"count(//*) > {MOST_ELEMENTS}": f"more than {MOST_ELEMENTS} elements",
    f"boolean(//@*[position() > {MOST_ATTRIBUTES}])": f"more than {MOST_ATTRIBUTES} attributes on an element",
    f"count(//@*) > {MOST_ATTRIBUTES_IN_ALL}": f"more than {MOST_ATTRIBUTES_IN_ALL} attributes",
}
HARMFUL: Final = etree.XPath(" or ".join(HARM))


class Parsers(threading.local):
    """A parser for each thread: making one takes a sixth of a small document's time, and sharing one would queue."""

    def __init__(self) -> None:
        self.parser = etree.XMLParser(encoding="utf-8", collect_ids=False, **SAFELY)


PARSERS: Final = Parsers()


class MalformedData(ValueError):  # noqa: N818 (the name that the steps of decisions use: "Data well-formed")
    """Data is no well-formed document, or one that is made to hurt. Lines and columns count from 1."""

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        """`message` says what was found, in words that fit a status detail."""
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column

    @property
    def violation(self) -> Violation:
        """The same as a violation of the schema, for one form of text."""
        at = "" if self.column is None else f" at column {self.column}"
        return Violation("/", self.line, "a well-formed XML document", f"{self.message}{at}")

    @property
    def text(self) -> str:
        """The text of the status detail."""
        return self.violation.text


class SiteState(enum.Enum):
    """What a message says about its site."""

    ABSENT = "absent"
    GIVEN = "given"
    CONFLICTING = "conflicting"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class SiteReference:
    """The site that a message names; `value` only when the state is GIVEN."""

    state: SiteState
    value: int | None = None


@dataclass(frozen=True)
class Document:
    """A parsed message. `root` is changed in place by normalisation; `source` is what the partner sent."""

    root: Element
    source: str
    site_id: SiteReference


def parse_data(data: str, *, with_site: bool = True) -> Document:
    """Parses Data: no DTD, no entities, bounded in size, depth, elements and attributes; raises MalformedData.

    White space around the document, a byte order mark and an XML declaration of any encoding are let pass (contract
    section 5); lines and columns stay those of what was sent. with_site: whether anybody asks which site it names.
    """
    try:
        octets = without_declaration(data).encode()
    except UnicodeEncodeError as error:
        raise MalformedData("a lone surrogate") from error
    if len(octets) > LARGEST_DATA:
        raise MalformedData(f"more than {LARGEST_DATA} bytes")
    try:
        root = etree.fromstring(octets, PARSERS.parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        reason = excerpt(without_line(POSITION.sub("", error.msg or "nothing"), line))
        raise MalformedData(reason, line or None, column or None) from None
    refuse_harm(root, octets)
    if octets.count(b"xmlns") > MOST_NAMESPACES and count_namespaces(octets) > MOST_NAMESPACES:
        raise MalformedData(f"more than {MOST_NAMESPACES} namespace declarations")
    site = site_reference(root) if with_site and "SiteId" in data else SiteReference(SiteState.ABSENT)
    return Document(root, data, site)


def without_line(reason: str, line: int) -> str:
    """Leaves out that what is wrong began in the line that it was found in; in another line is worth saying."""
    return re.sub(rf" line {line}\b", "", reason)


def without_declaration(data: str) -> str:
    """Blanks out byte order mark and XML declaration: in text that is decoded already, its encoding is history."""
    if data.startswith("\ufeff"):
        data = " " + data[1:]
    declaration = DECLARATION.match(data)
    if declaration is None:
        return data
    return NOT_NEWLINE.sub(" ", declaration.group()) + data[declaration.end() :]


def refuse_harm(root: Element, octets: bytes) -> None:
    """Raises MalformedData for a DTD and for a document that is out of proportion."""
    if cast("etree.DTD | None", root.getroottree().docinfo.internalDTD) is not None:
        raise MalformedData("a document type declaration")
    # Markup below these counts cannot make a document out of proportion, and most messages are below.
    is_small = octets.count(b"<") < DEEPEST and octets.count(b"=") <= MOST_ATTRIBUTES
    if not is_small and HARMFUL(root):
        raise MalformedData(next(words for condition, words in HARM.items() if root.xpath(condition)))


def count_namespaces(octets: bytes) -> int:
    """Namespace declarations in a document that parses."""
    return sum(1 for _ in etree.iterparse(BytesIO(octets), events=("start-ns",), **SAFELY))


@cache
def tags_of(name: str) -> tuple[str, str]:
    """A name under the message as it may be sent: qualified, or without a namespace."""
    return f"{{{NAMESPACE}}}{name}", name


def entity_members(root: Element, *names: str) -> Iterator[Element]:
    """Elements of these names that stand under an entity of the message: under its body, or under each Event."""
    tags = [tag for name in names for tag in tags_of(name)]
    for body in root:
        if len(body):
            yield from body.iterchildren(*tags)
    for events in root.iterchildren(*tags_of("Events")):
        for event in events:
            yield from event.iterchildren(*tags)


def site_reference(root: Element) -> SiteReference:
    """What the SiteIds under the message and under its entities say together (decisions, step 4)."""
    under_message = root.iterchildren(*tags_of("SiteId"))
    texts = {(site.text or "").strip(SPACE) for site in (*under_message, *entity_members(root, "SiteId"))} - {""}
    if not texts:
        return SiteReference(SiteState.ABSENT)
    values = {read_int(text) for text in texts}
    if None in values:
        return SiteReference(SiteState.UNREADABLE)
    if len(values) > 1:
        return SiteReference(SiteState.CONFLICTING)
    return SiteReference(SiteState.GIVEN, values.pop())


def read_int(text: str) -> int | None:
    """Reads an xs:int; None when it is none."""
    if INT.fullmatch(text) is None:
        return None
    value = int(text)
    return value if -(2**31) <= value < 2**31 else None
