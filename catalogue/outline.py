"""A schema as its readers want it: a tree of elements, each with its type, limits, default and meaning."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lxml import etree

from catalogue.element import Element
from catalogue.shape import XS, ShapeReader, noted_aliases, repeats

DEFAULT: Final = (re.compile(r"\bDefault: ([^.,;]+?)(?:[.,;]|$)"), re.compile(r"(\w+)(?: \(|, )the default\)"))
LENGTHS: Final = {"length": "exactly {} characters", "minLength": "at least {}", "maxLength": "at most {} characters"}
BOUNDS: Final = {
    "minInclusive": "{} or more",
    "maxInclusive": "{} or less",
    "minExclusive": "more than {}",
    "maxExclusive": "less than {}",
    "totalDigits": "at most {} digits",
    "fractionDigits": "at most {} digits after the point",
    "pattern": "matches {}",
}
SHORTEST: Final = re.compile(r"at least (\d+); at most (\d+) characters")


@dataclass(frozen=True)
class Value:
    """What a simple value may be. `values` are those of an enumeration, with what else is taken for each."""

    kind: str
    limits: str = ""
    values: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Part:
    """An element, or an attribute of one. `occurrence` is "required", "optional", or "one of" for one of a choice.

    path: from the document element on, attributes as @Name. default: as the documentation says it, "" for none.
    aliases: other names that are taken. value is None where it holds elements. A type that holds itself is shown once:
    its inner part has no children.
    """

    name: str
    path: str
    occurrence: str
    repeated: bool
    value: Value | None
    documentation: str
    default: str
    aliases: tuple[str, ...]
    children: tuple[Part, ...]

    def walk(self, depth: int = 0) -> Iterator[tuple[int, Part]]:
        """Yields this part and all below it, each with its depth."""
        yield depth, self
        for child in self.children:
            yield from child.walk(depth + 1)


def outline_of(schema: str) -> Part:
    """Returns the document element of a self-contained schema (see catalogue.flatten)."""
    root = etree.fromstring(schema)
    declared = root.find(f"{XS}element")
    if declared is None:
        raise ValueError("the schema declares no element")
    return OutlineReader(root).element(declared, None, "", frozenset())


class OutlineReader:
    """Reads one flat schema."""

    def __init__(self, schema: Element) -> None:
        """`schema` is the xs:schema element."""
        self.reader = ShapeReader(schema)

    def element(self, declared: Element, choice: Element | None, above: str, open_types: frozenset[Element]) -> Part:
        """The part of an element declaration; open_types are those that it stands in."""
        name = declared.get("name", "")
        path = f"{above}/{name}"
        kind = self.reader.type_of(declared)
        documentation = documentation_of(declared)
        children: tuple[Part, ...] = ()
        if not isinstance(kind, str) and kind not in open_types:
            children = tuple(self.children(kind, path, open_types | {kind}))
        return Part(
            name,
            path,
            occurrence_of(declared, choice),
            repeats(declared) or (choice is not None and repeats(choice)),
            self.value(kind),
            documentation,
            default_in(documentation),
            tuple(noted_aliases(declared)),
            children,
        )

    def children(self, kind: Element, path: str, open_types: frozenset[Element]) -> Iterator[Part]:
        """Attributes and elements of a type, those of the types that it extends first."""
        for attribute in self.attributes(kind):
            documentation = documentation_of(attribute)
            name = f"@{attribute.get('name')}"
            occurrence = "required" if attribute.get("use") == "required" else "optional"
            value = self.value(self.reader.type_of(attribute))
            default = default_in(documentation)
            yield Part(name, f"{path}/{name}", occurrence, False, value, documentation, default, (), ())
        if kind.tag == f"{XS}complexType" and kind.find(f"{XS}simpleContent") is None:
            for declared, choice in self.reader.particles(kind, None):
                yield self.element(declared, choice, path, open_types)

    def attributes(self, kind: Element) -> Iterator[Element]:
        """Attribute declarations of a type and of those that it is derived from."""
        for derived in kind.iterfind(f"{XS}*/{XS}extension"):
            base = self.reader.globals.get(derived.get("base", ""))
            if base is not None:
                yield from self.attributes(base)
        yield from kind.iterfind(f"{XS}attribute")
        yield from kind.iterfind(f"{XS}*/{XS}extension/{XS}attribute")

    def value(self, kind: Element | str) -> Value | None:
        """What a type's value may be; None for a type that holds elements."""
        if isinstance(kind, str):
            return Value("any XML" if kind == "xs:anyType" else kind.removeprefix("xs:"))
        if kind.tag == f"{XS}complexType":
            content = kind.find(f"{XS}simpleContent/*")
            if content is not None:
                return self.value(self.reader.type_of(content))
            return Value("any XML") if any(True for _ in kind.iter(f"{XS}any")) else None
        return self.simple(kind)

    def simple(self, kind: Element) -> Value:
        """What a simple type lets pass."""
        derived = next(child for child in kind if child.tag != f"{XS}annotation")
        if derived.tag == f"{XS}union":
            members = [self.reader.globals.get(name, name) for name in derived.get("memberTypes", "").split()]
            members += list(derived.iterchildren(f"{XS}simpleType"))
            return merged([value for value in map(self.value, members) if value is not None])
        if derived.tag == f"{XS}list":
            item = derived.get("itemType", "")
            inner = derived.find(f"{XS}simpleType")
            value = self.value(self.reader.globals.get(item, item) if inner is None else inner) or Value("string")
            return Value(f"list of {value.kind}, separated by spaces", value.limits, value.values, value.aliases)
        base = self.value(self.reader.type_of(derived)) or Value("string")
        found = list(derived.iterchildren(f"{XS}enumeration"))
        values = tuple(one.get("value", "") for one in found) or base.values
        aliases = tuple(f"{alias} as {one.get('value')}" for one in found for alias in noted_aliases(one))
        limits = "; ".join(text for text in (base.limits, limits_of(derived)) if text)
        return Value(base.kind, SHORTEST.sub(r"\1 to \2 characters", limits), values, aliases or base.aliases)


def occurrence_of(declared: Element, choice: Element | None) -> str:
    """Whether an element must be there; of a choice one is enough."""
    if choice is not None:
        return "one of" if choice.get("minOccurs") != "0" else "optional"
    return "optional" if declared.get("minOccurs") == "0" else "required"


def limits_of(restriction: Element) -> str:
    """The facets of a restriction in words."""
    words = LENGTHS | BOUNDS
    facets = ((etree.QName(facet).localname, facet.get("value", "")) for facet in restriction.iterchildren(f"{XS}*"))
    return "; ".join(words[name].format(value) for name, value in facets if name in words)


def merged(values: list[Value]) -> Value:
    """A value of one of several types."""
    kinds = dict.fromkeys(value.kind for value in values)
    return Value(
        " or ".join(kinds),
        "; ".join(dict.fromkeys(value.limits for value in values if value.limits)),
        tuple(one for value in values for one in value.values),
        tuple(one for value in values for one in value.aliases),
    )


def documentation_of(declared: Element) -> str:
    """The documentation of a declaration on one line."""
    return " ".join((declared.findtext(f"{XS}annotation/{XS}documentation") or "").split())


def default_in(documentation: str) -> str:
    """The default that a documentation names."""
    found = (pattern.search(documentation) for pattern in DEFAULT)
    return next((match.group(1) for match in found if match is not None), "")
