"""XML out of a package, parsed only after its shape has been measured: no DTD, no network, bounded every way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypeAlias
from xml.parsers import expat

from lxml import etree

from lms.packages.errors import PackageError, quoted

Element: TypeAlias = etree._Element  # noqa: SLF001 (lxml gives its element type no other name)

XML_BYTES: Final = 8 << 20
ELEMENTS: Final = 50_000
DEPTH: Final = 100
ATTRIBUTES: Final = 256


def parse_xml(data: bytes, name: str) -> Element:
    """Parses the file `name` of a package. Raises PackageError when it is not well-formed or has a DTD.

    expat measures the shape in constant memory first; libxml2 then builds a tree whose size is known to be bounded.
    """
    if len(data) > XML_BYTES:
        raise PackageError(f"The file {quoted(name)} in the package is too large.")
    Shape(name).check(data)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise PackageError(f"The file {quoted(name)} in the package is not well-formed XML.") from error


class Shape:
    """Counts elements, depth and attributes of one document, and stops at the first that is too much."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.elements = 0
        self.depth = 0

    def check(self, data: bytes) -> None:
        parser = expat.ParserCreate()
        parser.ordered_attributes = True
        parser.StartDoctypeDeclHandler = self.doctype
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        try:
            parser.Parse(data, True)
        except (expat.ExpatError, ValueError, LookupError) as error:
            raise PackageError(f"The file {quoted(self.name)} in the package is not well-formed XML.") from error

    def doctype(self, *_: object) -> None:
        raise PackageError(f"The file {quoted(self.name)} in the package has a DTD, which is not allowed.")

    def start(self, _: str, attributes: list[str]) -> None:
        self.elements += 1
        self.depth += 1
        if self.elements > ELEMENTS or self.depth > DEPTH or len(attributes) > 2 * ATTRIBUTES:
            raise PackageError(f"The file {quoted(self.name)} in the package is too large or nested too deep.")

    def end(self, _: str) -> None:
        self.depth -= 1


def local(element: Element) -> str:
    """Returns the element's name without its namespace: packages use every version's, and some use none."""
    return str(element.tag).rpartition("}")[2]


def children(element: Element | None, *names: str) -> Iterator[Element]:
    if element is not None:
        yield from (child for child in element if local(child) in names)


def child(element: Element | None, name: str) -> Element | None:
    return next(children(element, name), None)


def descendants(element: Element | None, name: str) -> Iterator[Element]:
    if element is not None:
        yield from (found for found in element.iter() if local(found) == name)


def attribute(element: Element, name: str) -> str:
    """Returns an attribute, stripped; empty when absent."""
    return (element.get(name) or "").strip()


def loose_attribute(element: Element, name: str) -> str:
    """Returns an attribute by its local name in lower case (adlcp:scormtype, adlcp:scormType); empty when absent."""
    keys = (str(key) for key in element.keys())  # noqa: SIM118 (an element iterates over its children)
    return next((attribute(element, key) for key in keys if key.rpartition("}")[2].lower() == name), "")


def text_of(element: Element | None) -> str:
    """Returns all text below an element with its white space collapsed; empty when there is no element."""
    return "" if element is None else " ".join("".join(str(part) for part in element.itertext()).split())
