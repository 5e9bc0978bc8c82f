"""Explains a rejection: path and line in what the partner sent, what the schema expects there, what was found."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable
from itertools import islice
from typing import Any, Final, TypeAlias, cast

import xmlschema
from lxml import etree

from catalogue.document import SPACE, Document, SiteState, entity_members, parse_data, tags_of
from catalogue.element import Element
from catalogue.model import MessageType
from catalogue.normalise import normalise
from catalogue.reasons import violation_of
from catalogue.violation import Violation, excerpt, line_of, named, quoted

MOST_VIOLATIONS: Final = 20
MOST_EXPLAINED: Final = 5_000
"""Elements of a message that xmlschema looks at (about 30 us each); beyond, libxml2's own words have to do."""
MOST_NAMESPACES: Final = 100
"""Namespace declarations of such a message: each of xmlschema's look-ups takes time with their number."""

Paths: TypeAlias = dict[Element, str]


class Explainer:
    """Holds the xmlschema schemas, each built (0.1 s) when it is first needed."""

    def __init__(self) -> None:
        """Starts without any schema."""
        self.schemas: dict[str, xmlschema.XMLSchema10] = {}
        self.lock = threading.Lock()

    def explain(self, source: str, message_type: MessageType) -> tuple[Violation, ...]:
        """Violations of a document that libxml2 refuses: at least one, at most 20, by line."""
        document = parse_data(source)
        paths = paths_of(document.root)
        root_violation = wrong_root(document.root, message_type)
        if root_violation is not None:
            return (root_violation,)
        found = conflicting_sites(document, paths)
        root = normalise(document, message_type)
        if not found and len(paths) <= MOST_EXPLAINED and source.count("xmlns") <= MOST_NAMESPACES:
            found = self.by_xmlschema(root, message_type, paths)
        found = found or by_libxml2(root, message_type, paths)
        return tuple(sorted(found, key=lambda violation: violation.line or 0))

    def by_xmlschema(self, root: Element, message_type: MessageType, paths: Paths) -> list[Violation]:
        """What xmlschema finds."""
        with self.lock:
            schema = self.schemas.get(message_type.name)
            if schema is None:
                schema = xmlschema.XMLSchema10(message_type.schema, allow="none", defuse="always")
                self.schemas[message_type.name] = schema
            errors = list(islice(schema.iter_errors(root, use_location_hints=False), MOST_VIOLATIONS))
        violations = (violation_of(error, paths) for error in errors)
        return [violation for violation in violations if violation is not None]


def paths_of(root: Element) -> Paths:
    """The path of every element, by local names, with a number where neighbours share a name."""
    paths = {root: f"/{local_name(root)}"}
    for parent in root.iter():
        names = Counter(child.tag for child in parent)
        seen: Counter[str] = Counter()
        for child in parent:
            seen[child.tag] += 1
            number = f"[{seen[child.tag]}]" if names[child.tag] > 1 else ""
            paths[child] = f"{paths[parent]}/{local_name(child)}{number}"
    return paths


def local_name(element: Element) -> str:
    """Name without its namespace, never longer than an excerpt."""
    return excerpt(etree.QName(element).localname)


def wrong_root(root: Element, message_type: MessageType) -> Violation | None:
    """A document element of another name or namespace."""
    expected = etree.QName(message_type.shape.tag)
    if root.tag == message_type.shape.tag:
        return None
    words = f"element {expected.localname} in namespace '{expected.namespace}'"
    return Violation(f"/{local_name(root)}", line_of(root), words, named(root))


def conflicting_sites(document: Document, paths: Paths) -> list[Violation]:
    """SiteIds of one message that differ (decisions, step 4)."""
    if document.site_id.state is not SiteState.CONFLICTING:
        return []
    sites = [*document.root.iterchildren(*tags_of("SiteId")), *entity_members(document.root, "SiteId")]
    values = [(site, (site.text or "").strip(SPACE)) for site in sites]
    first = next(value for _, value in values if value)
    expected = f"the same SiteId throughout the message, {quoted(first)}"
    others = ((site, value) for site, value in values if value and value != first)
    return [
        Violation(paths[site], line_of(site), expected, quoted(value))
        for site, value in islice(others, MOST_VIOLATIONS)
    ]


def by_libxml2(root: Element, message_type: MessageType, paths: Paths) -> list[Violation]:
    """What libxml2 says, from a schema of its own, whose error log is nobody else's."""
    schema = etree.XMLSchema(etree.fromstring(message_type.schema))
    schema(root)
    namespace = f"{{{etree.QName(root).namespace}}}"
    violations = []
    for entry in list(cast("Iterable[Any]", schema.error_log))[:MOST_VIOLATIONS]:
        (element,) = cast("list[Element]", root.xpath(entry.path))
        said = excerpt(entry.message.replace(namespace, "")).rstrip(".")
        violations.append(Violation(paths[element], line_of(element), "what the schema says", f'"{said}"'))
    return violations
