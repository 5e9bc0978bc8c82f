"""No statement of a read goes through a whole table: each has an index that serves it, on either store."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from organisation.v1.read_base_pb2 import PagedRequestBase
from rich.console import Console
from sqlalchemy import Connection, Engine, text

from benchmarks.read_requests import requests_of
from benchmarks.reads import DEEP, letters
from benchmarks.school.fill import fill
from benchmarks.school.size import SITE, Size
from runtime.database import open_engine, reading
from services.read.course_files import CourseFiles
from services.read.queries import Read
from services.read.reads import reads_of
from services.read.scope import Scope
from tests.read.statements import BY_DESIGN, statements

FACTOR = 0.002


@pytest.fixture
def school(content_url: str) -> Iterator[Engine]:
    engine = open_engine(content_url)
    fill(engine, Size.of(FACTOR), Console(quiet=True))
    yield engine
    engine.dispose()


def scans(connection: Connection, sql: str, parameters: Any) -> list[str]:
    """Returns the tables that a statement would go through row by row for want of an index."""
    if connection.dialect.name == "postgresql":
        plan = [str(row[0]) for row in connection.exec_driver_sql("EXPLAIN " + sql, parameters)]
        return [found[1] for line in plan if (found := re.search(r"Seq Scan on (\w+)", line))]
    rows = connection.exec_driver_sql("EXPLAIN QUERY PLAN " + sql, parameters)
    return [str(row[3]) for row in rows if row[3].startswith("SCAN") and not row[3].startswith(BY_DESIGN)]


def test_every_statement_of_every_read_has_an_index(school: Engine) -> None:
    reads: dict[str, Read[Any, Any]] = {**reads_of(CourseFiles(0)), "ReadWarningLetter": letters}
    requests = requests_of(Size.of(FACTOR))
    found: dict[str, set[str]] = {}
    for name, read in reads.items():
        bases = [None, PagedRequestBase(page_index=1)] if name in DEEP else [None]
        with reading(school) as connection, statements(connection) as seen:
            for scope in (Scope(SITE), Scope(SITE, ("district",))):
                for base in bases:
                    request = next(requests[name])
                    if base is not None:
                        request.base.CopyFrom(base)
                    read(connection, scope, request)
        with reading(school) as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SET LOCAL enable_seqscan = off"))
            tables = {table for sql, parameters in seen for table in scans(connection, sql, parameters)}
        if tables:
            found[name] = tables
    assert found == {}
