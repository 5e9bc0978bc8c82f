"""CourseExportService."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import grpc
import pytest
from organisation.v1 import course_export_service_pb2 as pb
from organisation.v1.read_base_pb2 import RequestBase
from sqlalchemy import update

from lms import tables
from runtime.database import writing
from runtime.paging import encode_page_token
from tests.files.client import refusal
from tests.files.peers import Credential
from tests.read.conftest import NO_COURSE, Running
from tests.read.content import Content
from tests.read.gradebooks import assessment, category, item
from tests.read.planner import PlannerContent

FILE = "11111111-2222-3333-4444-555555555555"


async def export(running: Running, credential: Credential | None = None, **request: Any) -> list[Any]:
    ask = pb.ExportCourseRequest(**request)
    pages = running.export.ExportCourse(ask, metadata=(credential or running.bound).metadata())
    return [page async for page in pages]


async def refused(running: Running, credential: Credential | None = None, **request: Any) -> tuple[str, str, str]:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await export(running, credential, **request)
    return refusal(caught)


def told(pages: Sequence[pb.ExportCourseResponse]) -> list[tuple[str, int, list[str]]]:
    """Returns of each page its part, its folder, and the titles and names on it."""
    return [(str(page.WhichOneof("page")), page.folder_id, texts_of(page)) for page in pages]


def texts_of(page: pb.ExportCourseResponse) -> list[str]:
    shown = getattr(page, str(page.WhichOneof("page")))
    rows = [row for field, value in shown.ListFields() if field.name != "base" for row in value]
    return [getattr(row, "title", "") or getattr(row, "name", "") or row.person_sync_key for row in rows]


def school_course(content: Content) -> int:
    """A course with something in each part, and 101 marks, which are two pages."""
    course_id = content.course(3, "bio")
    week = content.element(3, course_id, "Folder", "Week")
    content.element(3, course_id, "Page", "Cells", week)
    content.element(3, course_id, "Folder", "Day", week)
    content.element(3, course_id, "Link", "Start")
    handouts = content.course_file(3, course_id, "\\Handouts")
    content.course_file(3, course_id, "\\Handouts\\a.pdf", handouts, file_id=FILE)
    planner = PlannerContent(content, 3, course_id)
    planner.lesson("l", planner.topic("t"))
    category(content, 3, "k", course_id=course_id)
    essay = item(content, course_id, "essay")
    for number in range(101):
        assessment(content, course_id, essay, content.pupil(3, f"pupil-{number:03}"))
    return course_id


async def test_a_whole_course_comes_part_by_part_and_goes_on_behind_any_page(running: Running) -> None:
    course_id = school_course(running.content)
    pages = await export(running, course_sync_key="bio")
    names = told(pages)
    week, day, handouts = names[1][1], names[2][1], names[-1][1]
    assert names[:7] == [
        ("elements", 0, ["Start", "Week"]),
        ("elements", week, ["Cells", "Day"]),
        ("elements", day, []),
        ("planner_topics", 0, ["Topic t"]),
        ("planner_lessons", 0, ["Lesson l"]),
        ("gradebook_categories", 0, ["Category k"]),
        ("gradebook_items", 0, ["Item essay"]),
    ]
    assert [(part, len(texts)) for part, _, texts in names[7:9]] == [
        ("gradebook_assessments", 100),
        ("gradebook_assessments", 1),
    ]
    assert names[9:] == [("files", 0, ["Handouts"]), ("files", handouts, ["a.pdf"])]
    for number, page in enumerate(pages[:-1], 1):
        rest = await export(running, course_id=course_id, resume_token=page.resume_token)
        assert told(rest) == names[number:]


async def test_parts_come_as_asked_and_what_a_course_does_not_use_is_left_out(running: Running) -> None:
    course_id = school_course(running.content)
    parts = [pb.COURSE_PART_FILES, pb.COURSE_PART_PLANNER_TOPICS]
    assert [part for part, _, _ in told(await export(running, course_id=course_id, parts=parts))] == [
        "files",
        "files",
        "planner_topics",
    ]
    off = {"planner_enabled": False, "use_assessment_record": False}
    with writing(running.content.engine) as connection:
        connection.execute(update(tables.course).values(off))
    assert {part for part, _, _ in told(await export(running, course_id=course_id))} == {"elements", "files"}
    assert await refused(running, course_id=course_id, parts=parts) == (
        "INVALID_ARGUMENT",
        "READ_REFUSED",
        "Planner is not enabled for the specified course.",
    )


async def test_an_export_shows_nothing_that_its_reads_would_not(running: Running) -> None:
    content = running.content
    foreign, own = content.course(4, "foreign"), content.course(3, "own", organisation_id=content.organisation(3, "a"))
    content.organisation(3, "b")
    for named in ({"course_id": foreign}, {"course_sync_key": "foreign"}, {"course_id": 2**31 - 1}):
        assert await refused(running, **named) == NO_COURSE
    narrowed = running.peers.access.add(Credential(17, 3, organisations=("b",)))
    assert await refused(running, narrowed, course_id=own) == NO_COURSE
    types = ("Read.Course.Elements", "Read.Course.Planner.Topics")
    granted = running.peers.access.add(Credential(18, 3, types=types))
    assert len(await export(running, granted, course_id=own, parts=[pb.COURSE_PART_ELEMENTS])) == 1
    for parts in ([], [pb.COURSE_PART_ELEMENTS, pb.COURSE_PART_FILES]):
        assert (await refused(running, granted, course_id=own, parts=parts))[:2] == (
            "PERMISSION_DENIED",
            "TYPE_NOT_GRANTED",
        )
    with_site = await refused(running, course_id=own, base=RequestBase(site_id=3))
    assert with_site[:2] == ("PERMISSION_DENIED", "SITE_NOT_ALLOWED")


async def test_what_cannot_be_exported_is_refused(running: Running) -> None:
    course_id = running.content.course(3, "bio")
    both = await refused(running, course_id=course_id, course_sync_key="bio")
    assert both[2] == "You are not allowed to enter both CourseId and CourseSyncKey."
    assert (await refused(running))[2] == "Either CourseId or CourseSyncKey must be specified."
    for part in (pb.COURSE_PART_UNSPECIFIED, 99):
        assert (await refused(running, course_id=course_id, parts=[part]))[:2] == ("INVALID_ARGUMENT", "INVALID_FIELD")
    for token in ("x", encode_page_token(7, 0, ""), encode_page_token(-1, 0, ""), encode_page_token(1, 0, "x")):
        wrong = await refused(running, course_id=course_id, resume_token=token)
        assert wrong[:2] == ("INVALID_ARGUMENT", "INVALID_FIELD")
    behind_all = encode_page_token(0, 2**70, "")
    assert told(await export(running, course_id=course_id, resume_token=behind_all))[0][0] == "planner_topics"
