"""One transaction on a site's content: rows of a batch of messages wait here and are inserted together.

A message either stages all of its rows or none, so most messages need no savepoint: nothing is executed before the
message is complete. On PostgreSQL the driver sends the rows of a table in one flight.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, text

from lms.directory import Directory
from lms.tables import metadata

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

    def __init__(self, connection: Connection, site_id: int, now: datetime) -> None:
        self._connection = connection
        self.site_id = site_id
        self.now = now
        """The moment of all that this transaction makes."""
        self.directory = Directory(connection, site_id)
        self._complete: dict[Table, list[Values]] = {}
        self._current: list[tuple[Table, Values]] = []
        self._savepoint = False
        self._ids: dict[Table, list[int]] = {}

    def insert(self, table: Table, values: Values) -> None:
        """Stages a row of the current message; it must name every column of its table that has no default."""
        self._current.append((table, values))

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

    def connection(self) -> Connection:
        """Returns the connection, for a message that must read or change what is stored by itself.

        Everything staged is inserted first, and what the message does can be undone.
        """
        self.flush()
        if not self._savepoint:
            self._connection.exec_driver_sql(f"SAVEPOINT {SAVEPOINT}")
            self._savepoint = True
        rows, self._current = self._current, []
        insert_rows(self._connection, group(rows))
        return self._connection

    def reader(self, *tables: Table) -> Connection:
        """Returns the connection, for a message that only reads these tables: what is staged for others may wait."""
        staged = any(table in self._complete for table in tables) or any(one in tables for one, _ in self._current)
        return self.connection() if staged else self._connection

    def complete(self) -> None:
        """Ends the current message: its rows wait for the flush."""
        for table, values in self._current:
            self._complete.setdefault(table, []).append(values)
        self._current.clear()
        self._release()

    def settle(self) -> None:
        """Inserts the current message's rows and ends it; whatever is wrong with them is raised here."""
        self.connection()
        self._release()

    def undo(self) -> None:
        """Ends the current message without effect."""
        if self._current or self._savepoint:
            self._current.clear()
            if self._savepoint:
                self._connection.exec_driver_sql(f"ROLLBACK TO SAVEPOINT {SAVEPOINT}")
                self._release()
            self.flush()
            self.directory.forget_content()

    def _release(self) -> None:
        if self._savepoint:
            self._connection.exec_driver_sql(f"RELEASE SAVEPOINT {SAVEPOINT}")
            self._savepoint = False

    def flush(self) -> None:
        """Inserts the rows of all complete messages; raises FlushError."""
        rows, self._complete = self._complete, {}
        try:
            insert_rows(self._connection, rows)
        except Exception as error:
            raise FlushError(str(error)) from error


def group(rows: list[tuple[Table, Values]]) -> dict[Table, list[Values]]:
    grouped: dict[Table, list[Values]] = {}
    for table, values in rows:
        grouped.setdefault(table, []).append(values)
    return grouped


def insert_rows(connection: Connection, rows: dict[Table, list[Values]]) -> None:
    """Inserts rows table by table, those first that others refer to."""
    for table in sorted(rows, key=ORDER.__getitem__):
        connection.execute(INSERTS[table], rows[table])
