"""What a read executes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event

from runtime.database import reading

Statement = tuple[str, Any]
BY_DESIGN = ("SCAN CONSTANT ROW", "SCAN anon_", "SCAN (subquery")
"""The second: the few organisations that the same statement has found, at one of which and below a course must be; the
third: the sums of a tally's steps, whose own search stands before it."""


@contextmanager
def statements(connection: Connection) -> Iterator[list[Statement]]:
    """Collects what is executed, with its parameters."""
    seen: list[Statement] = []

    def collect(_connection: object, _cursor: object, sql: str, parameters: Any, *_rest: object) -> None:
        seen.append((sql, parameters))

    event.listen(connection, "before_cursor_execute", collect)
    yield seen
    event.remove(connection, "before_cursor_execute", collect)


def assert_indexed(engine: Engine, seen: Sequence[Statement]) -> None:
    with reading(engine) as connection:
        for sql, parameters in seen:
            plan = connection.exec_driver_sql("EXPLAIN QUERY PLAN " + sql, parameters).all()
            scans = [row[3] for row in plan if row[3].startswith("SCAN")]
            assert [scan for scan in scans if not scan.startswith(BY_DESIGN)] == [], sql
