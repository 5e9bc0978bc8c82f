"""Gradebooks and assessment records come with a roster."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import grpc
import pytest
from organisation.v1 import platform_service_pb2 as pb
from organisation.v1.platform_service_pb2_grpc import PlatformServiceStub
from sqlalchemy import select

from lms.tables import (
    course,
    gradebook_assessment,
    gradebook_category,
    gradebook_item,
    summary_column,
    summary_record,
    term,
)
from tests.processor.conftest import Platform
from tests.processor.test_platform_service import HERE, bring, heading, operator, row_course
from tests.processor.test_repository import grade, scale

if TYPE_CHECKING:
    from organisation.v1.platform_service_pb2_grpc import PlatformServiceAsyncStub

Row = pb.ImportRosterRequest


@pytest.fixture
async def stub(platform: Platform) -> AsyncIterator[PlatformServiceAsyncStub]:
    async with grpc.aio.insecure_channel(f"127.0.0.1:{platform.host.port}") as channel:
        yield PlatformServiceStub(channel)


def person(key: str) -> Row:
    return Row(person=pb.RosterPerson(sync_key=key, role="student"))


def category(key: str = "k", **values: Any) -> Row:
    return Row(gradebook_category=pb.RosterGradebookCategory(**{"sync_key": key, "title": "Homework", **values}))


def item(key: str = "i", **values: Any) -> Row:
    whole = {"sync_key": key, "title": "Essay", "course_sync_key": "c1", **values}
    return Row(gradebook_item=pb.RosterGradebookItem(**whole))


def assessment(key: str = "a", **values: Any) -> Row:
    own = {"gradebook_item_sync_key": "i", "person_sync_key": "p", "assessed_at": "2031-02-03"}
    return Row(gradebook_assessment=pb.RosterGradebookAssessment(**{"sync_key": key, **own, **values}))


def column(key: str = "sc", **values: Any) -> Row:
    return Row(summary_column=pb.RosterSummaryColumn(**{"sync_key": key, "title": "Final", **values}))


def record(key: str = "r", **values: Any) -> Row:
    own = {"column_sync_key": "sc", "course_sync_key": "c1", "person_sync_key": "p"}
    return Row(summary_record=pb.RosterSummaryRecord(**{"sync_key": key, **own, **values}))


WORLD = [
    heading(),
    Row(term=pb.RosterTerm(sync_key="t", title="Spring", kind="gradingPeriod")),
    row_course(),
    row_course(sync_key="c2"),
    person("p"),
    person("teacher"),
    scale(),
    scale("of-c2", course_sync_key="c2"),
    grade(),
    grade("far", scale_sync_key="of-c2"),
]
FULL = item(
    description="<p onclick='x'>Write</p>",
    category_sync_key="k",
    term_sync_key="t",
    assessment_scale_sync_key="s",
    date="2031-01-07",
    deadline="2031-02-01T12:00:00+01:00",
    max_points=20,
    weight=0.5,
)
GIVEN = assessment(
    status="fully graded",
    score=-1.5,
    assessment_item_sync_key="g",
    assessed_at="2031-02-03T08:00:00.5Z",
    comment="a < b",
    evaluator_sync_key="teacher",
)
RECORDED = record(value="5", status="Passed", completed=True)
ROWS = [*WORLD, category(weight=40), FULL, GIVEN, column(), RECORDED]
KINDS = ("gradebook_category", "gradebook_item", "gradebook_assessment", "summary_column", "summary_record")


async def test_a_gradebook_and_a_record_are_brought_once_changed_and_deleted(
    platform: Platform, stub: PlatformServiceAsyncStub
) -> None:
    counts = await bring(stub, ROWS)
    assert [counts[kind] for kind in KINDS] == [(1, 0, 0, 0, 0)] * 5
    counts = await bring(stub, ROWS)
    assert [counts[kind] for kind in KINDS] == [(0, 0, 1, 0, 0)] * 5

    kept = platform.rows(select(gradebook_item))[0]
    here = select(course.c.id).where(course.c.site_id == HERE, course.c.sync_key == "c1")
    assert [kept.course_id] == platform.values(here)
    assert (kept.description, kept.max_points, kept.weight, kept.element_id) == ("<p>Write</p>", 20, 0.5, None)
    assert [kept.term_id, kept.category_id] == platform.values(select(term.c.id)) + platform.values(
        select(gradebook_category.c.id)
    )
    assert (kept.date, kept.deadline) == (datetime(2031, 1, 7, tzinfo=UTC), datetime(2031, 2, 1, 11, tzinfo=UTC))
    given = platform.rows(select(gradebook_assessment))[0]
    assert (given.course_id, given.item_id) == (kept.course_id, kept.id)
    assert (given.status, given.score, given.comment) == ("fully graded", -1.5, "a &lt; b")
    assert given.assessed_at == datetime(2031, 2, 3, 8, 0, 0, 500_000, UTC)
    shown = platform.rows(select(summary_record.c.value, summary_record.c.status, summary_record.c.completed))
    assert shown == [("5", "Passed", True)]

    bare = [heading(), category(), item(course_sync_key="c2"), assessment(), column(title="End"), record()]
    counts = await bring(stub, bare)
    assert [counts[kind] for kind in KINDS] == [(0, 1, 0, 0, 0)] * 5
    kept, given = (platform.rows(select(table))[0] for table in (gradebook_item, gradebook_assessment))
    assert (kept.category_id, kept.term_id, kept.assessment_scale_id, kept.date, kept.max_points) == (None,) * 5
    assert (given.course_id, given.score, given.comment, given.evaluator_id) == (kept.course_id, None, None, None)
    assert platform.values(select(gradebook_category.c.weight)) == [None]

    gone = [
        heading(),
        category(deleted=True),
        item(deleted=True),
        item("i2", course_sync_key="c1"),
        assessment(deleted=True),
        assessment("a2", gradebook_item_sync_key="i2"),
        record(deleted=True),
        record("r2"),
        column(deleted=True),
    ]
    counts = await bring(stub, gone)
    assert [counts[kind] for kind in KINDS] == [
        (0, 0, 0, 1, 0),
        (1, 0, 0, 1, 0),
        (1, 0, 0, 1, 0),
        (0, 0, 0, 1, 0),
        (1, 0, 0, 1, 0),
    ]
    assert platform.values(select(summary_column.c.deleted_at.is_(None))) == [False]


async def test_the_setting_use_assessment_record_stays_where_a_roster_does_not_say_it(
    platform: Platform, stub: PlatformServiceAsyncStub
) -> None:
    setting = select(course.c.use_assessment_record).where(course.c.site_id == HERE)
    counts = []
    for row in (row_course(), row_course(use_assessment_record=False), row_course(title="Maths 2"), row_course()):
        counts.append((await bring(stub, [heading(), row]))["course"])
        counts.append(tuple(platform.values(setting)))
    created, changed = (1, 0, 0, 0, 0), (0, 1, 0, 0, 0)
    assert counts == [created, (True,), changed, (False,), changed, (False,), changed, (False,)]
    both = [heading(), row_course(deleted=True), row_course(sync_key="c3", use_assessment_record=True)]
    assert (await bring(stub, both))["course"] == (1, 0, 0, 1, 0)


HUGE = "9999999999-01-01"
REFUSALS = [
    (category("x", title=" "), "title is blank."),
    (category("x", weight=-1), "weight is no number from 0."),
    (category("x", weight=float("inf")), "weight is no number from 0."),
    (category("x", course_sync_key="nowhere"), "The course 'nowhere' is not known."),
    (category("x\0"), "sync_key contains invalid characters."),
    (item("x", course_sync_key=""), "The course '' is not known."),
    (item("x", category_sync_key="of-c2"), "The gradebook_category 'of-c2' is of another course."),
    (item("x", category_sync_key="none"), "The gradebook_category 'none' is not known."),
    (item("x", assessment_scale_sync_key="of-c2"), "The assessment_scale 'of-c2' is of another course."),
    (item("x", date=HUGE), "date is no date or moment."),
    (item("x", deadline="0001-01-01T00:00:00+14:00"), "deadline is no date or moment."),
    (item("x", max_points=float("nan")), "max_points is no number from 0."),
    (item("x", description="\0"), "description contains invalid characters."),
    (assessment("x", gradebook_item_sync_key="nowhere"), "The gradebook_item 'nowhere' is not known."),
    (assessment("x", person_sync_key="usr-3"), "The person 'usr-3' is not known."),
    (
        assessment("x", assessment_item_sync_key="far"),
        "The assessment_item 'far' is not of the gradebook_item's scale.",
    ),
    (assessment("x", score=float("nan")), "score is no number."),
    (assessment("x", assessed_at=""), "assessed_at is blank."),
    (assessment("x", status="x" * 33), "status is longer than 32 characters."),
    (assessment("x", evaluator_sync_key="nobody"), "The person 'nobody' is not known."),
    (column("x", title=""), "title is blank."),
    (record("x", column_sync_key="k"), "The summary_column 'k' is not known."),
    (record("x", completed=True), "completed needs a status."),
]


def numbered(row: Row, number: int) -> Row:
    """Returns the row with a key of its own: of those with the same key the last holds."""
    changed = Row()
    changed.CopyFrom(row)
    inner = getattr(changed, changed.WhichOneof("item") or "")
    inner.sync_key = f"{number}{inner.sync_key}"
    return changed


async def test_rows_that_cannot_be_taken_are_refused_and_leave_the_others(
    platform: Platform, stub: PlatformServiceAsyncStub
) -> None:
    rows = [*WORLD, category(), category("of-c2", course_sync_key="c2"), item(), column()]
    refused = [numbered(row, number) for number, (row, _) in enumerate(REFUSALS)]
    answer = await stub.ImportRoster(iter([*rows, *refused]), metadata=operator())
    assert [one.text for one in answer.refusals] == [text for _, text in REFUSALS]
    assert platform.values(select(gradebook_item.c.sync_key)) == ["i"]
    assert platform.rows(select(gradebook_assessment)) == []
    assert platform.rows(select(summary_record)) == []
