"""Read.AssessmentRecord.Summary."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from organisation.v1.read_assessment_record_summary_pb2 import AssessmentRecordSummaryColumn as Column
from organisation.v1.read_assessment_record_summary_pb2 import ReadAssessmentRecordSummaryRequest as Summary
from organisation.v1.read_base_pb2 import PagedRequestBase

from lms import tables
from runtime.timestamps import timestamp
from tests.files.peers import Credential
from tests.read.conftest import NO_COURSE, Running
from tests.read.content import NOW
from tests.read.gradebooks import LONG_AGO, NEVER, person, read, record, refusals, refused


def numbers(answer: Any) -> list[tuple[int, int, int]]:
    """Column, course and person of each."""
    shown = answer.assessment_record_summaries
    return [(one.column_id, one.course_id, one.person_id) for one in shown]


async def test_changes_come_by_their_moments_and_are_found_by_every_filter(running: Running) -> None:
    content = running.content
    school = content.organisation(3, "school")
    bio, art = content.course(3, "bio", organisation_id=school), content.course(3, "art")
    off = content.course(3, "off", use_assessment_record=False)
    gone = content.course(3, "gone", deleted=True)
    anna, ben, left = person(content, 3, "anna"), person(content, 3, "ben"), person(content, 3, "left", deleted=True)
    content.insert(tables.person_organisation, person_id=anna, organisation_id=school, position=0)
    final, half, old = (
        content.roster(tables.summary_column, 3, key, title=f"Column {key}", deleted=key == "old")
        for key in ("final", "half", "old")
    )
    record(content, final, bio, anna, status="Passed", completed=True, updated_at=NOW + timedelta(days=2))
    record(content, final, bio, ben, status="Failed", updated_at=NOW + timedelta(days=1))
    record(content, half, art, anna, value="", updated_at=NOW + timedelta(days=1))
    record(content, half, bio, ben, deleted=True)
    for column_id, course_id, person_id in ((old, bio, anna), (half, off, anna), (half, gone, anna), (half, bio, left)):
        record(content, column_id, course_id, person_id)

    async def found(credential: Credential | None = None, **filters: Any) -> list[tuple[int, int, int]]:
        answer = await read(running, Summary(date=LONG_AGO, **filters), credential)
        assert answer.base.total == len(answer.assessment_record_summaries)
        return numbers(answer)

    every = [(final, bio, ben), (half, art, anna), (final, bio, anna)]
    assert await found() == every
    _, bare, full = (await read(running, Summary(date=LONG_AGO))).assessment_record_summaries
    assert (full.column_external_id, full.column_title, full.value) == ("final", "Column final", "5")
    assert (full.course_sync_key, full.person_sync_key, full.status, full.completed) == ("bio", "anna", "Passed", True)
    assert full.updated_date == timestamp(NOW + timedelta(days=2))
    assert (bare.value, bare.status, bare.HasField("completed")) == ("", "", False)

    since = Summary(date=timestamp(NOW + timedelta(days=1)))
    assert numbers(await read(running, since)) == [(final, bio, anna)]
    assert await found(columns=[Column(column_external_id=key) for key in ("half", "", "\0")]) == [every[1]]
    assert await found(columns=[Column(column_external_id="unknown")]) == []
    assert await found(columns=[Column()]) == every
    assert await found(completed_only=True) == [every[2]]
    assert await found(completed_only=False) == [every[0]]
    assert await found(course_id=bio) == await found(course_sync_key="bio") == [every[0], every[2]]
    assert await found(person_id=anna) == await found(person_sync_key="anna") == every[1:]
    assert await found(person_id=anna, course_id=bio, completed_only=False) == []
    narrowed = running.peers.access.add(Credential(8, 3, organisations=("school",)))
    assert await found(narrowed) == [every[2]]
    assert await refused(running, Summary(date=LONG_AGO, course_id=art), narrowed) == NO_COURSE

    for size in (1, 2):
        pages = [await read(running, Summary(date=LONG_AGO, base=PagedRequestBase(page_size=size)))]
        while token := pages[-1].base.next_page_token:
            base = PagedRequestBase(page_size=size, page_token=token)
            pages.append(await read(running, Summary(date=LONG_AGO, base=base)))
        assert [one for page in pages for one in numbers(page)] == every
        for index, page in enumerate(pages):
            base = PagedRequestBase(page_index=index, page_size=size)
            assert await read(running, Summary(date=LONG_AGO, base=base)) == page
        later = Summary(
            date=since.date, base=PagedRequestBase(page_size=size, page_token=pages[0].base.next_page_token)
        )
        assert numbers(await read(running, later)) == [every[2]]


async def test_what_is_wrong_is_refused(running: Running) -> None:
    running.content.course(3, "bio")
    asked: list[dict[str, Any]] = [
        {"course_id": 1, "course_sync_key": "bio"},
        {"course_id": 99_999},
        {"person_id": 1, "person_sync_key": "x"},
        {"person_sync_key": "nobody"},
        {"columns": [Column(column_external_id=str(number)) for number in range(1001)]},
        {"base": PagedRequestBase(page_token="WzEsMV0")},
        {"base": PagedRequestBase(page_token="WzEsOTIyMzM3MjAzNjg1NDc3NTgwNywxXQ")},
    ]
    requests = [Summary(), Summary(date=NEVER), *[Summary(date=LONG_AGO, **wrong) for wrong in asked]]
    assert [text for _, _, text in await refusals(running, requests)] == [
        "Date is mandatory.",
        "date is no moment between the years 1 and 9999.",
        "You are not allowed to enter both CourseId and CourseSyncKey.",
        NO_COURSE[2],
        "You are not allowed to enter both PersonId and PersonSyncKey",
        "Person with specified PersonId/PersonSyncKey/Username is not valid.",
        "Columns has more than 1000 items.",
        "page_token is not one that this service gave.",
        "page_token is not one that this service gave.",
    ]
