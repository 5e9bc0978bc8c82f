from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import DateTime
from sqlalchemy.dialects import sqlite

from lms.tables.base import Moment, moment_text

DIALECT = sqlite.dialect()
ZONES = st.sampled_from((UTC, timezone(timedelta(hours=5, minutes=30)), timezone(-timedelta(hours=8))))
LEAST, MOST = datetime(2, 1, 1), datetime(9998, 12, 31)


@given(st.datetimes(LEAST, MOST, timezones=ZONES))
def test_sqlite_keeps_a_moment_as_sqlalchemy_would_and_gives_it_back(value: datetime) -> None:
    naive = value.astimezone(UTC).replace(tzinfo=None)
    write = DateTime().dialect_impl(DIALECT).bind_processor(DIALECT)
    read = Moment().dialect_impl(DIALECT).result_processor(DIALECT, None)
    assert write is not None
    assert read is not None
    assert moment_text(value) == write(naive)
    assert read(moment_text(value)) == value


def test_no_moment_is_null() -> None:
    assert moment_text(None) is None
