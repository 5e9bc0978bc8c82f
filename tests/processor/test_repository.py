"""Assessment scales, learning objectives, behaviour remarks and settings of courses come with a roster."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import grpc
import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from organisation.v1 import platform_service_pb2 as pb
from organisation.v1.platform_service_pb2_grpc import PlatformServiceStub
from sqlalchemy import select

from lms.tables import assessment_item, assessment_scale, behaviour_remark, course, learning_objective
from tests.processor.conftest import Platform
from tests.processor.test_platform_service import bring, heading, operator, row_course

if TYPE_CHECKING:
    from organisation.v1.platform_service_pb2_grpc import PlatformServiceAsyncStub

NOTED = 1_788_249_600


@pytest.fixture
async def stub(platform: Platform) -> AsyncIterator[PlatformServiceAsyncStub]:
    async with grpc.aio.insecure_channel(f"127.0.0.1:{platform.host.port}") as channel:
        yield PlatformServiceStub(channel)


def scale(key: str = "s", **values: object) -> pb.ImportRosterRequest:
    whole = {"sync_key": key, "title": "Marks", **values}
    return pb.ImportRosterRequest(assessment_scale=pb.RosterAssessmentScale(**whole))  # type: ignore[arg-type]


def grade(key: str = "g", **values: object) -> pb.ImportRosterRequest:
    whole = {"sync_key": key, "title": "Good", "scale_sync_key": "s", **values}
    return pb.ImportRosterRequest(assessment_item=pb.RosterAssessmentItem(**whole))  # type: ignore[arg-type]


def objective(key: str, **values: object) -> pb.ImportRosterRequest:
    whole = {"sync_key": key, "title": "Cells", "kind": "LearningObjective", "published": True, **values}
    return pb.ImportRosterRequest(learning_objective=pb.RosterLearningObjective(**whole))  # type: ignore[arg-type]


async def test_scales_are_for_the_site_or_a_course(platform: Platform, stub: PlatformServiceAsyncStub) -> None:
    rows = [
        heading(),
        row_course(),
        scale(description="d", totals="Sum"),
        scale("of-c1", course_sync_key="c1"),
        grade(percent_from=50, percent_to=100, position=1),
        grade("g2", title="Poor", percent_from=0, position=2),
    ]
    counts = await bring(stub, rows)
    assert (counts["assessment_scale"], counts["assessment_item"]) == ((2, 0, 0, 0, 0), (2, 0, 0, 0, 0))
    assert set((await bring(stub, rows)).values()) == {(0, 0, 1, 0, 0), (0, 0, 2, 0, 0)}
    columns = assessment_scale.c
    query = select(columns.description, columns.totals, columns.course_id.is_(None)).order_by(columns.sync_key)
    assert [tuple(row) for row in platform.rows(query)] == [("", "", False), ("d", "Sum", True)]
    grades = select(assessment_item.c.title, assessment_item.c.percent_from, assessment_item.c.percent_to)
    assert platform.rows(grades.order_by("position")) == [("Good", 50.0, 100.0), ("Poor", 0.0, None)]
    changes = [heading(), scale(title="Grades"), scale("of-c1", deleted=True), grade("g2", title="Poor")]
    counts = await bring(stub, changes)
    assert counts == {"assessment_scale": (0, 1, 0, 1, 0), "assessment_item": (0, 1, 0, 0, 0)}
    assert platform.rows(grades.where(assessment_item.c.title == "Poor")) == [("Poor", None, None)]


async def test_objectives_are_a_tree(platform: Platform, stub: PlatformServiceAsyncStub) -> None:
    rows = [
        heading(),
        objective("LO-1", parent_sync_key="biology", description="d"),
        objective("biology", kind="Subject", published=False),
    ]
    assert (await bring(stub, rows))["learning_objective"] == (2, 0, 0, 0, 0)
    columns = learning_objective.c
    subject, one = platform.rows(select(learning_objective).order_by(columns.kind.desc()))
    assert (subject.sync_key, subject.published, subject.parent_id) == ("biology", False, None)
    assert (one.sync_key, one.description, one.published, one.parent_id) == ("LO-1", "d", True, subject.id)
    assert (await bring(stub, [heading(), objective("LO-1", deleted=True)]))["learning_objective"] == (0, 0, 0, 1, 0)


def person(key: str) -> pb.ImportRosterRequest:
    return pb.ImportRosterRequest(person=pb.RosterPerson(sync_key=key, role="student"))


def remark(key: str = "r", **values: Any) -> pb.ImportRosterRequest:
    noted_at = Timestamp(seconds=NOTED)
    whole = {"sync_key": key, "person_sync_key": "p", "type": "Negative", "noted_at": noted_at, **values}
    return pb.ImportRosterRequest(behaviour_remark=pb.RosterBehaviourRemark(**whole))


async def test_remarks_are_about_a_person(platform: Platform, stub: PlatformServiceAsyncStub) -> None:
    term = pb.ImportRosterRequest(term=pb.RosterTerm(sync_key="t", title="T", kind="term"))
    base = [heading(), term, row_course(), person("p"), person("author")]
    whole = remark(
        code="LATE",
        weight=-2,
        description="Late",
        reaction="Talk",
        course_sync_key="c1",
        term_sync_key="t",
        author_sync_key="author",
    )
    for count in ((2, 0, 0, 0, 0), (0, 0, 2, 0, 0)):
        assert (await bring(stub, [*base, whole, remark("r2", type="Positive")]))["behaviour_remark"] == count
    full, bare = platform.rows(select(behaviour_remark).order_by("sync_key"))
    assert (full.code, full.weight, full.description, full.reaction) == ("LATE", -2, "Late", "Talk")
    assert full.noted_at == datetime.fromtimestamp(NOTED, UTC)
    assert full.author_id not in (None, full.person_id)
    assert None not in (full.course_id, full.term_id)
    assert (bare.type, bare.course_id, bare.term_id, bare.author_id) == ("Positive", None, None, None)
    changes = [heading(), remark("r", weight=1), remark("r2", deleted=True)]
    assert await bring(stub, changes) == {"behaviour_remark": (0, 1, 0, 1, 0)}


async def test_a_course_keeps_its_planner_setting_while_rosters_say_nothing_of_it(
    platform: Platform, stub: PlatformServiceAsyncStub
) -> None:
    settings = select(course.c.planner_enabled).where(course.c.sync_key.in_(["c1", "c2"])).order_by(course.c.sync_key)

    async def after(*rows: pb.ImportRosterRequest) -> list[bool]:
        await bring(stub, [heading(), *rows])
        return platform.values(settings)

    assert await after(row_course(), row_course(sync_key="c2", planner_enabled=False)) == [True, False]
    assert await after(row_course(planner_enabled=False), row_course(sync_key="c2", title="New")) == [False, False]
    assert await after(row_course(deleted=True), row_course(sync_key="c2", planner_enabled=True)) == [False, True]
    assert await after(row_course(), row_course(sync_key="c2", deleted=True)) == [False, True]


@pytest.mark.parametrize(
    ("row", "text"),
    [
        (remark(), "The person 'p' is not known."),
        (remark(noted_at=None), "noted_at is missing."),
        (remark(person_sync_key="q", type="Neutral"), "type is none of Positive, Negative."),
        (remark(person_sync_key="q", code="x" * 65), "code is longer than 64 characters."),
        (remark(person_sync_key="q", reaction="\0"), "reaction contains invalid characters."),
        (remark(person_sync_key="q", author_sync_key="nobody"), "The person 'nobody' is not known."),
        (remark(person_sync_key="q", term_sync_key="never"), "The term 'never' is not known."),
        (scale(title=" "), "title is blank."),
        (scale(course_sync_key="nowhere"), "The course 'nowhere' is not known."),
        (scale(totals="x" * 33), "totals is longer than 32 characters."),
        (grade(), "The assessment_scale 's' is not known."),
        (objective("LO-1", kind="Poem"), "kind is none of Folder, Subject, Category, LearningObjective."),
        (objective("LO-1", parent_sync_key="LO-1"), "The learning_objective is its own parent."),
    ],
)
async def test_a_row_that_cannot_be_taken_is_refused(
    stub: PlatformServiceAsyncStub, row: pb.ImportRosterRequest, text: str
) -> None:
    answer = await stub.ImportRoster(iter([heading(), person("q"), row]), metadata=operator())
    assert [one.text for one in answer.refusals] == [text]


async def test_a_moment_that_cannot_be_stops_the_import(platform: Platform, stub: PlatformServiceAsyncStub) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await bring(stub, [heading(), person("p"), remark(noted_at=Timestamp(seconds=2**62))])
    assert refused.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert platform.rows(select(behaviour_remark)) == []


@pytest.mark.parametrize(
    ("ends", "text"),
    [
        ({"percent_from": -1}, "percent_from and percent_to are from 0 to 100."),
        ({"percent_to": 100.5}, "percent_from and percent_to are from 0 to 100."),
        ({"percent_to": float("nan")}, "percent_from and percent_to are from 0 to 100."),
        ({"percent_from": 60, "percent_to": 50}, "percent_to is less than percent_from."),
    ],
)
async def test_a_grade_has_a_range_of_per_cents(
    stub: PlatformServiceAsyncStub, ends: dict[str, object], text: str
) -> None:
    answer = await stub.ImportRoster(iter([heading(), scale(), grade("g", **ends)]), metadata=operator())
    assert [one.text for one in answer.refusals] == [text]
