"""What normalisation knows of a schema: which elements may be absent, which values are trimmed, and so on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, TypeAlias

from lxml import etree

from catalogue.element import Element

XS: Final = "{http://www.w3.org/2001/XMLSchema}"
ALIAS: Final = "{urn:organisation-api:catalogue}alias"
KEPT_EMPTY: Final = "{urn:organisation-api:catalogue}keptEmpty"
UNTRIMMED: Final = frozenset({"xs:string", "xs:normalizedString", "xs:anySimpleType", "xs:anyType"})

Particle: TypeAlias = tuple[Element, Element | None]
"""An element declaration, and the choice that it is a member of."""


@dataclass(eq=False)
class Shape:
    """One element of a message. `children` holds each child under every tag that it may be sent with.

    droppable: may be absent and comes once, so that without content it is the same as absent; unless its declaration
               says keptEmpty, as where an empty element removes something.
    nillable:  may say xsi:nil, which is not the same as absent.
    rivals:    tags of what may stand in its place; beside one of them, a value without content is the same as absent.
    trimmed:   white space around the value carries no meaning.
    aliases:   what may be sent for a value of an enumeration, and that value.
    listing:   holds nothing but a list of one kind of element, so that several in a row mean one.
    words:     a list of words, so that several in a row mean one with all of their words.
    foreign:   holds XML of others, which stays as it is.
    """

    tag: str
    droppable: bool = False
    nillable: bool = False
    rivals: tuple[str, ...] = ()
    trimmed: bool = False
    aliases: dict[str, str] = field(default_factory=dict)
    listing: bool = False
    words: bool = False
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
    return ShapeReader(root).element(declared, None)


class ShapeReader:
    """Reads one flat schema; a type that holds itself gives shapes that hold themselves."""

    def __init__(self, schema: Element) -> None:
        """`schema` is the xs:schema element."""
        self.namespace = schema.get("targetNamespace", "")
        self.globals = {f"m:{node.get('name')}": node for node in schema if node.tag != f"{XS}element"}
        self.children: dict[Element, dict[str, Shape]] = {}

    def element(self, declared: Element, choice: Element | None) -> Shape:
        """Shape of an element declaration, which may be a member of a choice."""
        may_be_absent = declared.get("minOccurs") == "0" or (choice is not None and choice.get("minOccurs") == "0")
        may_be_absent = may_be_absent and declared.find(f"{XS}annotation/{XS}appinfo/{KEPT_EMPTY}") is None
        comes_once = not repeats(declared) and (choice is None or not repeats(choice))
        kind = self.type_of(declared)
        tag = f"{{{self.namespace}}}{declared.get('name')}"
        shape = Shape(tag, may_be_absent and comes_once, declared.get("nillable") == "true")
        if isinstance(kind, str) or kind.tag == f"{XS}simpleType" or kind.find(f"{XS}simpleContent") is not None:
            shape.trimmed = self.is_trimmed(kind)
            shape.aliases = {} if isinstance(kind, str) else aliases_of(kind)
            shape.words = not isinstance(kind, str) and kind.find(f"{XS}list") is not None
            return shape
        shape.foreign = any(True for _ in kind.iter(f"{XS}any"))
        particles = list(self.particles(kind, None))
        shape.listing = len(particles) == 1 and repeats(particles[0][0])
        shape.children = self.children_of(kind, particles)
        return shape

    def children_of(self, kind: Element, particles: list[Particle]) -> dict[str, Shape]:
        """Shapes of a type's children by tag."""
        if kind in self.children:
            return self.children[kind]
        children = self.children[kind] = {}
        for declared, choice in particles:
            shape = self.element(declared, choice)
            if choice is not None and not repeats(choice):
                others = (other for other, its_choice in particles if its_choice is choice and other is not declared)
                shape.rivals = tuple(tag for other in others for tag in self.tags_of(other))
            children.update(dict.fromkeys(self.tags_of(declared), shape))
        return children

    def tags_of(self, declared: Element) -> Iterator[str]:
        """The tags that an element may be sent with: qualified, without a namespace, and by alias."""
        for name in (declared.get("name"), *noted_aliases(declared)):
            yield f"{{{self.namespace}}}{name}"
            yield f"{name}"

    def particles(self, node: Element, choice: Element | None) -> Iterator[Particle]:
        """Element declarations of a content model in order, each with the choice that it is a member of."""
        for child in node:
            if child.tag == f"{XS}element":
                yield child, choice
            elif child.tag == f"{XS}group":
                yield from self.particles(self.globals[child.get("ref", "")], choice)
            elif child.tag in {f"{XS}extension", f"{XS}restriction"} and child.get("base") in self.globals:
                if child.tag == f"{XS}extension":
                    yield from self.particles(self.globals[child.get("base", "")], choice)
                yield from self.particles(child, choice)
            elif child.tag not in {f"{XS}annotation", f"{XS}attribute"}:
                yield from self.particles(child, child if child.tag == f"{XS}choice" else None)

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


def repeats(particle: Element) -> bool:
    """Whether an element or a choice may come more than once."""
    return particle.get("maxOccurs", "1") not in {"0", "1"}


def aliases_of(kind: Element) -> dict[str, str]:
    """The values of an enumeration by what may be sent in their place."""
    values = kind.iterfind(f"{XS}restriction/{XS}enumeration")
    return {alias: value.get("value", "") for value in values for alias in noted_aliases(value)}


def noted_aliases(component: Element) -> list[str]:
    """The other spellings that the annotation of a component names."""
    return [alias.text or "" for alias in component.iterfind(f"{XS}annotation/{XS}appinfo/{ALIAS}")]
