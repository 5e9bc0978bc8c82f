"""Update.Course.Element: order, active period, learning objectives."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from lms.tables import (
    course_learning_objective,
    element,
    element_active_period,
    element_learning_objective,
    learning_objective,
)
from tests.processor.conftest import Platform
from tests.processor.messages import COURSE, FOLDER, LINK, USER, WHERE, folder, message
from tests.processor.peers import Lane
from tests.processor.world import OTHER_SITE, SITE

CHANGE = "Update.Course.Element"
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
PERSON = "<PersonSyncKey>usr-3</PersonSyncKey>"


pytestmark = pytest.mark.usefixtures("assessment_world")


def change(more: str = "", *, key: str = "a", where: str = COURSE + PERSON, vendor: str = "") -> str:
    named = f"<ElementSyncKey>{key}</ElementSyncKey>" if key else ""
    return message(CHANGE, where + named + more, vendor=vendor)


async def make(platform: Platform, *keys: str) -> None:
    for key in keys:
        assert (await platform.send(FOLDER, folder(key=key))).status == "Finished"


def order(platform: Platform) -> list[tuple[str, int]]:
    rows = platform.rows(select(element.c.sync_key, element.c.position).order_by(element.c.position, element.c.id))
    return [(row.sync_key, row.position) for row in rows]


async def test_an_element_is_moved_and_the_others_are_numbered_anew(platform: Platform) -> None:
    await make(platform, "a", "b")
    link = message(LINK, f"{WHERE}<Title>c</Title><Link>c.example</Link>", keys=["c"])
    await platform.send(LINK, link)
    outcome = await platform.send(CHANGE, change("<ElementNo>2</ElementNo>"))
    assert outcome.details == [("Element", "Element updated", "a", "INFO")]
    assert order(platform) == [("b", 1), ("a", 2), ("c", 3)]
    for number, expected in (("1", "cba"), ("99", "bac"), ("0", "cba"), ("-3", "cba")):
        await platform.send(CHANGE, change(f"<ElementNo>{number}</ElementNo>", key="c"))
        assert order(platform) == [(key, place) for place, key in enumerate(expected, 1)]
    await make(platform, "d")
    assert order(platform)[-1] == ("d", 4)


async def test_the_order_of_a_folder_is_its_own_and_knows_no_deleted_ones(platform: Platform) -> None:
    await make(platform, "top", "a")
    inside = f"{COURSE}<ParentSyncKey>top</ParentSyncKey>{USER}"
    for key in ("x", "y", "z"):
        await platform.send(FOLDER, folder(key=key, where=inside))
    with platform.engine.begin() as connection:
        connection.execute(element.update().where(element.c.sync_key == "x").values(deleted_at=datetime.now(UTC)))
    await platform.send(CHANGE, change("<ElementNo>1</ElementNo>", key="z"))
    query = select(element.c.sync_key, element.c.position).where(element.c.deleted_at.is_(None))
    places = dict(tuple(row) for row in platform.rows(query))
    assert places == {"top": 1, "a": 2, "z": 1, "y": 2}
    await platform.send(FOLDER, folder(key="w", where=inside))
    assert dict(tuple(row) for row in platform.rows(query))["w"] == 3


async def test_what_is_left_out_stays(platform: Platform) -> None:
    await make(platform, "a", "b")
    more = "<ActiveFrom>2026-12-01T08:00:00</ActiveFrom><ActiveTo>2026-12-24T12:00:00+01:00</ActiveTo>"
    await platform.send(CHANGE, change(more + objectives("LO-1")))
    who = "<CourseId>7</CourseId><PersonId>6</PersonId>"
    number = platform.values(select(element.c.id).where(element.c.sync_key == "a"))[0]
    await platform.send(CHANGE, change(f"<ElementId>{number}</ElementId>", key="", where=who))
    first = datetime(2026, 12, 1, 8, tzinfo=UTC)
    last = datetime(2026, 12, 24, 11, tzinfo=UTC)
    assert platform.rows(select(element_active_period)) == [(number, first, last)]
    assert objectives_of(platform, number) == ["LO-1"]
    assert order(platform) == [("a", 1), ("b", 2)]
    query = select(element.c.editor_id, element.c.creator_id).order_by(element.c.id)
    assert platform.rows(query) == [(6, 3), (None, 3)]


async def test_an_active_period_has_two_ends_that_come_and_go(platform: Platform) -> None:
    await make(platform, "a")
    periods = select(element_active_period.c.active_from, element_active_period.c.active_to)
    first, last = datetime(2026, 12, 1, tzinfo=UTC), datetime(2026, 12, 2, tzinfo=UTC)
    for more, expected in (
        ("<ActiveFrom>2026-12-01T00:00:00Z</ActiveFrom>", [(first, None)]),
        ("<ActiveTo>2026-12-02T00:00:00Z</ActiveTo>", [(first, last)]),
        ("<ActiveFrom/><ActiveTo/>", [(first, last)]),
        (f'<ActiveFrom {XSI} xsi:nil="true"/>', [(None, last)]),
        (f'<ActiveTo {XSI} xsi:nil="true"/>', []),
        (f'<ActiveTo {XSI} xsi:nil="true"/>', []),
    ):
        assert (await platform.send(CHANGE, change(more))).status == "Finished"
        assert platform.rows(periods) == expected


@pytest.mark.parametrize("end", ["2026-12-01T00:00:00Z", "2026-11-30T23:59:59Z", "2026-12-01T01:00:00+02:00"])
async def test_an_active_period_that_ends_before_it_begins_is_refused(platform: Platform, end: str) -> None:
    await make(platform, "a")
    await platform.send(CHANGE, change("<ActiveFrom>2026-12-01T00:00:00Z</ActiveFrom>"))
    outcome = await platform.send(CHANGE, change(f"<ActiveTo>{end}</ActiveTo>"))
    assert (outcome.status, outcome.texts) == ("Errors", ["ActiveTo must be after ActiveFrom."])
    assert platform.values(select(element_active_period.c.active_to)) == [None]


def objectives(*ids: str) -> str:
    items = (f"<LearningObjective><LearningObjectiveId>{one}</LearningObjectiveId></LearningObjective>" for one in ids)
    return f"<LearningObjectives>{''.join(items)}</LearningObjectives>"


def objectives_of(platform: Platform, element_id: int) -> list[str]:
    link = element_learning_objective
    query = select(learning_objective.c.sync_key).join(link, link.c.learning_objective_id == learning_objective.c.id)
    return platform.values(query.where(link.c.element_id == element_id).order_by(link.c.position))


async def test_objectives_are_replaced_and_the_course_takes_them_from_the_repository(platform: Platform) -> None:
    await make(platform, "a", "b")
    first, second = platform.values(select(element.c.id).order_by(element.c.id))
    taken = select(course_learning_objective.c.course_id, course_learning_objective.c.learning_objective_id)
    for key, ids, of_first, of_second in (
        ("a", ["LO-2", "LO-1", "LO-2"], ["LO-2", "LO-1"], []),
        ("b", ["LO-1"], ["LO-2", "LO-1"], ["LO-1"]),
        ("a", ["LO-3", "LO-2"], ["LO-3", "LO-2"], ["LO-1"]),
        ("a", [], [], ["LO-1"]),
    ):
        outcome = await platform.send(CHANGE, change(objectives(*ids), key=key))
        assert outcome.texts == ["Element updated"]
        assert (objectives_of(platform, first), objectives_of(platform, second)) == (of_first, of_second)
    assert sorted(tuple(row) for row in platform.rows(taken)) == [(7, 2), (7, 3), (7, 4)]


@pytest.mark.parametrize(
    "objective", ["nothing", "subject", "LO-hidden", "LO-draft", "LO-gone", "LO-elsewhere", "lo-1", ""]
)
async def test_an_objective_that_the_repository_does_not_show_is_refused(platform: Platform, objective: str) -> None:
    await make(platform, "a")
    outcome = await platform.send(CHANGE, change(objectives("LO-1", objective) + "<ElementNo>1</ElementNo>"))
    text = "Learning objective with specified LearningObjectiveId is not valid."
    assert (outcome.status, outcome.texts) == ("Errors", [text])
    assert platform.rows(select(course_learning_objective)) == []


ELEMENT = "Element with specified ElementId/ElementSyncKey is not valid."
WHO = "Person with specified PersonId/PersonSyncKey is "
REFUSALS = [
    (change(where=COURSE), f"{WHO}not valid."),
    (change(where=f"{COURSE}<PersonId>4</PersonId>"), f"{WHO}deleted."),
    (change(where=f"{COURSE}<PersonSyncKey>usr-ext</PersonSyncKey>"), f"{WHO}external."),
    (
        change(where=f"{COURSE}{PERSON}<PersonId>3</PersonId>"),
        "You are not allowed to enter both PersonId and PersonSyncKey",
    ),
    (change(key="nothing"), ELEMENT),
    (change(key=""), ELEMENT),
    (change(where=f"<CourseId>8</CourseId>{PERSON}"), ELEMENT),
    (change("<ElementId>1</ElementId>"), "You are not allowed to enter both ElementId and ElementSyncKey"),
    (change(where=PERSON), "Course with specified CourseId/CourseSyncKey is not valid."),
    (change(where=f"<CourseId>10</CourseId>{PERSON}"), "Course with specified CourseId/CourseSyncKey is deleted."),
    (change(where=f"<CourseId>11</CourseId>{PERSON}"), "Course with specified CourseId/CourseSyncKey is external."),
    (
        change(where=f"{COURSE}<CourseId>7</CourseId>{PERSON}"),
        "You are not allowed to enter both CourseId and CourseSyncKey",
    ),
    (change(vendor="nobody"), "Vendor with specified VendorId does not exist."),
]


@pytest.mark.parametrize(("document", "text"), REFUSALS)
async def test_what_an_update_must_fulfil(platform: Platform, document: str, text: str) -> None:
    await make(platform, "a", "b")
    end = f"</{CHANGE.replace('.', '')}>"
    document = document.replace(end, f"<ElementNo>2</ElementNo>{objectives('LO-1')}{end}")
    outcome = await platform.send(CHANGE, document)
    assert (outcome.status, outcome.texts) == ("Errors", [text])
    assert order(platform) == [("a", 1), ("b", 2)]
    assert platform.rows(select(element_learning_objective)) == []


async def test_a_deleted_element_is_not_changed(platform: Platform) -> None:
    await make(platform, "a")
    with platform.engine.begin() as connection:
        connection.execute(element.update().values(deleted_at=datetime.now(UTC)))
    assert (await platform.send(CHANGE, change())).texts == [
        "Element with specified ElementId/ElementSyncKey is deleted."
    ]


async def test_nobody_changes_what_is_not_theirs(platform: Platform) -> None:
    await make(platform, "a")
    outcome = await platform.send(CHANGE, change(), Lane(2, 12, SITE, organisations=("school-b",)))
    assert outcome.texts == ["Course with specified CourseId/CourseSyncKey is not valid."]
    where = "<CourseId>19</CourseId><PersonId>9</PersonId>"
    assert (await platform.send(CHANGE, change(where=where), Lane(3, 13, OTHER_SITE))).texts == [ELEMENT]
