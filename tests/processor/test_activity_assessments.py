"""Update.Course.Element.CustomActivity.Assessment."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from lms.tables import element, gradebook_assessment, gradebook_item
from tests.processor.conftest import Platform
from tests.processor.messages import COURSE, WHERE, message
from tests.processor.peers import Lane
from tests.processor.world import OTHER_SITE, SITE

CREATE = "Create.Course.Element.CustomActivity"
CHANGE = "Update.Course.Element.CustomActivity"
ASSESS = "Update.Course.Element.CustomActivity.Assessment"
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
EVALUATOR = "<EvaluatorPersonSyncKey>usr-3</EvaluatorPersonSyncKey>"
ACT = "<ElementSyncKey>act-1</ElementSyncKey>"
PUPIL = "<PersonSyncKey>pupil-6</PersonSyncKey>"
MARKED = "<Assessment>1</Assessment><MaxScore>20</MaxScore>"


pytestmark = pytest.mark.usefixtures("assessment_world")


def result(more: str = "", who: str = PUPIL) -> str:
    return f"<Result>{who}{more}</Result>"


def assess(*results: str, where: str = COURSE + ACT + EVALUATOR, vendor: str = "") -> str:
    return message(ASSESS, f"{where}<Results>{''.join(results)}</Results>", vendor=vendor)


def nil(name: str) -> str:
    return f'<{name} {XSI} xsi:nil="true"/>'


async def make(platform: Platform, settings: str = MARKED, key: str = "act-1") -> None:
    document = message(CREATE, f"{WHERE}<Title>Lab</Title>{settings}", keys=[key])
    assert (await platform.send(CREATE, document)).status == "Finished"


def stored(platform: Platform) -> dict[int, tuple[object, ...]]:
    """Status, grade, score, comment and evaluator of each person."""
    columns = gradebook_assessment.c
    query = select(
        columns.person_id,
        columns.status,
        columns.assessment_item_id,
        columns.score,
        columns.comment,
        columns.evaluator_id,
    ).order_by(columns.person_id)
    return {row[0]: tuple(row[1:]) for row in platform.rows(query)}


async def test_results_are_stored_and_changed_person_by_person(platform: Platform) -> None:
    await make(platform)
    comment = "&lt;p onclick='x'&gt;Fine&lt;/p&gt;"
    more = f"<Status>Completed</Status><Assessment> Good </Assessment><Score>17.25</Score><Comment>{comment}</Comment>"
    outcome = await platform.send(ASSESS, assess(result(more), result(who="<PersonId>7</PersonId>")))
    assert outcome.details == [("CustomActivity", "CustomActivity assessments updated", "act-1", "INFO")]
    given = ("Completed", 11, 17.25, "<p>Fine</p>", 3)
    assert stored(platform) == {6: given, 7: ("NotStarted", None, None, None, 3)}
    other = "<EvaluatorPersonId>7</EvaluatorPersonId>"
    await platform.send(ASSESS, assess(result("<Assessment>12</Assessment>"), where=COURSE + ACT + other))
    assert stored(platform)[6] == ("Completed", 12, 17.25, "<p>Fine</p>", 7)
    removed = nil("Assessment") + nil("Score") + "<Status>Not started</Status>"
    await platform.send(ASSESS, assess(result(removed)))
    assert stored(platform)[6] == ("NotStarted", None, None, "<p>Fine</p>", 3)
    await platform.send(ASSESS, assess(result(nil("Comment"))))
    assert stored(platform) == {6: ("NotStarted", None, None, None, 3), 7: ("NotStarted", None, None, None, 3)}


async def test_an_empty_member_says_nothing(platform: Platform) -> None:
    await make(platform)
    await platform.send(ASSESS, assess(result("<Assessment>Poor</Assessment><Score>0</Score><Comment>c</Comment>")))
    await platform.send(ASSESS, assess(result("<Status/><Assessment/><Score/><Comment></Comment>")))
    assert stored(platform) == {6: ("NotStarted", 12, 0.0, "c", 3)}


async def test_a_title_of_the_scale_comes_before_a_number(platform: Platform) -> None:
    await make(platform, "<Assessment>2</Assessment>")
    await platform.send(ASSESS, assess(result("<Assessment>11</Assessment>")))
    assert stored(platform)[6][1] == 14


async def test_results_outlast_a_change_of_the_activity(platform: Platform) -> None:
    await make(platform)
    await platform.send(ASSESS, assess(result("<Assessment>Good</Assessment><Score>20</Score>")))
    body = f"{WHERE}{ACT}<Assessment>2</Assessment><MaxScore>10</MaxScore>"
    assert (await platform.send(CHANGE, message(CHANGE, body))).status == "Finished"
    await platform.send(ASSESS, assess(result("<Status>Completed</Status>")))
    assert stored(platform) == {6: ("Completed", 11, 20.0, None, 3)}


async def test_many_results_are_one_message(platform: Platform) -> None:
    await make(platform)
    await make(platform, key="act-2")
    both = result() + result(who="<PersonId>7</PersonId>") + result(who="<PersonId>3</PersonId>")
    assert (await platform.send(ASSESS, assess(both))).texts == ["CustomActivity assessments updated"]
    assert sorted(stored(platform)) == [3, 6, 7]
    second = COURSE + EVALUATOR + "<ElementSyncKey>act-2</ElementSyncKey>"
    await platform.send(ASSESS, assess(result("<Score>1</Score>"), where=second))
    items = gradebook_assessment.join(gradebook_item, gradebook_item.c.id == gradebook_assessment.c.item_id)
    query = select(gradebook_item.c.element_id, gradebook_assessment.c.score).select_from(items).order_by("score")
    scores = platform.rows(query)
    numbers = platform.values(select(element.c.id).order_by(element.c.id))
    assert [row.score for row in scores if row.element_id == numbers[1]] == [1.0]
    assert [row.score for row in scores if row.element_id == numbers[0]] == [None] * 3


PERSON = "Person with specified PersonId/PersonSyncKey is "
BY = "Person with specified EvaluatorPersonId/EvaluatorPersonSyncKey is "
ELEMENT = "Element with specified ElementId/ElementSyncKey is not valid."
PLACE = COURSE + ACT
REFUSALS = [
    (assess(result(who="")), f"{PERSON}not valid."),
    (assess(result(who="<PersonId>9</PersonId>")), f"{PERSON}not valid."),
    (assess(result(who="<PersonSyncKey>usr-gone</PersonSyncKey>")), f"{PERSON}deleted."),
    (assess(result(who="<PersonId>5</PersonId>")), f"{PERSON}external."),
    (
        assess(result(who=f"<PersonId>6</PersonId>{PUPIL}")),
        "You are not allowed to enter both PersonId and PersonSyncKey",
    ),
    (assess(result(), result(who="<PersonId>6</PersonId>")), f"{PERSON}specified more than once."),
    (assess(result(), where=PLACE), f"{BY}not valid."),
    (assess(result(), where=f"{PLACE}<EvaluatorPersonId>4</EvaluatorPersonId>"), f"{BY}deleted."),
    (assess(result(), where=f"{PLACE}<EvaluatorPersonId>5</EvaluatorPersonId>"), f"{BY}external."),
    (
        assess(result(), where=f"{PLACE}{EVALUATOR}<EvaluatorPersonId>3</EvaluatorPersonId>"),
        "You are not allowed to enter both EvaluatorPersonId and EvaluatorPersonSyncKey",
    ),
    (assess(result(), where=COURSE + EVALUATOR), ELEMENT),
    (assess(result(), where=f"<CourseSyncKey>crs-8</CourseSyncKey>{ACT}{EVALUATOR}"), ELEMENT),
    (
        assess(result(), where=f"{PLACE}{EVALUATOR}<ElementId>1</ElementId>"),
        "You are not allowed to enter both ElementId and ElementSyncKey",
    ),
    (
        assess(result(), where=f"{PLACE}{EVALUATOR}<CourseId>7</CourseId>"),
        "You are not allowed to enter both CourseId and CourseSyncKey",
    ),
    (assess(result(), vendor="printer"), "Vendor with specified VendorId is not a content vendor."),
    (
        assess(result("<Assessment>Far</Assessment>")),
        "Assessment 'Far' is not in the assessment scale of the element.",
    ),
    (
        assess(result("<Assessment>13</Assessment>")),
        "Assessment '13' is not in the assessment scale of the element.",
    ),
    (assess(result("<Score>20.01</Score>")), "Score must be from 0 to 20."),
    (assess(result("<Score>-0.5</Score>")), "Score must be from 0 to 20."),
]


@pytest.mark.parametrize(("document", "text"), REFUSALS)
async def test_one_wrong_result_leaves_nothing(platform: Platform, document: str, text: str) -> None:
    await make(platform)
    good = result("<Status>Completed</Status>", "<PersonId>7</PersonId>")
    outcome = await platform.send(ASSESS, document.replace("<Results>", f"<Results>{good}"))
    assert (outcome.status, outcome.texts) == ("Errors", [text])
    assert stored(platform) == {}


async def test_an_activity_without_scale_and_points_takes_neither(platform: Platform) -> None:
    await make(platform, "")
    outcome = await platform.send(ASSESS, assess(result("<Assessment>Good</Assessment><Score>1</Score>")))
    assert outcome.texts == [
        "Assessment must not be specified for an element without an assessment scale.",
        "Score must not be specified for an element without MaxScore.",
    ]
    outcome = await platform.send(ASSESS, assess(result(nil("Assessment") + nil("Score"))))
    assert outcome.status == "Finished"


async def test_only_custom_activities_are_assessed(platform: Platform) -> None:
    kind = "Create.Course.Element.Folder"
    await platform.send(kind, message(kind, f"{WHERE}<Title>Week 1</Title>", keys=["act-1"]))
    assert (await platform.send(ASSESS, assess(result()))).texts == [ELEMENT]


async def test_nobody_assesses_what_is_not_theirs(platform: Platform) -> None:
    await make(platform)
    outcome = await platform.send(ASSESS, assess(result()), Lane(2, 12, SITE, organisations=("school-b",)))
    assert outcome.texts == ["Course with specified CourseId/CourseSyncKey is not valid."]
    where = f"<CourseId>19</CourseId>{ACT}<EvaluatorPersonId>9</EvaluatorPersonId>"
    document = assess(result(who="<PersonId>9</PersonId>"), where=where)
    assert (await platform.send(ASSESS, document, Lane(3, 13, OTHER_SITE))).texts == [ELEMENT]
    assert stored(platform) == {}
