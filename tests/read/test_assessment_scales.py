"""Read.AssessmentScales."""

from __future__ import annotations

from typing import Any

from organisation.v1.read_assessment_scales_pb2 import ReadAssessmentScalesRequest as Scales
from organisation.v1.read_base_pb2 import PagedRequestBase

from lms import tables
from tests.files.peers import Credential
from tests.read.conftest import NO_COURSE, Running
from tests.read.content import Content
from tests.read.gradebooks import read, refusals, refused


def scale(content: Content, site_id: int, sync_key: str, **values: Any) -> int:
    whole = {"title": f"Scale {sync_key}", "description": "", "totals": "", **values}
    return content.roster(tables.assessment_scale, site_id, sync_key, **whole)


def numbers(answer: Any) -> list[int]:
    return [one.assessment_id for one in answer.assessment_scales]


async def test_scales_of_the_site_come_with_those_of_the_course_that_is_named(running: Running) -> None:
    content = running.content
    school = content.organisation(3, "school")
    bio, other = content.course(3, "bio", organisation_id=school), content.course(3, "other")
    gone = content.course(3, "gone", deleted=True)
    of_bio = scale(content, 3, "bio", course_id=bio)
    marks = scale(content, 3, "marks", description="From 1 to 6", totals="Average")
    scale(content, 3, "other", course_id=other)
    scale(content, 3, "old", deleted=True)
    foreign = scale(content, 4, "foreign")
    grades = (("poor", 2, 0.0, 49.5), ("good", 1, 50.0, None), ("old", 3, None, None), ("far", 1, None, None))
    for key, position, first, last in grades:
        of = {"scale_id": foreign if key == "far" else marks, "site_id": 4 if key == "far" else 3}
        row: dict[str, Any] = {"title": key.title(), "percent_from": first, "percent_to": last, "position": position}
        content.roster(tables.assessment_item, sync_key=key, deleted=key == "old", **of, **row)

    alone = await read(running, Scales())
    assert (numbers(alone), alone.base.total) == ([marks], 1)
    [shown] = alone.assessment_scales
    assert (shown.title, shown.description, shown.totals) == ("Scale marks", "From 1 to 6", "Average")
    assert not shown.HasField("course_id")
    good, poor = shown.assessment_items
    assert (good.title, good.order_position, good.percent_from, good.HasField("percent_to")) == ("Good", 1, 50, False)
    assert (poor.title, poor.percent_from, poor.percent_to) == ("Poor", 0, 49.5)

    for named in (Scales(course_id=bio), Scales(course_sync_key="bio")):
        answer = await read(running, named)
        assert numbers(answer) == [of_bio, marks]
        first = answer.assessment_scales[0]
        assert (first.course_id, first.course_sync_key, list(first.assessment_items)) == (bio, "bio", [])
    second = PagedRequestBase(page_index=1, page_size=1)
    assert numbers(await read(running, Scales(course_id=bio, base=second))) == [marks]

    both = await refused(running, Scales(course_id=bio, course_sync_key="bio"))
    assert both[2] == "You are not allowed to enter both CourseId and CourseSyncKey."
    unknown = [Scales(course_id=number) for number in (0, gone, 2**31 - 1)]
    assert set(await refusals(running, [*unknown, Scales(course_sync_key="\0")])) == {NO_COURSE}
    narrowed = running.peers.access.add(Credential(8, 3, organisations=("school",)))
    assert numbers(await read(running, Scales(course_id=bio), narrowed)) == [of_bio, marks]
    assert await refused(running, Scales(course_id=other), narrowed) == NO_COURSE
