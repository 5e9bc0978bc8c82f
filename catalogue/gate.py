"""The accept gate: normalise, ask libxml2, and explain only what it refuses (decisions 4 and 5)."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from catalogue.document import Document
from catalogue.element import Element
from catalogue.explain import Explainer
from catalogue.model import Catalogue, MessageType
from catalogue.normalise import bring_into_form
from catalogue.violation import Violation


@dataclass(frozen=True)
class Accepted:
    """The message in the form of its schema."""

    element: Element
    as_sent: bool
    """Whether it was in that form already: to normalise it anew would change nothing."""


@dataclass(frozen=True)
class Rejected:
    """Why not; never empty, in the order of the message."""

    violations: tuple[Violation, ...]


class Gate:
    """Holds the compiled schema of every type; one for all threads.

    libxml2's verdict is sound under threads but the error log of a shared schema is not: it mixes up messages, so
    nothing here reads it.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        """Compiles the schemas."""
        self.schemas = {kind.name: etree.XMLSchema(etree.fromstring(kind.schema)) for kind in catalogue.types}
        self.explainer = Explainer()

    def accept(self, document: Document, message_type: MessageType) -> Accepted | None:
        """Returns the normalised message, or None when the schema refuses it. Takes microseconds."""
        changed = bring_into_form(document, message_type)
        root = document.root
        if root.tag == message_type.shape.tag and self.schemas[message_type.name](root):
            return Accepted(root, not changed)
        return None

    def explain(self, document: Document, message_type: MessageType) -> tuple[Violation, ...]:
        """Why `accept` refused the document. Takes up to a second, so it belongs off the event loop."""
        return self.explainer.explain(document.source, message_type)

    def check(self, document: Document, message_type: MessageType) -> Accepted | Rejected:
        """`accept`, then `explain` where it refused."""
        return self.accept(document, message_type) or Rejected(self.explain(document, message_type))
