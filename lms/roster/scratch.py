"""Where an import keeps what it has not stored yet.

On PostgreSQL that are temporary tables. SQLite's may be kept in memory, whatever their size (the wheel's are), so there
it is a file of its own beside the database, without a journal: it is thrown away whatever happens.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine

SCHEMA: Final = "scratch"
SUFFIX: Final = ".import"
PRAGMAS: Final = (
    f"{SCHEMA}.journal_mode = OFF",
    f"{SCHEMA}.synchronous = OFF",
    f"{SCHEMA}.locking_mode = EXCLUSIVE",
    f"{SCHEMA}.cache_size = -8192",
)


@contextmanager
def importing(engine: Engine) -> Iterator[Connection]:
    """Gives a connection of an import's own; what it keeps is gone at the end."""
    with engine.connect() as connection:
        connection.detach()
        if engine.dialect.name != "sqlite":
            plan_anew(connection)
            yield connection
            return
        file = Path(f"{engine.url.database}{SUFFIX}")
        file.unlink(missing_ok=True)  # of a process that was killed
        try:
            attach(connection, file)
            yield connection
        finally:
            connection.close()
            file.unlink(missing_ok=True)


def plan_anew(connection: Connection) -> None:
    """Has PostgreSQL plan each statement for its tables as they are: a plan made while they were empty reads all."""
    driver: Any = connection.connection.dbapi_connection
    driver.prepare_threshold = None


def attach(connection: Connection, file: Path) -> None:
    """Gives the connection its file."""
    driver: Any = connection.connection.dbapi_connection
    driver.execute(f"ATTACH DATABASE ? AS {SCHEMA}", (str(file),))
    for pragma in PRAGMAS:
        driver.execute(f"PRAGMA {pragma}")


def scratch(connection: Connection) -> dict[str, Any]:
    """Returns the arguments of a table that is kept there."""
    return {"schema": SCHEMA} if connection.dialect.name == "sqlite" else {"prefixes": ["TEMPORARY"]}
