"""Update.Course.Element: order, active period and learning objectives of an element of any kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lms.active_periods import period_of, set_period
from lms.elements import change_element
from lms.lanes import Detail
from lms.learning_objectives import set_objectives
from lms.ordering import reorder
from services.processor.binding import Nil
from services.processor.context import Context
from services.processor.handler import Handler
from services.processor.rules.assessed import check_acting_person
from services.processor.rules.courses import check_course
from services.processor.rules.elements import check_element
from services.processor.rules.extension_parts import LearningObjective
from services.processor.rules.learning_objectives import check_objectives
from services.processor.rules.periods import check_period
from services.processor.rules.vendors import check_vendor


@dataclass(frozen=True, slots=True)
class Changes:
    course_id: int | None = None
    course_sync_key: str | None = None
    element_id: int | None = None
    element_sync_key: str | None = None
    person_id: int | None = None
    person_sync_key: str | None = None
    element_no: int | None = None
    active_from: datetime | Nil | None = None
    active_to: datetime | Nil | None = None
    learning_objectives: tuple[LearningObjective, ...] | None = None
    """Empty: none from now on; None: those that it has."""


def apply(context: Context, data: Changes) -> Sequence[Detail]:
    check_vendor(context)
    editor = check_acting_person(context, data)
    found = check_element(context, data, check_course(context, data))
    wanted = data.learning_objectives
    objectives = None if wanted is None else check_objectives(context, [one.learning_objective_id for one in wanted])
    editor_id, element = context.approved(editor).id, context.approved(found)
    if data.active_from is not None or data.active_to is not None:
        period = check_period(context, period_of(context.work, element.id), data.active_from, data.active_to)
        set_period(context.work, element.id, context.approved(period))
    change_element(context.work, element.id, {"editor_id": editor_id})
    if data.element_no is not None:
        reorder(context.work, element.id, data.element_no)
    if objectives is not None:
        set_objectives(context.work, element, objectives)
    return [context.info("Element updated", element.sync_key)]


HANDLER = Handler("Update.Course.Element", "Element", Changes, apply)
