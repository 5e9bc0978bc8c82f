"""What an import did."""

from __future__ import annotations

from dataclasses import dataclass, field

REFUSALS_KEPT = 1000


@dataclass
class Count:
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    deleted: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True)
class Refusal:
    kind: str
    sync_key: str
    text: str


@dataclass
class Report:
    """Counts by kind, in the order in which kinds came, and the first refusals."""

    counts: dict[str, Count] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)

    def count(self, kind: str) -> Count:
        """Returns the counts of a kind."""
        return self.counts.setdefault(kind, Count())

    def refuse(self, kind: str, sync_key: str, text: str) -> None:
        """Notes a refused row."""
        self.count(kind).refused += 1
        if len(self.refusals) < REFUSALS_KEPT:
            self.refusals.append(Refusal(kind, sync_key[:255], text))
