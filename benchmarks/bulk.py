"""Puts many rows into a store, without a statement a row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from rich.progress import Progress
from sqlalchemy import Engine, Table, text

from lms.among import fill

CHUNK = 10_000
Values = tuple[Any, ...]


class BulkWriter:
    """Writes rows of tables, in the order of their columns in `columns`."""

    def __init__(self, engine: Engine, progress: Progress) -> None:
        self._engine = engine
        self._progress = progress

    def write(self, table: Table, columns: Sequence[str], rows: Iterable[Values], count: int) -> None:
        """Writes rows, some 10,000 a transaction; count is how many there will be, for the bar alone."""
        task = self._progress.add_task(table.name, total=count)
        source = iter(rows)
        while chunk := [dict(zip(columns, row, strict=True)) for row in islice(source, CHUNK)]:
            with self._engine.begin() as connection:
                fill(connection, table, chunk)
            self._progress.advance(task, len(chunk))

    def finish(self) -> None:
        """Lets the store learn what it holds, as it would over time by itself."""
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))
