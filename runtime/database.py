"""Databases: SQLite (embedded, one writing process a file) and PostgreSQL, behind SQLAlchemy Core."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pysqlite3
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine import URL

OLDEST_SQLITE = (3, 51, 3)
BEGIN = "sqlite_begin"


def open_engine(url: str, pool_size: int = 8) -> Engine:
    """Opens a database by sqlite:///PATH or postgresql://…; connects lazily."""
    parsed = make_url(url)
    return (
        open_sqlite(parsed, pool_size) if parsed.get_backend_name() == "sqlite" else open_postgresql(parsed, pool_size)
    )


def open_sqlite(url: URL, pool_size: int) -> Engine:
    """Refuses a SQLite older than 3.51.3: the WAL-reset race before it can lose committed writes."""
    if pysqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise RuntimeError(f"SQLite {pysqlite3.sqlite_version} can lose committed writes; pip install pysqlite3>=0.6.1")
    engine = create_engine(
        url.set(drivername="sqlite"),
        module=pysqlite3,
        pool_size=pool_size,
        max_overflow=pool_size,
        connect_args={"check_same_thread": False, "timeout": 10.0, "cached_statements": 512},
    )
    event.listen(engine, "connect", prepare_sqlite)
    event.listen(engine, "begin", begin_sqlite)
    return engine


def open_postgresql(url: URL, pool_size: int) -> Engine:
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": 5,
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "options": "-c statement_timeout=60000 -c idle_in_transaction_session_timeout=60000 -c timezone=UTC",
        },
    )


def prepare_sqlite(connection: Any, _record: object) -> None:
    """WAL with a full sync: a commit is on disk when it returns, and readers do not wait for the writer."""
    connection.isolation_level = None  # transactions are begun by us, not by the driver
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=10000",
        "cache_size=-16384",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def begin_sqlite(connection: Connection) -> None:
    """Writers take the lock at once: a lock upgraded half-way cannot wait for its turn."""
    connection.exec_driver_sql("BEGIN " + connection.get_execution_options().get(BEGIN, "IMMEDIATE"))


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that writes; commits at the end, rolls back on an exception."""
    with engine.begin() as connection:
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that only reads one state of the database, and does not hold up its writer."""
    with engine.connect() as connection:
        options: dict[str, Any] = {BEGIN: "DEFERRED"}
        if engine.dialect.name == "postgresql":
            options |= {"postgresql_readonly": True, "isolation_level": "REPEATABLE READ"}
        with connection.execution_options(**options).begin():
            yield connection


@contextmanager
def beside_writers(connection: Connection) -> Iterator[None]:
    """A transaction of a connection of one's own that reads, and writes temporary tables alone: it holds up nobody."""
    connection.execution_options(**{BEGIN: "DEFERRED"})
    with connection.begin():
        yield


@contextmanager
def to_write(connection: Connection) -> Iterator[None]:
    """A transaction that writes, on a connection of one's own."""
    connection.execution_options(**{BEGIN: "IMMEDIATE"})
    with connection.begin():
        yield


def close_engine(engine: Engine) -> None:
    """Lets go of a database for good: what is in use is closed when it comes back, and nothing connects anew.

    Engine.dispose alone forgets the connections that are in use: a call that was cut off goes on on its thread, and
    its connection would come back to a pool that nobody closes any more.
    """
    event.listen(engine, "do_connect", refuse_connection)
    event.listen(engine.pool, "checkin", close_connection)
    engine.dispose()


def refuse_connection(*_connect: object) -> None:
    raise RuntimeError("the database was let go of")


def close_connection(_connection: object, record: Any) -> None:
    record.close()


def ping(engine: Engine) -> None:
    """Raises when the database does not answer."""
    with reading(engine) as connection:
        connection.execute(text("SELECT 1"))
