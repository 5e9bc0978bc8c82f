"""What is wrong with a roster: errors that end the reading, and problems of single rows that do not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

PROBLEMS_KEPT: Final = 1_000
QUOTED_LENGTH: Final = 80


class RosterError(Exception):
    """A roster that cannot be read at all; its text is for the person who exported it."""


class RowError(Exception):
    """A row that is refused, and why; `column` is empty where the fault is not in one column alone."""

    def __init__(self, text: str, column: str = "") -> None:
        super().__init__(text)
        self.column = column


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that was refused, or a column or file that was not read.

    `line` counts from 1, the header included; it is 0 for what stands in no line. `column` is empty where the fault is
    not in one column alone.
    """

    file: str
    line: int
    text: str
    column: str = ""

    @property
    def position(self) -> str:
        """File and line, as compilers write them."""
        return f"{self.file}:{self.line}" if self.line else self.file


def quoted(value: str) -> str:
    """Returns a value of the file, made printable and short enough for a message."""
    shown = value[: QUOTED_LENGTH + 1]
    if not shown.isprintable():
        shown = "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in shown)
    return f"'{shown}'" if len(shown) <= QUOTED_LENGTH else f"'{shown[:QUOTED_LENGTH]}…'"


class Problems:
    """The problems of one file: all are counted, the first thousand are kept."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.kept: list[Problem] = []
        self.count = 0
        self.is_unread = False
        self.has_lost = False
        """Whether a row was refused of which not even the key is known."""

    def add(self, line: int, text: str, column: str = "") -> None:
        self.count += 1
        if len(self.kept) < PROBLEMS_KEPT:
            self.kept.append(Problem(self.file, line, text, column))

    def add_lost(self, line: int, text: str, column: str = "") -> None:
        """Adds a row whose key is not known."""
        self.has_lost = True
        self.add(line, text, column)

    def add_unread(self, line: int, text: str) -> None:
        """Adds what keeps the whole file from being read."""
        self.is_unread = True
        self.add(line, text)
