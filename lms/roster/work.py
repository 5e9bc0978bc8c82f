"""What the parts of one import share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, FromClause, Table, select

from lms.among import among
from lms.roster.kind import Kind, Known, Reference
from lms.roster.numbers import Numbering, NumberSet
from lms.roster.report import Action, Example, Report
from lms.roster.stage import Stage


class Work:
    """One import into one site: its connection, its stages, the stored rows that it has seen, and its report."""

    def __init__(self, connection: Connection, site_id: int, now: datetime, *, dry_run: bool) -> None:
        self.connection = connection
        self.site_id = site_id
        self.now = now
        self.numbering = Numbering(connection, dry_run=dry_run)
        self.report = Report()
        self.stages: dict[FromClause, Stage] = {}
        self._seen: dict[Table, NumberSet] = {}

    def stage(self, kind: Kind) -> Stage:
        """Returns where rows of a kind wait, made at the first call."""
        stage = self.stages.get(kind.table)
        if stage is None:
            stage = self.stages[kind.table] = Stage(self.connection, kind)
        return stage

    def seen(self, kind: Kind) -> NumberSet:
        """Returns the numbers of the stored rows of a kind that came."""
        return self._seen.setdefault(kind.table, NumberSet())

    def note(self, kind: Kind, action: Action, key: str, tell: Callable[[], str], line: int = 0) -> None:
        """Counts what becomes of a row, and tells of the first ones."""
        if self.report.note(kind.name, action):
            self.report.examples.append(Example(kind.name, action, key, tell(), line))

    def known(self, wanted: Iterable[Reference]) -> Known:
        """Returns what is asked for of the rows of the site, stored or staged, that have these keys."""
        keys: dict[Table | Column[Any], set[str]] = {}
        for what, key in wanted:
            if key and "\0" not in key:
                keys.setdefault(what, set()).add(key)
        known: dict[Reference, int | None] = {}
        for what, names in keys.items():
            column = what.c.id if isinstance(what, Table) else what
            known.update(((what, key), value) for key, value in self._values(column, names).items())
        return known

    def _values(self, column: Column[Any], keys: set[str]) -> dict[str, int | None]:
        table = column.table
        stage = self.stages.get(table)
        found = {} if stage is None else stage.values(column.name, keys)
        missing = keys - found.keys()
        if missing:
            query = select(table.c.sync_key, column).where(
                table.c.site_id == self.site_id, among(self.connection, table.c.sync_key, missing)
            )
            found |= {row[0]: row[1] for row in self.connection.execute(query)}
        return found
