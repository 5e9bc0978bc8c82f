"""Brings rows in, a chunk at a time: what is already as a row says stays untouched."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from sqlalchemy import Connection, update

from lms.roster.chunk import Chunk, Parent, known_keys
from lms.roster.kind import Kind
from lms.roster.kinds import KINDS
from lms.roster.report import Report
from lms.roster.rows import Row


class RosterImport:
    """One import into one site, in the transaction of its connection."""

    def __init__(self, connection: Connection, site_id: int, now: datetime) -> None:
        self._connection = connection
        self._site_id = site_id
        self._now = now
        self._without_parent: list[tuple[Kind, Parent]] = []
        self.report = Report()

    def add(self, rows: Sequence[Row]) -> None:
        """Brings rows in, in order.

        A row refers to those before it, but its parent may come anywhere. Of a key given twice at once the last holds.
        """
        for cls, same in groupby(rows, type):
            kind = KINDS[cls]
            chunk = Chunk(self._connection, self._site_id, self._now, kind, self.report)
            chunk.bring({row.sync_key: row for row in same})
            self._without_parent.extend((kind, parent) for parent in chunk.without_parent)

    def finish(self) -> Report:
        """Sets the parents that came after their children; returns the report."""
        wanted = [(kind.table, key) for kind, pair in self._without_parent for key in pair]
        known = known_keys(self._connection, self._site_id, wanted)
        for kind, (key, parent_key) in self._without_parent:
            table, parent = kind.table, known.get((kind.table, parent_key))
            if parent is None:
                self.report.refuse(kind.name, key, f"The {kind.name} above, '{parent_key[:255]}', is not known.")
                continue
            self._connection.execute(update(table).where(table.c.id == known[table, key]).values(parent_id=parent))
        return self.report
