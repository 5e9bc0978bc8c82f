"""Update.Course.Element.LearningObjective.Assessment: what people reached of an element's learning objectives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lms.lanes import Detail
from lms.learning_objectives import objectives_of
from lms.marks import Mark, Marked, set_marks
from lms.tables import objective_assessment
from lms.unit_of_work import Values
from services.processor.binding import Nil
from services.processor.context import Context
from services.processor.handler import Handler
from services.processor.rules.assessed import AssessedElement, check_assessed, check_evaluator, check_once
from services.processor.rules.courses import check_course
from services.processor.rules.elements import check_element
from services.processor.rules.learning_objectives import check_objectives_of
from services.processor.rules.vendors import check_vendor

NEW: Values = {"assessment": None, "comment": None}


@dataclass(frozen=True, slots=True)
class Result:
    learning_objective_id: str = ""
    person_id: int | None = None
    person_sync_key: str | None = None
    assessment: str | Nil | None = None
    comment: str | Nil | None = None

    @property
    def changes(self) -> Values:
        """What becomes of the mark; what is nil becomes nothing."""
        sent: Values = {}
        if self.assessment is not None:
            sent["assessment"] = None if isinstance(self.assessment, Nil) else self.assessment.strip()
        if self.comment is not None:
            sent["comment"] = None if isinstance(self.comment, Nil) else self.comment
        return sent


@dataclass(frozen=True, slots=True)
class Assessment(AssessedElement):
    results: tuple[Result, ...] = ()


def apply(context: Context, data: Assessment) -> Sequence[Detail]:
    check_vendor(context)
    evaluator = check_evaluator(context, data)
    people = check_assessed(context, data.results)
    found = check_element(context, data, check_course(context, data))
    evaluator_id, element = context.approved(evaluator).id, context.approved(found)
    ids = [result.learning_objective_id for result in data.results]
    objectives = check_objectives_of(context, objectives_of(context.work, element.id), ids)
    marks = [
        Mark({"learning_objective_id": objective.id, "person_id": person.id}, result.changes)
        for objective, person, result in zip(objectives, people, data.results, strict=True)
        if objective is not None and person is not None
    ]
    check_once(context, [tuple(mark.key.values()) for mark in marks])
    work = context.work
    marked = Marked(objective_assessment, {"element_id": element.id}, {"site_id": work.site_id}, NEW)
    set_marks(work, marked, context.approved(marks), {"evaluator_id": evaluator_id, "assessed_at": work.now})
    return [context.info("LearningObjective assessments updated", element.sync_key)]


HANDLER = Handler("Update.Course.Element.LearningObjective.Assessment", "LearningObjective", Assessment, apply)
