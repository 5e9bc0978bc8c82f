from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from organisation.v1 import read_course_elements_pb2 as elements
from organisation.v1 import read_courses_pb2 as courses
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import DBAPIError

from runtime.database import open_engine, reading
from runtime.migrations import upgrade
from services.read.course_elements import read_course_elements
from services.read.courses import read_courses
from services.read.scope import Scope
from services.read.server import ReadDataServicer
from services.read.service import build
from services.read.settings import ReadSettings
from tests.read.content import Content

Statement = tuple[str, Any]
ALL = courses.ReadCoursesRequest(include_additional_data=True)


@contextmanager
def statements(connection: Connection) -> Iterator[list[Statement]]:
    """Collects what is executed, with its parameters."""
    seen: list[Statement] = []

    def collect(_connection: object, _cursor: object, sql: str, parameters: Any, *_rest: object) -> None:
        seen.append((sql, parameters))

    event.listen(connection, "before_cursor_execute", collect)
    yield seen
    event.remove(connection, "before_cursor_execute", collect)


BY_DESIGN = ("SCAN CONSTANT ROW", "SCAN anon_")
"""The second: the few organisations that the same statement has found, at one of which and below a course must be."""


def filled(content: Content) -> int:
    """Makes a course with 60 pages, files and tests at its root, among others; returns its number."""
    course_id = 0
    for number in range(10):
        course_id = content.course(3, f"c{number}", organisation_id=content.organisation(3, f"o{number}"))
    for number in range(20):
        content.page(content.element(3, course_id, "Page", position=number), {"kind": "Text", "title": "", "text": "x"})
        content.file(content.element(3, course_id, "File", position=number))
        content.element(3, course_id, "Test", position=number)
    return course_id


def test_reads_take_few_statements_whatever_they_find(content: Content) -> None:
    course_id = filled(content)
    level = elements.ReadCourseElementsRequest(course_id=course_id, include_content=True)
    with reading(content.engine) as connection:
        with statements(connection) as seen:
            assert len(read_courses(connection, Scope(3, ("o1", "o2")), ALL).courses) == 2
        assert len(seen) == 4
        with statements(connection) as seen:
            assert len(read_course_elements(connection, Scope(3), level).course_elements) == 60
        assert len(seen) == 6


def test_every_statement_goes_by_an_index(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'content.sqlite'}")
    upgrade(engine, "content", "lms.migrations")
    content = Content(engine)
    course_id = filled(content)
    folder = content.element(3, course_id, "Folder")
    with reading(engine) as connection, statements(connection) as seen:
        read_courses(connection, Scope(3), ALL)
        read_courses(connection, Scope(3, ("o1", "o2")), ALL)
        of_organisation = courses.ReadCoursesRequest(id_type=courses.COURSE_ID_TYPE_ORGANISATION_SYNC_KEY, id="o1")
        assert len(read_courses(connection, Scope(3, ("o1", "o2")), of_organisation).courses) == 1
        for kind in courses.CourseIdType.values()[1:]:
            key = {1: str(course_id), 2: "c1", 5: str(course_id)}.get(kind, "o1")
            read_courses(connection, Scope(3), courses.ReadCoursesRequest(id_type=kind, id=key))
        for place in (0, folder):
            request = elements.ReadCourseElementsRequest(course_id=course_id, folder_id=place, include_content=True)
            read_course_elements(connection, Scope(3), request)
    with reading(engine) as connection:
        for sql, parameters in seen:
            plan = connection.exec_driver_sql("EXPLAIN QUERY PLAN " + sql, parameters).all()
            scans = [row[3] for row in plan if row[3].startswith("SCAN")]
            assert [scan for scan in scans if not scan.startswith(BY_DESIGN)] == [], sql
    engine.dispose()


async def test_the_service_is_ready_when_the_schema_is_there(database_url: str) -> None:
    service = build(ReadSettings(service_key="k" * 32, database_url=database_url))
    with pytest.raises(DBAPIError):
        await service.check()
    engine = open_engine(database_url)
    upgrade(engine, "content", "lms.migrations")
    await service.check()
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE course RENAME COLUMN credits TO points"))
    engine.dispose()
    late = build(ReadSettings(service_key="k" * 32, database_url=database_url))
    with pytest.raises(DBAPIError):
        await late.check()
    for each in (service, late):
        await each.stop()


def test_the_granting_types_are_those_of_the_contract(content: Content) -> None:
    servicer = ReadDataServicer(content.engine, access=None)  # type: ignore[arg-type]  # never asked here
    assert servicer._message_types == {
        "ReadCourses": "Read.Courses",
        "ReadCourseElements": "Read.Course.Elements",
        "ReadCourseElement": "Read.Course.Element",
    }
