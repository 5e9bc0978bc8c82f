"""Puts many rows into a store: SQLite by executemany, PostgreSQL by COPY, both without a statement a row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from rich.progress import Progress
from sqlalchemy import Engine, Table, text

CHUNK = 10_000
Values = tuple[Any, ...]
Bind = Callable[[Any], Any]


class BulkWriter:
    """Writes rows of tables, in the order of their columns in `columns`."""

    def __init__(self, engine: Engine, progress: Progress) -> None:
        self._engine = engine
        self._progress = progress

    def write(self, table: Table, columns: Sequence[str], rows: Iterable[Values], count: int) -> None:
        """Writes rows, some 10,000 a transaction; count is how many there will be, for the bar alone."""
        binds = [self._bind(table, name) for name in columns]
        task = self._progress.add_task(table.name, total=count)
        bound = (tuple(bind(value) for bind, value in zip(binds, row, strict=True)) for row in rows)
        put = self._copy if self._engine.dialect.name == "postgresql" else self._execute_many
        for chunk in chunks(bound):
            put(table, columns, chunk)
            self._progress.advance(task, len(chunk))

    def finish(self) -> None:
        """Lets the store learn what it holds, as it would over time by itself."""
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))

    def _bind(self, table: Table, name: str) -> Bind:
        dialect = self._engine.dialect
        kind = table.c[name].type.dialect_impl(dialect)
        return kind.bind_processor(dialect) or unchanged

    def _execute_many(self, table: Table, columns: Sequence[str], chunk: list[Values]) -> None:
        marks = ", ".join("?" * len(columns))
        with self._engine.begin() as connection:
            cursor = connection.connection.cursor()
            cursor.executemany(f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({marks})", chunk)

    def _copy(self, table: Table, columns: Sequence[str], chunk: list[Values]) -> None:
        with self._engine.begin() as connection:
            cursor: Any = connection.connection.cursor()
            with cursor.copy(f"COPY {table.name} ({', '.join(columns)}) FROM STDIN") as copy:
                for row in chunk:
                    copy.write_row(row)


def chunks(rows: Iterable[Values]) -> Iterator[list[Values]]:
    source = iter(rows)
    while chunk := list(islice(source, CHUNK)):
        yield chunk


def unchanged(value: Any) -> Any:
    return value
