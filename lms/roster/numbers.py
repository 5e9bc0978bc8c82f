"""The numbers of rows: a compact set of them, and those that new rows get before they are stored."""

from __future__ import annotations

from typing import Final

from sqlalchemy import ColumnElement, Connection, Table, case, func, select

from lms.unit_of_work import NEXT_IDS

PAGE_BITS: Final = 1 << 16
PROVISIONAL: Final = 1 << 40
"""Larger than any stored number."""


class NumberSet:
    """A set of positive numbers, a bit each: those of rows lie close together."""

    def __init__(self) -> None:
        self._pages: dict[int, bytearray] = {}

    def add(self, number: int) -> None:
        page, bit = divmod(number, PAGE_BITS)
        bits = self._pages.get(page)
        if bits is None:
            bits = self._pages[page] = bytearray(PAGE_BITS // 8)
        bits[bit >> 3] |= 1 << (bit & 7)

    def __contains__(self, number: int) -> bool:
        page, bit = divmod(number, PAGE_BITS)
        bits = self._pages.get(page)
        return bits is not None and bool(bits[bit >> 3] & 1 << (bit & 7))


class Numbering:
    """Numbers for new rows.

    PostgreSQL's sequences give final ones to whoever asks. SQLite knows the next number in the writing transaction
    alone, so there, and where nothing will be stored, rows get provisional ones; `final` replaces them.
    """

    def __init__(self, connection: Connection, *, dry_run: bool) -> None:
        self._connection = connection
        self._provisional = dry_run or connection.dialect.name == "sqlite"
        self._taken: dict[Table, int] = {}
        self._first: dict[Table, int] = {}

    def take(self, table: Table, count: int) -> list[int]:
        """Returns as many numbers."""
        if not self._provisional:
            return list(self._connection.scalars(NEXT_IDS, {"table": table.name, "count": count}))
        taken = self._taken.get(table, 0)
        self._taken[table] = taken + count
        return list(range(PROVISIONAL + taken, PROVISIONAL + taken + count))

    def settle(self) -> None:
        """Finds where the final numbers begin, in the transaction that stores the rows."""
        for table in self._taken:
            largest = self._connection.scalar(select(func.coalesce(func.max(table.c.id), 0)))
            self._first[table] = (largest or 0) + 1

    def final(self, staged: ColumnElement[int], table: Table) -> ColumnElement[int]:
        """Returns a staged number of a row of this table as it is stored."""
        if table not in self._first:
            return staged
        return case((staged >= PROVISIONAL, staged - PROVISIONAL + self._first[table]), else_=staged)
