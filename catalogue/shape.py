"""What normalisation knows of a schema: which elements may be absent, which values are trimmed, and so on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from lxml import etree

from catalogue.element import Element

XS: Final = "{http://www.w3.org/2001/XMLSchema}"
ALIAS: Final = "{urn:organisation-api:catalogue}alias"
UNTRIMMED: Final = frozenset({"xs:string", "xs:normalizedString", "xs:anySimpleType", "xs:anyType"})


@dataclass(eq=False)
class Shape:
    """One element of a message. `children` holds each child under every tag that it may be sent with.

    droppable: may be absent and comes once, so that without content it is the same as absent.
    trimmed:   white space around the value carries no meaning.
    listing:   holds nothing but a list of one kind of element, so that several in a row mean one.
    foreign:   holds XML of others, which stays as it is.
    """

    tag: str
    droppable: bool = False
    trimmed: bool = False
    listing: bool = False
    foreign: bool = False
    children: dict[str, Shape] = field(default_factory=dict)

    @cached_property
    def places(self) -> dict[str, int]:
        """Place of each child in the order of the schema, by tag."""
        return {child.tag: place for place, child in enumerate(self.children.values())}


def shape_of(schema: str) -> Shape:
    """Returns the shape of the document element of a self-contained schema (see catalogue.flatten)."""
    root = etree.fromstring(schema)
    declared = root.find(f"{XS}element")
    if declared is None:
        raise ValueError("the schema declares no element")
    return ShapeReader(root).element(declared, in_choice=False)


class ShapeReader:
    """Reads one flat schema; a type that holds itself gives shapes that hold themselves."""

    def __init__(self, schema: Element) -> None:
        """`schema` is the xs:schema element."""
        self.namespace = schema.get("targetNamespace", "")
        self.globals = {f"m:{node.get('name')}": node for node in schema if node.tag != f"{XS}element"}
        self.children: dict[Element, dict[str, Shape]] = {}

    def element(self, declared: Element, *, in_choice: bool) -> Shape:
        """Shape of an element declaration."""
        may_be_absent = in_choice or declared.get("minOccurs") == "0"
        kind = self.type_of(declared)
        shape = Shape(f"{{{self.namespace}}}{declared.get('name')}", may_be_absent and not repeats(declared))
        if isinstance(kind, str) or kind.tag == f"{XS}simpleType" or kind.find(f"{XS}simpleContent") is not None:
            shape.trimmed = self.is_trimmed(kind)
            return shape
        shape.foreign = any(True for _ in kind.iter(f"{XS}any"))
        particles = list(self.particles(kind, in_choice=False))
        shape.listing = len(particles) == 1 and repeats(particles[0][0])
        shape.children = self.children_of(kind, particles)
        return shape

    def children_of(self, kind: Element, particles: list[tuple[Element, bool]]) -> dict[str, Shape]:
        """Shapes of a type's children by tag: qualified, without a namespace, and by alias."""
        if kind in self.children:
            return self.children[kind]
        children = self.children[kind] = {}
        for declared, in_choice in particles:
            shape = self.element(declared, in_choice=in_choice)
            names = [declared.get("name"), *(alias.text for alias in declared.iter(ALIAS))]
            for name in names:
                children[f"{{{self.namespace}}}{name}"] = children[f"{name}"] = shape
        return children

    def particles(self, node: Element, *, in_choice: bool) -> Iterator[tuple[Element, bool]]:
        """Element declarations of a content model in order, each with whether it is one of several to choose from."""
        for child in node:
            if child.tag == f"{XS}element":
                yield child, in_choice
            elif child.tag == f"{XS}group":
                yield from self.particles(self.globals[child.get("ref", "")], in_choice=in_choice)
            elif child.tag in {f"{XS}extension", f"{XS}restriction"} and child.get("base") in self.globals:
                if child.tag == f"{XS}extension":
                    yield from self.particles(self.globals[child.get("base", "")], in_choice=in_choice)
                yield from self.particles(child, in_choice=in_choice)
            elif child.tag not in {f"{XS}annotation", f"{XS}attribute"}:
                yield from self.particles(child, in_choice=in_choice or child.tag == f"{XS}choice")

    def type_of(self, node: Element) -> Element | str:
        """The type that a declaration names or holds: its node, or the name of a built-in type."""
        name = node.get("type") or node.get("base")
        if name is not None:
            return self.globals.get(name, name)
        held = [child for child in node if child.tag in {f"{XS}simpleType", f"{XS}complexType"}]
        return held[0] if held else "xs:anyType"

    def is_trimmed(self, kind: Element | str) -> bool:
        """Whether a simple value loses the white space around it."""
        if isinstance(kind, str):
            return kind not in UNTRIMMED
        derived = [*kind.iterchildren(f"{XS}restriction"), *kind.iterfind(f"{XS}simpleContent/*")]
        if not derived:
            return True
        facet = derived[0].find(f"{XS}whiteSpace")
        return facet.get("value") == "collapse" if facet is not None else self.is_trimmed(self.type_of(derived[0]))


def repeats(declared: Element) -> bool:
    """Whether an element may come more than once."""
    return declared.get("maxOccurs", "1") not in {"0", "1"}
