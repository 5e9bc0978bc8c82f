"""Self-contained schemas: what a schema includes is copied into it, as far as it is used.

Elements that are referred to become local declarations, so that the published text has one possible document element.
"""

from __future__ import annotations

from collections import deque
from copy import deepcopy
from pathlib import Path
from typing import Final, TypeAlias

from lxml import etree

from catalogue.element import Element
from catalogue.model import CatalogueError

XS: Final = "http://www.w3.org/2001/XMLSchema"
CATALOGUE: Final = "urn:organisation-api:catalogue"
QNAME_ATTRIBUTES: Final = ("type", "ref", "base", "itemType", "memberTypes", "substitutionGroup")
TYPE_ATTRIBUTES: Final = ("type", "base", "itemType", "memberTypes")
LIBRARY: Final = Path(__file__).parent

Components: TypeAlias = dict[tuple[str, str], Element]


def flatten(path: Path, root: str | None = None) -> str:
    """Returns the self-contained XSD text of the schema at `path`, its document element declared first.

    The document element is `root`, or the first element that the file itself declares. Included files are looked for
    beside the including one, then by name in the catalogue's own folder. Raises CatalogueError.
    """
    source = read_schema(path)
    target = source.get("targetNamespace", "")
    components: Components = {}
    collect(path, source, target, components, set())
    declared = source.find(f"{{{XS}}}element") if root is None else components.get(("element", root))
    if declared is None:
        raise CatalogueError(f"{path}: no element {root or 'at all'} is declared")
    flat = etree.Element(
        f"{{{XS}}}schema",
        {"targetNamespace": target, "elementFormDefault": "qualified"},
        nsmap={"xs": XS, "m": target, "c": CATALOGUE},
    )
    notes = source.find(f"{{{XS}}}annotation") if root is None else None
    if notes is not None:
        flat.append(deepcopy(notes))
    copy_used(declared, components, flat)
    etree.cleanup_namespaces(flat, top_nsmap={"c": CATALOGUE}, keep_ns_prefixes=["xs", "m"])
    etree.indent(flat)
    return etree.tostring(flat, encoding="unicode") + "\n"


def read_schema(path: Path) -> Element:
    """Parses a schema file; raises CatalogueError."""
    parser = etree.XMLParser(remove_blank_text=True, remove_comments=True, resolve_entities=False, no_network=True)
    try:
        return etree.fromstring(path.read_bytes(), parser)
    except (OSError, etree.XMLSyntaxError) as error:
        raise CatalogueError(f"{path}: {error}") from error


def collect(path: Path, schema: Element, target: str, into: Components, seen: set[Path]) -> None:
    """Adds the global components of a schema and of all that it includes, their QNames in canonical spelling."""
    seen.add(path.resolve())
    for node in schema.iter(f"{{{XS}}}*"):
        for attribute in QNAME_ATTRIBUTES:
            value = node.get(attribute)
            if value is not None:
                node.set(attribute, " ".join(canonical(path, node, name, target) for name in value.split()))
    for component in schema:
        name = component.get("name")
        if name is not None:
            into.setdefault((kind_of(component), name), component)
    for include in schema.findall(f"{{{XS}}}include"):
        included = locate(path, include.get("schemaLocation", ""))
        if included.resolve() not in seen:
            collect(included, read_schema(included), target, into, seen)


def kind_of(component: Element) -> str:
    """Symbol space of a component: simple and complex types share one."""
    local = etree.QName(component).localname
    return "type" if local in {"simpleType", "complexType"} else local


def locate(path: Path, location: str) -> Path:
    """The file that an include means."""
    beside = path.parent / location
    return beside if beside.is_file() else LIBRARY / Path(location).name


def canonical(path: Path, node: Element, name: str, target: str) -> str:
    """A QName with the prefix that the flat schema uses: xs or m. A file without a namespace takes the includer's."""
    prefix, _, local = name.rpartition(":")
    namespace = node.nsmap.get(prefix or None) or target
    if namespace not in {XS, target}:
        raise CatalogueError(f"{path}: {name} is of another namespace, so the schema is not self-contained")
    return f"{'xs' if namespace == XS else 'm'}:{local}"


def copy_used(declared: Element, components: Components, flat: Element) -> None:
    """Appends the document element and then each component that it needs, once."""
    waiting = deque([declared])
    copied = {id(declared)}
    while waiting:
        component = deepcopy(waiting.popleft())
        inline_elements(component, components, ())
        flat.append(component)
        for key in references(component):
            used = components.get(key)
            if used is None:
                raise CatalogueError(f"{key[1]} is not declared")
            if id(used) not in copied:
                copied.add(id(used))
                waiting.append(used)


def inline_elements(node: Element, components: Components, within: tuple[str, ...]) -> None:
    """Replaces each reference to an element by a local declaration with the same name, type and documentation."""
    for reference in list(node.iter(f"{{{XS}}}element")):
        name = (reference.get("ref") or "").removeprefix("m:")
        if not name:
            continue
        declared = components.get(("element", name))
        if declared is None or name in within:
            raise CatalogueError(f"element {name} is {'not declared' if declared is None else 'part of itself'}")
        local = deepcopy(declared)
        inline_elements(local, components, (*within, name))
        occurrence = {key: value for key, value in reference.attrib.items() if key != "ref"}
        reference.attrib.clear()
        for key, value in [*local.attrib.items(), *occurrence.items()]:
            reference.set(key, value)
        reference[:] = list(local)


def references(component: Element) -> list[tuple[str, str]]:
    """Components of the target namespace that a component needs, in document order."""
    found: list[tuple[str, str]] = []
    for node in component.iter(f"{{{XS}}}*"):
        kinds = [("type", attribute) for attribute in TYPE_ATTRIBUTES]
        kinds.append((etree.QName(node).localname, "ref"))
        for kind, attribute in kinds:
            names = (node.get(attribute) or "").split()
            found.extend((kind, name.removeprefix("m:")) for name in names if name.startswith("m:"))
    return found
