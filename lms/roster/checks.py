"""What a row must fulfil by itself."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, date, datetime


class RowRefusedError(ValueError):
    """The row cannot be taken; the text says why, and `field` which field it is about, if it is one alone."""

    def __init__(self, text: str, field: str = "") -> None:
        super().__init__(text)
        self.field = field


def text(name: str, value: str, longest: int, *, blank: bool = False) -> str:
    """Returns a value that fits its column."""
    if not blank and not value.strip():
        raise RowRefusedError(f"{name} is blank.", name)
    if len(value) > longest:
        raise RowRefusedError(f"{name} is longer than {longest} characters.", name)
    if "\0" in value:
        raise RowRefusedError(f"{name} contains invalid characters.", name)
    return value


def day(name: str, value: str) -> date | None:
    """Returns a date written as YYYY-MM-DD; None for ""."""
    if not value:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise RowRefusedError(f"{name} is no date.", name) from error


def period(start: str, end: str) -> tuple[date | None, date | None]:
    """Returns first and last day, in this order."""
    first, last = day("start_date", start), day("end_date", end)
    if first is not None and last is not None and last < first:
        raise RowRefusedError("end_date is before start_date.", "end_date")
    return first, last


def word(name: str, value: str, words: Sequence[str]) -> str:
    """Returns a value that is one of these words."""
    if value not in words:
        raise RowRefusedError(f"{name} is none of {', '.join(words)}.", name)
    return value


def percentages(first: float | None, last: float | None) -> tuple[float | None, float | None]:
    """Returns the ends of a range of per cents, in this order."""
    if any(end is not None and not 0 <= end <= 100 for end in (first, last)):
        raise RowRefusedError("percent_from and percent_to are from 0 to 100.")
    if first is not None and last is not None and last < first:
        raise RowRefusedError("percent_to is less than percent_from.")
    return first, last


def moment(name: str, value: str) -> datetime | None:
    """Returns the beginning of a day, or a moment, in ISO 8601, and in UTC where it does not say; None for ""."""
    if not value:
        return None
    try:
        given = datetime.fromisoformat(value)
        return given.replace(tzinfo=UTC) if given.tzinfo is None else given.astimezone(UTC)
    except (OverflowError, ValueError) as error:
        raise RowRefusedError(f"{name} is no date or moment.") from error


def amount(name: str, value: float | None) -> float | None:
    """Returns a number that is not negative."""
    if value is not None and not 0 <= value < math.inf:
        raise RowRefusedError(f"{name} is no number from 0.")
    return value


def score(value: float | None) -> float | None:
    """Returns points, which some sources take off below 0."""
    if value is not None and not math.isfinite(value):
        raise RowRefusedError("score is no number.")
    return value
