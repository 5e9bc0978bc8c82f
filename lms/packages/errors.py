"""The one error of this folder, and the collector of what is worth telling but no error."""

from __future__ import annotations

from typing import Final

REMARKS_KEPT: Final = 100
QUOTED_LENGTH: Final = 120


class PackageError(Exception):
    """A package that cannot be used; its text is one short sentence for the person who made the package."""


def quoted(text: str) -> str:
    """Returns a piece of the package's own text, made printable and short enough for a message."""
    shown = text[: QUOTED_LENGTH + 1]
    if not shown.isprintable():
        shown = "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in shown)
    return f"'{shown}'" if len(shown) <= QUOTED_LENGTH else f"'{shown[:QUOTED_LENGTH]}…'"


class Remarks:
    """What a reader noticed, in order and each once; only the first hundred are kept in words."""

    def __init__(self) -> None:
        self.texts: dict[str, None] = {}
        self.dropped = 0

    def add(self, text: str) -> None:
        if text in self.texts:
            return
        if len(self.texts) < REMARKS_KEPT:
            self.texts[text] = None
        else:
            self.dropped += 1

    def lines(self) -> tuple[str, ...]:
        lines = tuple(self.texts)
        return (*lines, f"{self.dropped} further remarks are left out.") if self.dropped else lines
