"""Update.Course.Element.CustomActivity.Assessment: what participants have for a custom activity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from lms.activities import Grading, grading_of
from lms.gradebook import set_results
from lms.lanes import Detail
from lms.marks import Mark
from lms.references import PersonReference
from lms.rich_text import HtmlLevel, level_of
from lms.unit_of_work import Values
from services.processor.binding import Nil
from services.processor.context import Context
from services.processor.handler import Handler
from services.processor.rules.assessed import AssessedElement, check_assessed, check_evaluator, check_once
from services.processor.rules.courses import check_course
from services.processor.rules.elements import check_element
from services.processor.rules.grading import check_grade, check_score
from services.processor.rules.rich_text import clean_text
from services.processor.rules.vendors import check_vendor


@dataclass(frozen=True, slots=True)
class Result:
    person_id: int | None = None
    person_sync_key: str | None = None
    status: str | None = None
    assessment: str | Nil | None = None
    score: Decimal | Nil | None = None
    comment: str | Nil | None = None


@dataclass(frozen=True, slots=True)
class Assessment(AssessedElement):
    results: tuple[Result, ...] = ()


def apply(context: Context, data: Assessment) -> Sequence[Detail]:
    check_vendor(context)
    evaluator = check_evaluator(context, data)
    people = check_assessed(context, data.results)
    check_once(context, [person.id for person in people if person is not None])
    found = check_element(context, data, check_course(context, data), "CustomActivity")
    evaluator, element = context.approved(evaluator), context.approved(found)
    grading = grading_of(context.work, element.id)
    level = level_of(evaluator.role)
    pairs = zip(people, data.results, strict=True)
    marks = [mark_of(context, grading, level, person, result) for person, result in pairs if person is not None]
    set_results(context.work, element.id, evaluator.id, context.approved(marks))
    return [context.info("CustomActivity assessments updated", element.sync_key)]


def mark_of(context: Context, grading: Grading, level: HtmlLevel, person: PersonReference, result: Result) -> Mark:
    """Returns what changes for one person; what is nil becomes nothing."""
    changes: Values = {} if result.status is None else {"status": result.status}
    if result.assessment is not None:
        changes["assessment_item_id"] = check_grade(context, grading, result.assessment)
    if result.score is not None:
        changes["score"] = check_score(context, grading, result.score)
    if result.comment is not None:
        text = result.comment
        changes["comment"] = None if isinstance(text, Nil) else clean_text(context, text, level)
    return Mark({"person_id": person.id}, changes)


HANDLER = Handler("Update.Course.Element.CustomActivity.Assessment", "CustomActivity", Assessment, apply)
