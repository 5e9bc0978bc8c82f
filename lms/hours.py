"""The hour of a moment as a number that sorts as moments do: YYYYMMDDHH, in UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class hour_of(FunctionElement[int]):  # noqa: N801 (a function of SQL)
    """The hour of a Moment column."""

    type = BigInteger()
    inherit_cache = True
    name = "hour_of"


@compiles(hour_of, "postgresql")
def in_postgresql(element: hour_of, compiler: SQLCompiler, **options: Any) -> str:
    moment = compiler.process(element.clauses, **options)
    return f"CAST(to_char({moment} AT TIME ZONE 'UTC', 'YYYYMMDDHH24') AS BIGINT)"


@compiles(hour_of, "sqlite")
def in_sqlite(element: hour_of, compiler: SQLCompiler, **options: Any) -> str:
    """Cuts the text: strftime would round a moment up into the next hour."""
    moment = compiler.process(element.clauses, **options)
    parts = " || ".join(f"substr({moment}, {start}, {length})" for start, length in ((1, 4), (6, 2), (9, 2), (12, 2)))
    return f"CAST({parts} AS INTEGER)"


def hour_number(moment: datetime) -> int:
    """Returns what hour_of is for this moment."""
    there = moment.astimezone(UTC)
    return ((there.year * 100 + there.month) * 100 + there.day) * 100 + there.hour


def hour_start(number: int) -> datetime:
    """Returns the moment when an hour begins."""
    day, hour = divmod(number, 100)
    month, day = divmod(day, 100)
    return datetime(month // 100, month % 100, day, hour, tzinfo=UTC)
