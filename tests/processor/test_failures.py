from __future__ import annotations

import errno

import psycopg
import pysqlite3
import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from runtime.database import open_engine
from services.processor.failures import is_passing


def wrapped(error: Exception, cls: type[DBAPIError] = OperationalError) -> DBAPIError:
    return cls("statement", {}, error)


@pytest.mark.parametrize(
    ("error", "passing"),
    [
        (wrapped(psycopg.errors.DeadlockDetected()), True),
        (wrapped(psycopg.errors.SerializationFailure()), True),
        (wrapped(psycopg.errors.DiskFull()), True),
        (wrapped(psycopg.errors.AdminShutdown()), True),
        (wrapped(psycopg.OperationalError("connection refused")), True),
        (wrapped(psycopg.errors.UniqueViolation(), IntegrityError), False),
        (wrapped(psycopg.errors.StringDataRightTruncation(), DBAPIError), False),
        (PoolTimeoutError(), True),
        (OSError(errno.ENOSPC, "full"), True),
        (FileNotFoundError(errno.ENOENT, "gone"), False),
        (ValueError(), False),
        (KeyError(), False),
    ],
)
def test_failures_that_pass_are_told_from_those_that_stay(error: Exception, passing: bool) -> None:
    assert is_passing(error) is passing


def test_a_locked_sqlite_passes_and_a_broken_constraint_stays(tmp_path: object) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/a.sqlite")
    other = pysqlite3.connect(f"{tmp_path}/a.sqlite", isolation_level=None)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE a (b INTEGER UNIQUE)")
    other.execute("BEGIN IMMEDIATE")
    with engine.connect() as connection:
        connection.connection.driver_connection.execute("PRAGMA busy_timeout=10")  # type: ignore[union-attr]
        with pytest.raises(OperationalError) as locked:
            connection.exec_driver_sql("INSERT INTO a VALUES (1)")
    other.execute("COMMIT")
    other.close()
    with pytest.raises(IntegrityError) as broken, engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO a VALUES (2), (2)")
    engine.dispose()
    assert (is_passing(locked.value), is_passing(broken.value)) == (True, False)
