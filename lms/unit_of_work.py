"""One transaction on a site's content: rows of a batch of messages wait here and are inserted together.

A message either stages all of its rows or none, so most messages need no savepoint: nothing is executed before the
message is complete. On PostgreSQL the driver sends the rows of a table in one flight.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnClause, Delete, SelectBase, Table, func, insert, select, text
from sqlalchemy.sql.selectable import AliasedReturnsRows
from sqlalchemy.sql.visitors import ExternallyTraversible, iterate

from lms.directory import Directory
from lms.tables import element, metadata
from runtime.direct import NO_PARAMETERS, Direct, Parameters, Prepared, Rows, Statement

Values = dict[str, Any]

ORDER = {table: place for place, table in enumerate(metadata.sorted_tables)}
# Made once: to make a statement costs more than to execute it.
INSERTS = {table: insert(table) for table in metadata.sorted_tables}
LAST_IDS = {
    table: select(func.coalesce(func.max(table.c.id), 0)) for table in metadata.sorted_tables if "id" in table.c
}
SAVEPOINT = "message"
ID_BLOCK = 100
NEXT_IDS = text("SELECT nextval(pg_get_serial_sequence(:table, 'id')) FROM generate_series(1, :count)")


class FlushError(Exception):
    """Rows of an earlier message could not be inserted; the cause says why."""


class UnitOfWork:
    """What one transaction knows and writes of one site."""

    def __init__(self, connection: Direct, site_id: int, now: datetime) -> None:
        self._connection = connection
        self.site_id = site_id
        self.now = now
        """The moment of all that this transaction makes."""
        self.directory = Directory(self._connection, site_id)
        self._complete: dict[Table, list[Values]] = {}
        self._current: list[tuple[Table, Values]] = []
        self._savepoint = False
        self._inside: dict[Table, list[Values]] = {}
        """Rows of complete messages that were inserted since the savepoint."""
        self._staged_of: set[int] = set()
        """The elements that have staged rows, or had some."""
        self._ids: dict[Table, list[int]] = {}

    def insert(self, table: Table, values: Values) -> None:
        """Stages a row of the current message; it must name every column of its table that has no default."""
        self._current.append((table, values))
        self._staged_of.add(values["id"] if table is element else values.get("element_id", 0))

    def new_id(self, table: Table) -> int:
        """Returns the number of a new row."""
        ids = self._ids.get(table)
        if not ids:
            ids = self._ids[table] = self._more_ids(table)
        return ids.pop()

    def _more_ids(self, table: Table) -> list[int]:
        """Asks PostgreSQL's sequence for a block; SQLite has one writer, so what follows the largest is free."""
        if self._connection.dialect.name == "postgresql":
            rows = self._connection.scalars(NEXT_IDS, {"table": table.name, "count": ID_BLOCK})
            return sorted(rows, reverse=True)
        known = [row["id"] for row in self._complete.get(table, ())]
        known += [row["id"] for other, row in self._current if other is table]
        stored = self._connection.scalar(LAST_IDS[table]) or 0
        last = max([stored, *known])
        return list(range(last + ID_BLOCK, last, -1))

    def execute(
        self,
        statement: Statement,
        parameters: Parameters | Sequence[Parameters] = NO_PARAMETERS,
        *,
        element_id: int | None = None,
    ) -> Rows:
        """Executes a statement of the current message, which may be undone, after what is staged of its tables.

        Statements are made once: they are kept (runtime.direct). element_id: the statement looks only at rows of this
        element, by its number, and makes none refer to another row; what is staged of other elements may wait.
        """
        prepared = self._connection.prepare(statement, parameters)
        touched = touched_by(prepared)
        if element_id is None or element_id in self._staged_of:
            self._insert_staged(touched)
        if touched.changes:
            self._begin()
        return self._connection.run(prepared, parameters)

    def _insert_staged(self, touched: Touched) -> None:
        if not touched.tables.isdisjoint(self._complete):
            self._flush(touched.tables)
        own = [row for row in self._current if row[0] in touched.tables]
        if own:
            self._begin()
            self._current = [row for row in self._current if row[0] not in touched.tables]
            insert_rows(self._connection, group(own))

    def scalars(
        self,
        statement: Statement,
        parameters: Parameters = NO_PARAMETERS,
        *,
        element_id: int | None = None,
    ) -> list[Any]:
        """Returns the first column."""
        return [row[0] for row in self.execute(statement, parameters, element_id=element_id)]

    def scalar(self, statement: Statement, parameters: Parameters = NO_PARAMETERS) -> Any:
        """Returns the first column of the first row; None without rows."""
        rows = self.execute(statement, parameters)
        return rows[0][0] if rows else None

    def begin(self) -> None:
        """Inserts all that is staged, so that whatever fails from here on is the current message's."""
        self.flush()
        self._begin()

    def _begin(self) -> None:
        if not self._savepoint:
            self._connection.say(f"SAVEPOINT {SAVEPOINT}")
            self._savepoint = True

    def complete(self) -> None:
        """Ends the current message: its rows wait for the flush."""
        for table, values in self._current:
            self._complete.setdefault(table, []).append(values)
        self._current.clear()
        self._release()

    def settle(self) -> None:
        """Inserts the current message's rows and ends it; whatever is wrong with them is raised here."""
        self.begin()
        rows, self._current = self._current, []
        insert_rows(self._connection, group(rows))
        self._release()

    def undo(self) -> None:
        """Ends the current message without effect."""
        if self._current or self._savepoint:
            self._current.clear()
            if self._savepoint:
                self._connection.say(f"ROLLBACK TO SAVEPOINT {SAVEPOINT}")
                self._stage_again()
                self._release()
            self.flush()
            self.directory.forget_content()

    def _release(self) -> None:
        if self._savepoint:
            self._connection.say(f"RELEASE SAVEPOINT {SAVEPOINT}")
            self._savepoint = False
            self._inside.clear()

    def _stage_again(self) -> None:
        """Takes back the rows of complete messages that the current one had to insert, and with it are undone."""
        for table, rows in self._inside.items():
            self._complete[table] = rows + self._complete.get(table, [])

    def flush(self) -> None:
        """Inserts the rows of all complete messages; raises FlushError."""
        self._flush(self._complete.keys())

    def _flush(self, tables: Collection[Table]) -> None:
        rows = {table: self._complete.pop(table) for table in [one for one in self._complete if one in tables]}
        try:
            insert_rows(self._connection, rows)
        except Exception as error:
            raise FlushError(str(error)) from error
        if self._savepoint:
            for table, values in rows.items():
                self._inside.setdefault(table, []).extend(values)


