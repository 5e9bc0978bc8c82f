"""Writes what an import has staged: a few statements in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, delete, func, insert, literal, select, update
from sqlalchemy.exc import IntegrityError

from lms.roster.kind import Links
from lms.roster.report import Action, Excess
from lms.roster.roles import RoleSettlement
from lms.roster.stage import ACTION, RELINKED, Stage
from lms.roster.tallying import Tallying
from lms.roster.work import Work
from lms.tables import metadata, person_role, roster_import

ORDER = {table: place for place, table in enumerate(metadata.sorted_tables)}


class OvertakenError(Exception):
    """Another roster of the site was stored since this one was compared."""


class ExcessError(Exception):
    """The roster deletes more than it may."""

    def __init__(self, excesses: Collection[Excess]) -> None:
        super().__init__(f"{len(excesses)} kinds")
        self.excesses = list(excesses)


@dataclass(frozen=True, slots=True)
class Limit:
    """The largest part of a kind, in per cent, that may be deleted (None: all), but for the kinds that are exempt."""

    percent: int | None = None
    exempt: frozenset[str] = field(default_factory=frozenset)


def revision_of(work: Work) -> int:
    """Returns how many rosters the site has had."""
    query = select(roster_import.c.revision).where(roster_import.c.site_id == work.site_id)
    return work.connection.scalar(query) or 0


def excesses_of(work: Work, limit: Limit) -> list[Excess]:
    """Returns the kinds of which more is to be deleted than may be."""
    if limit.percent is None:
        return []
    found = []
    for stage in work.stages.values():
        if stage.kind.name in limit.exempt or not stage.has(Action.DELETED):
            continue
        deleted, table = stage.count(Action.DELETED), stage.kind.table
        query = select(func.count()).select_from(table)
        # What an element made has no key, and is nothing that a roster deletes.
        there = (table.c.site_id == work.site_id, table.c.sync_key.is_not(None), table.c.deleted_at.is_(None))
        present = work.connection.scalar(query.where(*there))
        if deleted * 100 > limit.percent * (present or 0):
            found.append(Excess(stage.kind.name, deleted, present or 0))
    return found


def store(work: Work, revision: int, limit: Limit, source: str) -> None:
    """Writes what is staged, in the transaction of the connection; raises OvertakenError, ExcessError."""
    if work.connection.dialect.name == "postgresql":
        work.connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
    take_revision(work, revision, source)
    excesses = excesses_of(work, limit)
    if excesses:
        raise ExcessError(excesses)
    Storing(work).run()


def take_revision(work: Work, revision: int, source: str) -> None:
    """Counts the import, so that of two at once one is stored; the row stays locked until the end."""
    values = {"revision": revision + 1, "source": source[:255], "imported_at": work.now}
    if revision:
        here = (roster_import.c.site_id == work.site_id, roster_import.c.revision == revision)
        if work.connection.execute(update(roster_import).where(*here).values(values)).rowcount != 1:
            raise OvertakenError
        return
    try:
        work.connection.execute(insert(roster_import).values(site_id=work.site_id, **values))
    except IntegrityError as error:
        raise OvertakenError from error


class Storing:
    """Rows that others refer to are written first."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._connection = work.connection
        self._stages = sorted(work.stages.values(), key=lambda stage: ORDER[stage.kind.table])

    def run(self) -> None:
        self._work.numbering.settle()
        tallying = Tallying(self._work)
        tallying.take()
        roles = next((RoleSettlement(self._work, one) for one in self._stages if one.kind.table is person_role), None)
        if roles is not None:
            roles.note()
        for stage in self._stages:
            self._create(stage)
            self._change(stage)
        for stage in self._stages:
            self._delete(stage)
            if stage.kind.links is not None and stage.links is not None and stage.relinks():
                self._relink(stage, stage.kind.links, stage.links)
        if roles is not None:
            roles.settle()
        tallying.put()

    def _create(self, stage: Stage) -> None:
        names = stage.brought.get(Action.CREATED)
        if names:
            table, now = stage.kind.table, self._work.now
            marks = {"site_id": self._work.site_id, "created_at": now, "updated_at": now}
            told = self._final(table, stage.rows, names)
            rows = select(*told, *(literal(value, table.c[name].type) for name, value in marks.items()))
            # Unsorted: both stores give them as they were staged, and SQLite would sort them in memory.
            rows = rows.where(stage.rows.c[ACTION] == Action.CREATED.value)
            self._connection.execute(insert(table).from_select([*names, *marks], rows))

    def _change(self, stage: Stage) -> None:
        names = stage.brought.get(Action.CHANGED)
        if names:
            told = [name for name in names if name not in ("id", "sync_key")]
            table = stage.kind.table
            values: dict[str, Any] = dict(zip(told, self._final(table, stage.rows, told), strict=True))
            values |= {"updated_at": self._work.now, "deleted_at": None}
            here = (table.c.id == stage.rows.c.id, stage.rows.c[ACTION] == Action.CHANGED.value)
            self._connection.execute(update(table).where(*here).values(values))

    def _delete(self, stage: Stage) -> None:
        if stage.has(Action.DELETED):
            table = stage.kind.table
            gone = select(stage.rows.c.id).where(stage.rows.c[ACTION] == Action.DELETED.value)
            values = {"updated_at": self._work.now, "deleted_at": self._work.now}
            self._connection.execute(update(table).where(table.c.id.in_(gone)).values(values))

    def _relink(self, stage: Stage, links: Links, staged: Table) -> None:
        """Replaces the lists that differ."""
        changed = select(stage.rows.c.id).where(stage.rows.c[RELINKED], stage.rows.c[ACTION] == Action.CHANGED.value)
        self._connection.execute(delete(links.table).where(links.table.c[links.own].in_(changed)))
        names = (links.own, links.other, "position")
        rows = select(*self._final(links.table, staged, names))
        self._connection.execute(insert(links.table).from_select(list(names), rows))

    def _final(self, table: Table, staged: Table, names: Iterable[str]) -> list[ColumnElement[int]]:
        """Returns staged columns as they are stored in a table: numbers of rows are those that the rows get."""
        final = self._work.numbering.final
        columns = []
        for name in names:
            of = numbers_of(table.c[name])
            columns.append(staged.c[name] if of is None else final(staged.c[name], of))
        return columns


def numbers_of(column: Column[int]) -> Table | None:
    """Returns the table whose rows a column numbers, at once or by the columns that it repeats."""
    ahead, seen = [column], {column}
    while ahead:
        one = ahead.pop()
        if one.name == "id":
            return one.table
        further = {key.column for key in one.foreign_keys} - seen  # a table that refers to itself repeats its own
        seen |= further
        ahead.extend(further)
    return None
