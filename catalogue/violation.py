"""How a rejection reads: where it stands in what the partner sent, what was expected there, what was found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, cast

from lxml import etree

from catalogue.element import Element

REJECTED: Final = "Invalid format / parameters (different to specified schema)."
LONGEST_EXCERPT: Final = 80


@dataclass(frozen=True)
class Violation:
    """One disagreement with the schema. `path` is an XPath by local names into the message as it was sent."""

    path: str
    line: int | None
    expected: str
    found: str

    @property
    def text(self) -> str:
        """The text of the status detail (decisions, step 5)."""
        line = "" if self.line is None else f" (line {self.line})"
        return f"{REJECTED} {self.path}{line}: expected {self.expected}, found {self.found}."


def line_of(element: Element) -> int | None:
    """The line of an element in what was sent, from 1."""
    return cast("int | None", element.sourceline)


def named(element: Element) -> str:
    """An element in words, with its namespace."""
    name = etree.QName(element)
    return f"element {quoted(name.localname)} in " + (
        f"namespace {quoted(name.namespace)}" if name.namespace else "no namespace"
    )


def excerpt(value: str) -> str:
    """At most 80 characters of a value that a partner sent, on one line."""
    start = "".join(char if char.isprintable() else " " for char in value[: 4 * LONGEST_EXCERPT])
    line = " ".join(start.split())
    return line if len(line) <= LONGEST_EXCERPT else line[: LONGEST_EXCERPT - 1] + "…"


def quoted(value: str | None) -> str:
    """A value as it stands in a text, or words for a missing one."""
    line = excerpt(value or "")
    return f"'{line}'" if line else "nothing"
