"""What an import does, or would do."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

REFUSALS_KEPT = 1000
EXAMPLES_KEPT = 10


class Action(StrEnum):
    """What becomes of a row."""

    CREATED = "created"
    CHANGED = "changed"
    DELETED = "deleted"


@dataclass
class Count:
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    deleted: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refused row; `line` is 0 and `field` empty where they are not known."""

    kind: str
    sync_key: str
    text: str
    line: int = 0
    field: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    kind: str
    action: Action
    sync_key: str
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Excess:
    """More deletions of a kind than a roster may bring; `present` is what the site has before."""

    kind: str
    deleted: int
    present: int


@dataclass
class Report:
    """Counts by kind, in the order in which kinds came, the first refusals, and the first of each kind and action."""

    counts: dict[str, Count] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)
    examples: list[Example] = field(default_factory=list)
    excesses: list[Excess] = field(default_factory=list)

    def count(self, kind: str) -> Count:
        """Returns the counts of a kind."""
        return self.counts.setdefault(kind, Count())

    def refuse(self, refusal: Refusal) -> None:
        """Notes a refused row."""
        self.count(refusal.kind).refused += 1
        if len(self.refusals) < REFUSALS_KEPT:
            self.refusals.append(refusal)

    def note(self, kind: str, action: Action) -> bool:
        """Counts what becomes of a row; returns whether an example of it is wanted."""
        count = self.count(kind)
        number = int(getattr(count, action)) + 1
        setattr(count, action, number)
        return number <= EXAMPLES_KEPT