@dataclass(frozen=True, slots=True)
class Touched:
    """What a statement touches: the tables whose rows it may see, change, or need, and whether it changes any."""

    tables: frozenset[Table]
    changes: bool


def touched_by(prepared: Prepared) -> Touched:
    """Returns what a statement touches; a row that is deleted takes those along that refer to it."""
    found: Touched | None = prepared.remembered
    if found is None:
        statement = prepared.statement
        tables = tables_of(statement)
        if isinstance(statement, Delete):
            tables |= {one for one in ORDER if not tables.isdisjoint(NEEDED[one])}
        needed = frozenset(one for table in tables for one in NEEDED[table])
        found = prepared.remembered = Touched(needed, not isinstance(statement, SelectBase))
    return found


def tables_of(statement: ExternallyTraversible) -> set[Table]:
    """Returns the tables that a statement speaks of, in its subqueries, too."""
    found: set[Table] = set()
    for part in iterate(statement):
        table = part.table if isinstance(part, ColumnClause) else part
        while isinstance(table, AliasedReturnsRows):
            table = table.element
        if isinstance(table, Table):
            found.add(table)
        elif table is not None and table is not part:
            found |= tables_of(table)
    return found


def needed_by(table: Table) -> frozenset[Table]:
    """Returns a table with all that its rows refer to."""
    found, more = {table}, [table]
    while more:
        for key in more.pop().foreign_keys:
            if key.column.table not in found:
                found.add(key.column.table)
                more.append(key.column.table)
    return frozenset(found)


NEEDED = {table: needed_by(table) for table in metadata.sorted_tables}


def group(rows: list[tuple[Table, Values]]) -> dict[Table, list[Values]]:
    grouped: dict[Table, list[Values]] = {}
    for table, values in rows:
        grouped.setdefault(table, []).append(values)
    return grouped


def insert_rows(connection: Direct, rows: dict[Table, list[Values]]) -> None:
    """Inserts rows table by table, those first that others refer to."""
    for table in sorted(rows, key=ORDER.__getitem__):
        connection.execute(INSERTS[table], rows[table])
