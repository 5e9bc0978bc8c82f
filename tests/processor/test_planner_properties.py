"""What holds for every sequence of messages that replace a planner."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import exists, insert, or_, select

from lms.tables import course, planner_column, planner_objective, planner_text
from tests.processor.conftest import Platform
from tests.processor.planners import (
    CREATE_PLANNER,
    UPDATE_PLANNER,
    Shown,
    column,
    create,
    identities,
    lesson,
    listed,
    objective,
    plan,
    replace,
    shown,
    text,
    topic,
)
from tests.processor.world import COURSE, NOW, SITE

Cells = dict[int, Any]
T = TypeVar("T", "SentLesson", "SentTopic")

COURSE_NUMBERS = itertools.count(100_000)
TITLES = st.sampled_from(["Mercury", "Ceres & Vesta", "<Moon>", "Sól"])


@dataclass(frozen=True)
class SentLesson:
    key: str | None
    title: str
    cells: Cells


@dataclass(frozen=True)
class SentTopic:
    key: str | None
    title: str
    cells: Cells
    lessons: list[SentLesson] = field(default_factory=list)


@dataclass(frozen=True)
class Sent:
    """A planner as a message has it; columns: level, ColumnId, type."""

    columns: list[tuple[str, int, str]]
    topics: list[SentTopic]
    lessons: list[SentLesson]

    @property
    def keys(self) -> set[str | None]:
        lessons = [*self.lessons, *(lesson for topic in self.topics for lesson in topic.lessons)]
        return {topic.key for topic in self.topics} | {lesson.key for lesson in lessons}


@st.composite
def cells_of(draw: st.DrawFn, columns: list[tuple[str, int, str]], level: str) -> Cells:
    cells: Cells = {}
    for its_level, number, kind in columns:
        if its_level == level and draw(st.booleans()):
            if kind == "Custom":
                cells[number] = draw(st.sampled_from(["", "<b>bold</b>", "plain"]))
            elif kind == "LearningObjectives":
                cells[number] = draw(st.lists(st.sampled_from(["LO-1", "LO-2", "LO-3"]), min_size=1, unique=True))
    return cells


@st.composite
def lessons_of(draw: st.DrawFn, columns: list[tuple[str, int, str]]) -> list[SentLesson]:
    keys = draw(st.lists(st.sampled_from([None, "l1", "l2", "l3", "l4", "l5"]), max_size=3))
    return [SentLesson(key, draw(TITLES), draw(cells_of(columns, "Lesson"))) for key in keys]


@st.composite
def planners(draw: st.DrawFn) -> Sent:
    numbers = draw(st.lists(st.integers(-3, 6), max_size=5, unique=True))
    kinds = st.sampled_from(["Custom", "LearningObjectives", "Date"])
    columns = [(draw(st.sampled_from(["Topic", "Lesson"])), number, draw(kinds)) for number in numbers]
    topics = [
        SentTopic(key, draw(TITLES), draw(cells_of(columns, "Topic")), draw(lessons_of(columns)))
        for key in draw(st.lists(st.sampled_from([None, "t1", "t2", "t3", "t4"]), max_size=4))
    ]
    return Sent(columns, topics, draw(lessons_of(columns)))


def known(sent: Sent) -> Sent:
    """Returns what counts of a message: of those with the same key the first, of those without a key none."""
    seen: set[str] = set()

    def first(parts: Sequence[T]) -> Iterator[T]:
        for part in parts:
            if part.key is not None and part.key not in seen:
                seen.add(part.key)
                yield part

    topics = [SentTopic(one.key, one.title, one.cells, list(first(one.lessons))) for one in first(sent.topics)]
    return Sent(sent.columns, topics, list(first(sent.lessons)))


def expected(last: Sent, ever: set[str], prefix: str) -> Shown:
    """Returns what the course's planner must be after the last message."""

    def name(key: str | None) -> str:
        return f"{prefix}{key}"

    in_order = sorted(last.columns, key=lambda one: one[0], reverse=True)
    lessons = [
        (name(lesson.key), lesson.title, name(topic.key), lesson.cells)
        for topic in last.topics
        for lesson in topic.lessons
    ]
    return Shown(
        [(level, number, kind, "Goal") for level, number, kind in in_order],
        [(name(topic.key), topic.title, topic.cells) for topic in last.topics],
        [*lessons, *((name(lesson.key), lesson.title, None, lesson.cells) for lesson in last.lessons)],
        {name(key) for key in ever if key not in last.keys},
    )


