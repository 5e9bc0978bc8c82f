"""Read.Course.Planner.Lessons and Read.Course.Planner.Topics."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.files.peers import Credential
from tests.read.conftest import NO_COURSE, Running, page
from tests.read.content import NOW
from tests.read.planner import PlannerContent

START = datetime(2031, 9, 1, 6, 0, tzinfo=UTC)
STOP = datetime(2031, 9, 1, 6, 45, tzinfo=UTC)


def refusal(text: str) -> tuple[str, str, str]:
    return "INVALID_ARGUMENT", "READ_REFUSED", text


async def test_lessons_come_in_order_with_their_columns(running: Running) -> None:
    course_id = running.content.course(3, "a")
    planner = PlannerContent(running.content, 3, course_id)
    homework = planner.column("Lesson", 3, "Custom", "Homework", position=2)
    goals = planner.column("Lesson", 4, "LearningObjectives", position=1)
    planner.column("Lesson", 3, "Custom", "Old", position=1, deleted_at=NOW)
    planner.column("Topic", 9, "Custom", "Not of lessons")
    topic = planner.topic("t")
    last = planner.lesson("l-2", position=7)
    full = planner.lesson(
        "l-1",
        topic,
        position=2,
        outline="<p>Hot</p>",
        class_hours="1st",
        active=False,
        start_at=START,
        stop_at=STOP,
    )
    planner.lesson("gone", topic, position=1, deleted_at=NOW)
    planner.text("Lesson", full, homework, "<b>p. 4</b>")
    planner.objectives("Lesson", full, goals, "LO-2", "LO-1")
    answer = await running.lessons(course_sync_key="a")
    one, two = answer.lessons
    assert (answer.base.total, one.lesson_id, two.lesson_id) == (2, full, last)
    assert (one.sync_key, one.title, one.description, one.class_hours) == ("l-1", "Lesson l-1", "<p>Hot</p>", "1st")
    assert (one.active, one.topic_id, one.topic_title) == (False, topic, "Topic t")
    assert (one.start_date.ToDatetime(UTC), one.end_date.ToDatetime(UTC)) == (START, STOP)
    shown = [
        (column.column_id, column.name, column.text, [lo.learning_objective_id for lo in column.learning_objectives])
        for column in one.lesson_custom_columns
    ]
    assert shown == [(4, "LearningObjectives", "", ["LO-2", "LO-1"]), (3, "Homework", "<b>p. 4</b>", [])]
    assert [(column.column_id, column.text) for column in two.lesson_custom_columns] == [(4, ""), (3, "")]
    assert (two.active, two.HasField("topic_id"), two.topic_title) == (True, False, "")
    assert (two.HasField("start_date"), two.HasField("end_date")) == (False, False)


async def test_topics_come_in_order_with_their_columns(running: Running) -> None:
    course_id = running.content.course(3, "a")
    planner = PlannerContent(running.content, 3, course_id)
    goal = planner.column("Topic", 1, "Custom", "Goal")
    objectives = planner.column("Topic", 2, "LearningObjectives", "Aims")
    planner.column("Topic", 5, "Resources")
    second, first = planner.topic("t-2", position=2), planner.topic("t-1", position=1)
    planner.topic("gone", position=1, deleted_at=NOW)
    planner.text("Topic", second, goal, "<i>tell apart</i>")
    planner.objectives("Topic", second, objectives, "LO-1")
    answer = await running.topics(course_id=course_id)
    assert [(topic.topic_id, topic.sync_key, topic.title) for topic in answer.topics] == [
        (first, "t-1", "Topic t-1"),
        (second, "t-2", "Topic t-2"),
    ]
    empty, full = (
        [
            (column.column_id, column.name, column.type, column.text, len(column.learning_objectives))
            for column in topic.topic_custom_columns
        ]
        for topic in answer.topics
    )
    assert full == [(1, "Goal", 1, "<i>tell apart</i>", 0), (2, "Aims", 7, "", 1), (5, "Resources", 8, "", 0)]
    assert empty == [(1, "Goal", 1, "", 0), (2, "Aims", 7, "", 0), (5, "Resources", 8, "", 0)]
    assert not answer.topics[0].topic_custom_columns[0].HasField("term")


@pytest.mark.parametrize("method", ["lessons", "topics"])
async def test_a_planner_is_read_by_pages(running: Running, method: str) -> None:
    planner = PlannerContent(running.content, 3, running.content.course(3, "a"))
    for number in range(5):
        planner.topic(f"t-{number}")
        planner.lesson(f"l-{number}")

    async def keys(**base: Any) -> list[str]:
        answer = await getattr(running, method)(course_sync_key="a", base=page(**base))
        assert answer.base.total == 5
        return [one.sync_key for one in getattr(answer, method)]

    pages = [await keys(index=index, size=2) for index in range(4)]
    assert [one[2:] for found in pages for one in found] == ["0", "1", "2", "3", "4"]
    assert pages[3] == []
    first = await getattr(running, method)(course_sync_key="a", base=page(size=2))
    assert await keys(size=2, token=first.base.next_page_token) == pages[1]
    refused = await running.refused(method, course_sync_key="a", base=page(index=-1))
    assert refused[:2] == ("INVALID_ARGUMENT", "INVALID_FIELD")


@pytest.mark.parametrize("method", ["lessons", "topics"])
async def test_the_course_must_be_there_with_its_planner_on(running: Running, method: str) -> None:
    content = running.content
    school = content.organisation(3, "school")
    narrowed = running.peers.access.add(Credential(8, 3, organisations=("school",)))
    ungranted = running.peers.access.add(Credential(9, 3, types=("Read.Courses",)))
    bare = content.course(3, "bare", organisation_id=school, is_archived=True)
    content.course(3, "off", planner_enabled=False)
    unseen = [content.course(3, "deleted", deleted=True), content.course(4, "foreign"), 99_999, -1, 2**31 - 1]
    for credential in (running.bound, narrowed):
        answer = await getattr(running, method)(credential, course_id=bare)
        assert (len(getattr(answer, method)), answer.base.total) == (0, 0)
    switched_off = refusal("Planner is not enabled for the specified course.")
    assert await running.refused(method, course_sync_key="off") == switched_off
    assert await running.refused(method, narrowed, course_sync_key="off") == NO_COURSE
    for number in unseen:
        assert await running.refused(method, course_id=number) == NO_COURSE
    for key in ("deleted", "foreign", "nowhere", "\0"):
        assert await running.refused(method, course_sync_key=key) == NO_COURSE
    both = refusal("You are not allowed to enter both CourseId and CourseSyncKey.")
    assert await running.refused(method, course_id=bare, course_sync_key="bare") == both
    assert await running.refused(method) == refusal("Either CourseId or CourseSyncKey must be specified.")
    assert (await running.refused(method, ungranted, course_id=bare))[1] == "TYPE_NOT_GRANTED"
