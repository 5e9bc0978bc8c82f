"""Rows of one kind that are compared together, with a handful of statements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import RowMapping

from lms.among import among
from lms.roster.checks import RowRefusedError, text
from lms.roster.kind import MARKS, Kind, Known, Values, known_id
from lms.roster.links import stored_links
from lms.roster.pieces import Sent
from lms.roster.report import Action, Refusal
from lms.roster.telling import difference, name_of
from lms.roster.work import Work
from lms.tables.base import ROSTER_KEY_LENGTH

Parent = tuple[str, str]
"""Keys of a row and of the row above it."""


class Chunk:
    """Compares rows with what is stored, and stages what differs."""

    def __init__(self, work: Work, kind: Kind) -> None:
        self._work = work
        self._kind = kind
        self._stage = work.stage(kind)
        self._seen = work.seen(kind)
        self._created: list[Values] = []
        self._changed: list[Values] = []
        self._deleted: list[Values] = []
        self._lists: dict[str, list[int]] = {}
        self.without_parent: list[Parent] = []
        """Rows whose parent is not there yet."""

    def bring(self, pieces: Sequence[Sent]) -> None:
        """Brings rows in. Of a key that comes twice in an import the first row counts."""
        staged = self._stage.values("id", searchable(one.row.sync_key for one in pieces))
        first: dict[str, Sent] = {}
        for one in pieces:
            if one.row.sync_key not in staged:
                first.setdefault(one.row.sync_key, one)
        known = self._work.known(reference for one in first.values() for reference in self._kind.references(one.row))
        stored = self._stored(first)
        links = self._kind.links
        numbers = [row["id"] for row in stored.values()]
        lists = {} if links is None else stored_links(self._work.connection, links, numbers)
        for one in pieces:
            key = one.row.sync_key
            try:
                if first.get(key) is not one:
                    raise RowRefusedError(self._twice, "sync_key")
                self._compare(one, known, stored.get(key), lists)
            except RowRefusedError as refusal:
                self._refuse(one, str(refusal), refusal.field)
        self._write()

    def _stored(self, keys: Iterable[str]) -> dict[str, RowMapping]:
        table = self._kind.table
        wanted = among(self._work.connection, table.c.sync_key, searchable(keys))
        query = select(table).where(table.c.site_id == self._work.site_id, wanted)
        return {row["sync_key"]: row for row in self._work.connection.execute(query).mappings()}

    def _compare(self, one: Sent, known: Known, stored: RowMapping | None, lists: Mapping[int, list[int]]) -> None:
        if stored is not None:
            if stored["id"] in self._seen:
                raise RowRefusedError(self._twice, "sync_key")
            self._seen.add(stored["id"])
        if one.row.deleted:
            self._delete(one, stored)
            return
        row: Any = one.row if stored is None else completed(one, stored)
        text("sync_key", row.sync_key, ROSTER_KEY_LENGTH)
        values = self._kind.values(row, known)
        missing = self._add_parent(values, row, known, stored)
        listed = [] if stored is None else lists.get(stored["id"], [])
        linked = self._linked(one, known, listed)
        if stored is None:
            self._create(one, values, linked)
        else:
            self._change(one, values, stored, linked if linked != listed else None)
        if missing:
            self.without_parent.append((row.sync_key, row.parent_sync_key))

    def _create(self, one: Sent, values: Values, linked: list[int]) -> None:
        key = one.row.sync_key
        self._created.append({"sync_key": key, **self._kind.fixed, **values})
        if linked:
            self._lists[key] = linked
        self._note(one, Action.CREATED, lambda: name_of(values))

    def _change(self, one: Sent, values: Values, stored: RowMapping, linked: list[int] | None) -> None:
        """`linked` is None for a list that stays."""
        differs = stored["deleted_at"] is not None or any(stored[name] != value for name, value in values.items())
        if not differs and linked is None:
            self._work.report.count(self._kind.name).unchanged += 1
            return
        self._changed.append({"sync_key": stored["sync_key"], "id": stored["id"], **unmarked(stored), **values})
        if linked is not None:
            self._lists[one.row.sync_key] = linked
        field = self._kind.links.field if self._kind.links is not None and linked is not None else ""
        self._note(one, Action.CHANGED, lambda: difference(stored, values, field))

    def _delete(self, one: Sent, stored: RowMapping | None) -> None:
        if stored is None or stored["deleted_at"] is not None:
            self._work.report.count(self._kind.name).unchanged += 1
            return
        self._deleted.append({"sync_key": stored["sync_key"], "id": stored["id"]})
        self._note(one, Action.DELETED, lambda: name_of(stored))

    def _note(self, one: Sent, action: Action, tell: Any) -> None:
        self._work.note(self._kind, action, one.row.sync_key, tell, one.line)

    @property
    def _twice(self) -> str:
        return f"The {self._kind.name} comes twice; its first row counts."

    def _refuse(self, one: Sent, reason: str, field: str) -> None:
        self._work.report.refuse(
            Refusal(self._kind.name, one.row.sync_key[:ROSTER_KEY_LENGTH], reason, one.line, field)
        )

    def _add_parent(self, values: Values, row: Any, known: Known, stored: RowMapping | None) -> bool:
        """Adds the row above; returns whether it is still to come."""
        if not self._kind.has_parent:
            return False
        key = row.parent_sync_key
        if key == row.sync_key:
            raise RowRefusedError(f"The {self._kind.name} is its own parent.", "parent_sync_key")
        parent = known.get((self._kind.table, key)) if key else None
        missing = bool(key) and parent is None
        values["parent_id"] = stored["parent_id"] if missing and stored is not None else parent
        return missing

    def _linked(self, one: Sent, known: Known, listed: list[int]) -> list[int]:
        links = self._kind.links
        if links is None:
            return []
        if links.field in one.keep:
            return listed
        return list(dict.fromkeys(known_id(known, links.to, key) for key in getattr(one.row, links.field)))

    def _write(self) -> None:
        if self._created:
            numbers = self._work.numbering.take(self._kind.table, len(self._created))
            for row, number in zip(self._created, numbers, strict=True):
                row["id"] = number
        for action, rows in (
            (Action.CREATED, self._created),
            (Action.CHANGED, self._changed),
            (Action.DELETED, self._deleted),
        ):
            self._stage.add(action, rows, self._lists)
            written = ((row["id"], self._lists[row["sync_key"]]) for row in rows if row["sync_key"] in self._lists)
            self._stage.add_links(written)


def completed(one: Sent, stored: RowMapping) -> Any:
    """Returns the row with what is stored in the fields that its source does not tell."""
    row: Any = one.row
    told = {name: stored[name] for name in one.keep if name in stored and name not in MARKS and hasattr(row, name)}
    return replace(row, **{name: sendable(old, getattr(row, name)) for name, old in told.items()})


def sendable(stored: Any, sent: Any) -> Any:
    """Returns a stored value in the form that a row brings it in."""
    if isinstance(stored, list):
        return tuple(stored)
    if isinstance(sent, str) and not isinstance(stored, str):
        return "" if stored is None else stored.isoformat()
    return stored


def unmarked(stored: RowMapping) -> Values:
    """Returns a stored row without its marks, so that all changed rows have the same columns."""
    return {name: value for name, value in stored.items() if name not in MARKS}


def searchable(keys: Iterable[str]) -> list[str]:
    """Returns the keys that a database can be asked for."""
    return [key for key in keys if key and "\0" not in key]
