"""What a kind of rows is: its table, what it refers to, and its values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Table

from lms.roster.checks import RowRefusedError

Values = dict[str, Any]
Reference = tuple[Table | Column[Any], str]
"""A row by its key: its number is asked for, or what it has in this column."""
Known = Mapping[Reference, int | None]
"""What is known of the rows of the site that are referred to; those that are not there are left out."""

MARKS = frozenset({"id", "site_id", "sync_key", "created_at", "updated_at", "deleted_at"})
"""Columns that a row has without its source."""
WORD = 32
LONG = 255
EMAIL = 320
TEXT = 100_000


@dataclass(frozen=True)
class Links:
    """A list of other rows that a row of this kind has, by their keys in a field of the row."""

    table: Table
    own: str
    other: str
    to: Table
    field: str


@dataclass(frozen=True)
class Kind:
    """values leaves out what the key and the marks of time are, and whatever a row does not say.

    fixed: what new rows have where nothing is said; in stored rows that stays as it is.
    """

    name: str
    table: Table
    references: Callable[[Any], Iterable[Reference]]
    values: Callable[[Any, Known], Values]
    fixed: Values
    links: Links | None = None
    has_parent: bool = False


def known_id(known: Known, table: Table, key: str) -> int:
    number = known.get((table, key))
    if number is None:
        raise RowRefusedError(f"The {table.name} '{key[:LONG]}' is not known.")
    return number


def known_or_none(known: Known, table: Table, key: str) -> int | None:
    """Returns None for ""."""
    return known_id(known, table, key) if key else None
