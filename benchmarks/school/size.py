"""How large the site is, and what its tables' rows share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Table

from benchmarks.bulk import Values

SITE = 1
NOW = datetime(2031, 2, 3, 8, tzinfo=UTC)
KEYED = ("id", "sync_key", "site_id", "created_at", "updated_at")
MESSAGE = ("credential_id", "message_id")
SENT = (1, 1)
TERMS = 8
SCALES = 5
GRADES = 6
ITEMS = 20
"""Items of a course's gradebook that are not elements."""
COLUMNS = 2
"""Summary columns of the assessment record."""
TOPICS = 10
LESSONS = 60
FILES = 100
"""Files of a course's file area, in folders of 19."""


@dataclass(frozen=True)
class Size:
    """How many there are of each."""

    courses: int
    people: int
    elements: int
    events: int

    @classmethod
    def of(cls, factor: float) -> Size:
        """Returns the size of a site; 1 is the largest that the speed is promised for."""
        return cls(round(1_000 * factor), round(50_000 * factor), round(2_000_000 * factor), round(500_000 * factor))

    @property
    def schools(self) -> int:
        return max(self.courses // 50, 1)

    @property
    def projects(self) -> int:
        return max(self.courses // 2, 1)

    @property
    def of_course(self) -> int:
        """Elements of each course."""
        return self.elements // self.courses


@dataclass(frozen=True)
class Part:
    """Rows of one table; count is how many there will be, about, for the bar alone."""

    table: Table
    columns: tuple[str, ...]
    rows: Callable[[Size], Iterator[Values]]
    count: Callable[[Size], int]


def keyed(number: int, key: str) -> Values:
    """Returns the values of KEYED."""
    return number, key, SITE, NOW, NOW


def pupil_of(size: Size, course: int, number: int) -> int:
    """Returns the number of a person of a course, counted from 0."""
    return 1 + (course * 37 + number * 11) % size.people