def escaped(title: str) -> str:
    return title.replace("&", "&amp;").replace("<", "&lt;")


def cells_xml(cells: Cells) -> str:
    texts = [text(number, held) for number, held in cells.items() if isinstance(held, str)]
    objectives = [objective(number, one) for number, held in cells.items() if isinstance(held, list) for one in held]
    return listed("CustomColumnsData", texts) + listed("LearningObjectives", objectives)


def lessons_xml(lessons: Sequence[SentLesson], prefix: str) -> list[str]:
    return [
        lesson(escaped(one.title), None if one.key is None else prefix + one.key, cells_xml(one.cells))
        for one in lessons
    ]


def planner_xml(sent: Sent, prefix: str) -> str:
    columns = {
        level: [column(number, kind) for its_level, number, kind in sent.columns if its_level == level]
        for level in ("Topic", "Lesson")
    }
    topics = [
        topic(
            escaped(one.title),
            None if one.key is None else prefix + one.key,
            lessons_xml(one.lessons, prefix),
            cells_xml(one.cells),
        )
        for one in sent.topics
    ]
    return plan(topics, lessons_xml(sent.lessons, prefix), columns["Topic"], columns["Lesson"])


def add_course(platform: Platform) -> int:
    """Makes a course without a planner."""
    number = next(COURSE_NUMBERS)
    row = {"id": number, "site_id": SITE, "sync_key": f"crs-{number}", "deleted_at": None}
    with platform.engine.begin() as connection:
        connection.execute(insert(course), {**COURSE, "created_at": NOW, "updated_at": NOW, **row})
    return number


def idle_columns(platform: Platform, course_id: int) -> list[int]:
    """Returns retired columns that nothing is in."""
    used = [exists().where(table.c.column_id == planner_column.c.id) for table in (planner_text, planner_objective)]
    query = select(planner_column.c.id).where(
        planner_column.c.course_id == course_id, planner_column.c.deleted_at.is_not(None), ~or_(*used)
    )
    return platform.values(query)


async def put(platform: Platform, sent: Sequence[tuple[str, str]]) -> None:
    """Sends messages together, and waits until all are applied."""
    lane = platform.lane
    lane.leased = True
    for message_type, document in sent:
        platform.peers.lanes.put(lane, message_type, document)
    lane.leased = False
    first = len(lane.messages) - len(sent) + 1
    for place in range(len(sent)):
        outcome = await platform.outcome(lane, first + place)
        assert outcome.status == "Finished", outcome


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(planners(), min_size=1, max_size=5), st.booleans(), st.booleans())
async def test_the_last_message_says_what_a_planner_is(
    platform: Platform, sent: list[Sent], created: bool, together: bool
) -> None:
    """What it leaves out is in the trash, and whatever is sent again is what it was, in the order of the message."""
    number = add_course(platform)
    prefix, where = f"{number}-", f"<CourseId>{number}</CourseId><UserId>3</UserId>"
    messages = [(UPDATE_PLANNER, replace(planner_xml(one, prefix), where)) for one in sent]
    if created:
        messages[0] = CREATE_PLANNER, create(planner_xml(known(sent[0]), prefix), where)
    numbers: dict[str, int] = {}
    ever: set[str] = set()
    for count in [len(messages)] if together else range(1, len(messages) + 1):
        await put(platform, messages if together else messages[count - 1 : count])
        counted = [known(one) for one in sent[:count]]
        ever = {key for one in counted for key in one.keys if key is not None}
        assert shown(platform, number) == expected(counted[-1], ever, prefix)
        found = identities(platform, number)
        assert numbers.items() <= found.items()
        assert found.keys() == {prefix + key for key in ever}
        assert idle_columns(platform, number) == []
        numbers = found
