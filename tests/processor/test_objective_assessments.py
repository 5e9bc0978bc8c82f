"""Update.Course.Element.LearningObjective.Assessment."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from lms.tables import objective_assessment
from tests.processor.conftest import Platform
from tests.processor.messages import COURSE, FOLDER, folder, message
from tests.processor.peers import Lane
from tests.processor.test_element_updates import CHANGE, change, objectives
from tests.processor.world import OTHER_SITE, SITE

ASSESS = "Update.Course.Element.LearningObjective.Assessment"
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
PLACE = COURSE + "<ElementSyncKey>a</ElementSyncKey>"
EVALUATOR = "<EvaluatorPersonSyncKey>usr-3</EvaluatorPersonSyncKey>"


pytestmark = pytest.mark.usefixtures("assessment_world")


def result(more: str = "", *, of: str = "LO-1", who: str = "<PersonSyncKey>pupil-6</PersonSyncKey>") -> str:
    return f"<Result><LearningObjectiveId>{of}</LearningObjectiveId>{who}{more}</Result>"


def assess(*results: str, where: str = PLACE + EVALUATOR, vendor: str = "") -> str:
    return message(ASSESS, f"{where}<Results>{''.join(results)}</Results>", vendor=vendor)


async def make(platform: Platform) -> None:
    await platform.send(FOLDER, folder(key="a"))
    assert (await platform.send(CHANGE, change(objectives("LO-1", "LO-2")))).status == "Finished"


def stored(platform: Platform) -> dict[tuple[int, int], tuple[object, ...]]:
    """Assessment, comment and evaluator by objective and person."""
    columns = objective_assessment.c
    query = select(
        columns.learning_objective_id, columns.person_id, columns.assessment, columns.comment, columns.evaluator_id
    )
    return {(row[0], row[1]): tuple(row[2:]) for row in platform.rows(query)}


async def test_results_are_stored_and_changed_one_by_one(platform: Platform) -> None:
    await make(platform)
    first = result("<Assessment> Reached </Assessment><Comment>a &lt; b</Comment>")
    outcome = await platform.send(
        ASSESS, assess(first, result(of="LO-2"), result(of="LO-2", who="<PersonId>7</PersonId>"))
    )
    assert outcome.details == [("LearningObjective", "LearningObjective assessments updated", "a", "INFO")]
    nothing = (None, None, 3)
    assert stored(platform) == {(2, 6): ("Reached", "a < b", 3), (3, 6): nothing, (3, 7): nothing}
    other = PLACE + "<EvaluatorPersonId>7</EvaluatorPersonId>"
    await platform.send(ASSESS, assess(result(f'<Comment {XSI} xsi:nil="true"/><Assessment/>'), where=other))
    assert stored(platform)[2, 6] == ("Reached", None, 7)
    document = assess(result(f'<Assessment {XSI} xsi:nil="1"/><Comment>c</Comment>', of="LO-2"))
    await platform.send(ASSESS, document)
    assert stored(platform) == {(2, 6): ("Reached", None, 7), (3, 6): (None, "c", 3), (3, 7): nothing}


async def test_the_body_is_taken_as_the_original_documentation_spells_it(platform: Platform) -> None:
    await make(platform)
    document = assess(result("<Assessment>1</Assessment>")).replace("ObjectiveAssessment>", "ObjectiveAssesssment>")
    assert document.count("Assesssment") == 2
    assert (await platform.send(ASSESS, document)).status == "Finished"
    assert stored(platform) == {(2, 6): ("1", None, 3)}


async def test_an_assessment_outlasts_the_link_to_its_objective(platform: Platform) -> None:
    await make(platform)
    await platform.send(ASSESS, assess(result("<Assessment>1</Assessment>")))
    await platform.send(CHANGE, change(objectives()))
    outcome = await platform.send(ASSESS, assess(result("<Assessment>2</Assessment>")))
    text = "Learning objective with specified LearningObjectiveId is not an objective of the element."
    assert (outcome.status, outcome.texts) == ("Errors", [text])
    assert stored(platform) == {(2, 6): ("1", None, 3)}


WHO = "Person with specified PersonId/PersonSyncKey is "
BY = "Person with specified EvaluatorPersonId/EvaluatorPersonSyncKey is not valid."
OBJECTIVE = "Learning objective with specified LearningObjectiveId is not "
REFUSALS = [
    (assess(result(of="nothing")), f"{OBJECTIVE}valid."),
    (assess(result(of="LO-draft")), f"{OBJECTIVE}valid."),
    (assess(result(of="LO-3")), f"{OBJECTIVE}an objective of the element."),
    (assess(result(who="")), f"{WHO}not valid."),
    (assess(result(who="<PersonId>4</PersonId>")), f"{WHO}deleted."),
    (assess(result(who="<PersonId>5</PersonId>")), f"{WHO}external."),
    (assess(result(), result(who="<PersonId>6</PersonId>")), f"{WHO}specified more than once."),
    (
        assess(result(who="<PersonId>6</PersonId><PersonSyncKey>pupil-6</PersonSyncKey>")),
        "You are not allowed to enter both PersonId and PersonSyncKey",
    ),
    (assess(result(), where=PLACE), BY),
    (
        assess(result(), where=f"{PLACE}{EVALUATOR}<EvaluatorPersonId>3</EvaluatorPersonId>"),
        "You are not allowed to enter both EvaluatorPersonId and EvaluatorPersonSyncKey",
    ),
    (
        assess(result(), where=f"<CourseId>8</CourseId><ElementSyncKey>a</ElementSyncKey>{EVALUATOR}"),
        "Element with specified ElementId/ElementSyncKey is not valid.",
    ),
    (
        assess(result(), where=f"<ElementSyncKey>a</ElementSyncKey>{EVALUATOR}"),
        "Course with specified CourseId/CourseSyncKey is not valid.",
    ),
    (assess(result(), vendor="printer"), "Vendor with specified VendorId is not a content vendor."),
]


@pytest.mark.parametrize(("document", "text"), REFUSALS)
async def test_one_wrong_result_leaves_nothing(platform: Platform, document: str, text: str) -> None:
    await make(platform)
    outcome = await platform.send(ASSESS, document.replace("<Results>", f"<Results>{result(of='LO-2')}"))
    assert (outcome.status, outcome.texts) == ("Errors", [text])
    assert stored(platform) == {}


async def test_nobody_assesses_what_is_not_theirs(platform: Platform) -> None:
    await make(platform)
    outcome = await platform.send(ASSESS, assess(result()), Lane(2, 12, SITE, organisations=("school-b",)))
    assert outcome.texts == ["Course with specified CourseId/CourseSyncKey is not valid."]
    where = "<CourseId>19</CourseId><ElementSyncKey>a</ElementSyncKey><EvaluatorPersonId>9</EvaluatorPersonId>"
    document = assess(result(of="LO-elsewhere", who="<PersonId>9</PersonId>"), where=where)
    outcome = await platform.send(ASSESS, document, Lane(3, 13, OTHER_SITE))
    assert outcome.texts == ["Element with specified ElementId/ElementSyncKey is not valid."]
