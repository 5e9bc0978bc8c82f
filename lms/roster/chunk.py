"""Rows of one kind that are brought in together, with a handful of statements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Table, bindparam, insert, select, update
from sqlalchemy.engine import RowMapping

from lms.roster.checks import RowRefusedError, text
from lms.roster.kind import Kind, Known, Reference, Values, known_id
from lms.roster.links import replace_links, stored_links
from lms.roster.report import Count, Report
from lms.tables.base import ROSTER_KEY_LENGTH

MARKS = frozenset(("id", "site_id", "sync_key", "created_at", "updated_at", "deleted_at"))
Parent = tuple[str, str]
"""Keys of a row and of the row above it."""


class Chunk:
    """Compares rows with what is stored, and writes what differs."""

    def __init__(self, connection: Connection, site_id: int, now: datetime, kind: Kind, report: Report) -> None:
        self._connection = connection
        self._site_id = site_id
        self._now = now
        self._kind = kind
        self._report = report
        self._count: Count = report.count(kind.name)
        self._new: list[Values] = []
        self._changed: list[Values] = []
        self._lists: dict[str, list[int]] = {}
        self.without_parent: list[Parent] = []
        """Rows whose parent is not there yet."""

    def bring(self, rows: Mapping[str, Any]) -> None:
        """Brings rows in, by their keys."""
        known = known_keys(self._connection, self._site_id, references(self._kind, rows.values()))
        stored = self._stored(rows)
        links = self._kind.links
        lists = {} if links is None else stored_links(self._connection, links, [row["id"] for row in stored.values()])
        for key, row in rows.items():
            try:
                self._compare(row, known, stored.get(key), lists)
            except RowRefusedError as refusal:
                self._report.refuse(self._kind.name, key, str(refusal))
        self._write()

    def _stored(self, keys: Iterable[str]) -> dict[str, RowMapping]:
        table = self._kind.table
        searchable = [key for key in keys if "\0" not in key]
        query = select(table).where(table.c.site_id == self._site_id, table.c.sync_key.in_(searchable))
        return {row["sync_key"]: row for row in self._connection.execute(query).mappings()}

    def _compare(self, row: Any, known: Known, stored: RowMapping | None, lists: dict[int, list[int]]) -> None:
        if row.deleted:
            self._delete(stored)
            return
        text("sync_key", row.sync_key, ROSTER_KEY_LENGTH)
        values = self._kind.values(row, known) | self._parent(row, known, stored)
        linked = self._linked(row, known)
        if stored is None:
            self._count.created += 1
            self._new.append(self._new_row(row.sync_key, values))
            self._lists[row.sync_key] = linked
            return
        list_differs = linked != lists.get(stored["id"], [])
        columns_differ = stored["deleted_at"] is not None or any(stored[name] != one for name, one in values.items())
        if not (list_differs or columns_differ):
            self._count.unchanged += 1
            return
        self._count.changed += 1
        self._changed.append(self._changed_row(stored, None) | values)
        if list_differs:
            self._lists[row.sync_key] = linked

    def _delete(self, stored: RowMapping | None) -> None:
        if stored is None or stored["deleted_at"] is not None:
            self._count.unchanged += 1
            return
        self._count.deleted += 1
        self._changed.append(self._changed_row(stored, self._now))

    def _changed_row(self, stored: RowMapping, deleted_at: datetime | None) -> Values:
        """Returns a stored row's values as they are, so that all changed rows have the same."""
        kept = {name: one for name, one in stored.items() if name not in MARKS}
        return {"number": stored["id"], "updated_at": self._now, "deleted_at": deleted_at, **kept}

    def _parent(self, row: Any, known: Known, stored: RowMapping | None) -> Values:
        if not self._kind.has_parent:
            return {}
        if not row.parent_sync_key:
            return {"parent_id": None}
        if row.parent_sync_key == row.sync_key:
            raise RowRefusedError(f"The {self._kind.name} is its own parent.")
        parent = known.get((self._kind.table, row.parent_sync_key))
        if parent is None:
            self.without_parent.append((row.sync_key, row.parent_sync_key))
            return {"parent_id": None if stored is None else stored["parent_id"]}
        return {"parent_id": parent}

    def _linked(self, row: Any, known: Known) -> list[int]:
        links = self._kind.links
        if links is None:
            return []
        return list(dict.fromkeys(known_id(known, links.to, key) for key in links.keys(row)))

    def _new_row(self, key: str, values: Values) -> Values:
        marks = {"site_id": self._site_id, "sync_key": key, "deleted_at": None}
        return {**marks, "created_at": self._now, "updated_at": self._now, **self._kind.fixed, **values}

    def _write(self) -> None:
        table = self._kind.table
        if self._new:
            self._connection.execute(insert(table), self._new)
        if self._changed:
            names = [name for name in self._changed[0] if name != "number"]
            statement = update(table).where(table.c.id == bindparam("number"))
            self._connection.execute(statement.values({name: bindparam(name) for name in names}), self._changed)
        if self._kind.links is not None and self._lists:
            ids = known_keys(self._connection, self._site_id, ((table, key) for key in self._lists))
            lists = {ids[table, key]: linked for key, linked in self._lists.items()}
            replace_links(self._connection, self._kind.links, lists)


def references(kind: Kind, rows: Iterable[Any]) -> Iterable[Reference]:
    """Yields what rows refer to."""
    return (reference for row in rows for reference in kind.references(row))


def known_keys(connection: Connection, site_id: int, wanted: Iterable[Reference]) -> dict[Reference, int]:
    """Returns what is asked for of the rows of the site that have these keys."""
    keys: dict[Table | Column[Any], set[str]] = {}
    for what, key in wanted:
        if key and "\0" not in key:
            keys.setdefault(what, set()).add(key)
    known: dict[Reference, int] = {}
    for what, names in keys.items():
        column = what.c.id if isinstance(what, Table) else what
        table = column.table
        query = select(table.c.sync_key, column).where(table.c.site_id == site_id, table.c.sync_key.in_(list(names)))
        known.update(((what, key), value) for key, value in connection.execute(query))
    return known
