"""What an import is brought, piece by piece."""

from __future__ import annotations

from dataclasses import dataclass

from lms.roster.rows import Row


@dataclass(frozen=True, slots=True)
class Sent:
    """A row; `line` is where its source has it (0: not said), `keep` names the fields that the source does not tell."""

    row: Row
    line: int = 0
    keep: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """A row that the source has and that could not be read: what is stored by its key stays."""

    kind: str
    sync_key: str


@dataclass(frozen=True, slots=True)
class Whole:
    """All rows of a kind are sent or kept: the others of the site are deleted."""

    kind: str


Piece = Sent | Kept | Whole
