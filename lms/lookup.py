"""Looks rows of one site up by number or key, many at once, and remembers them for one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy import Select

from runtime.direct import Direct


class Reference(Protocol):
    """Has a number and a key."""

    @property
    def id(self) -> int: ...

    @property
    def sync_key(self) -> str: ...


R = TypeVar("R", bound=Reference)

LARGEST_INT = 2**31 - 1
MOST_VALUES = 10_000  # SQLite takes 32,766 in a statement


class Lookup(Generic[R]):
    """One kind of row. What was asked for and is not there is remembered too."""

    def __init__(
        self,
        connection: Direct,
        site_id: int,
        by_id: Select[Any],
        by_key: Select[Any],
        make: Callable[..., R],
    ) -> None:
        """The statements take site_id and values, a list; make takes their columns."""
        self._connection = connection
        self._site_id = site_id
        self._select_by_id = by_id
        self._select_by_key = by_key
        self._make = make
        self._by_id: dict[int, R | None] = {}
        self._by_key: dict[str, R | None] = {}

    def by_id(self, number: int) -> R | None:
        """Returns the row of this number on the site, if there is one."""
        if number not in self._by_id:
            self.learn((number,), ())
        return self._by_id[number]

    def by_key(self, key: str) -> R | None:
        """Returns the row of this key on the site, if there is one."""
        if key not in self._by_key:
            self.learn((), (key,))
        return self._by_key[key]

    def learn(self, numbers: Iterable[int], keys: Iterable[str]) -> None:
        """Looks up what is not known yet: two round trips, more beyond 10,000 values."""
        unknown_numbers = {number for number in numbers if number not in self._by_id}
        unknown_keys = {key for key in keys if key not in self._by_key}
        if unknown_numbers:
            self._by_id.update(dict.fromkeys(unknown_numbers))
            self._fetch(self._select_by_id, [number for number in unknown_numbers if 0 < number <= LARGEST_INT])
        if unknown_keys:
            self._by_key.update(dict.fromkeys(unknown_keys))
            self._fetch(self._select_by_key, [key for key in unknown_keys if "\0" not in key])

    def remember(self, row: R) -> None:
        """Adds a row that this transaction makes."""
        self._by_id[row.id] = row
        self._by_key[row.sync_key] = row

    def forget(self) -> None:
        """Drops all that is remembered."""
        self._by_id.clear()
        self._by_key.clear()

    def _fetch(self, statement: Select[Any], values: list[Any]) -> None:
        for start in range(0, len(values), MOST_VALUES):
            some = values[start : start + MOST_VALUES]
            for row in self._connection.execute(statement, {"site_id": self._site_id, "values": some}):
                self.remember(self._make(*row))
