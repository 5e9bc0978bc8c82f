"""Create.Course.Element.Survey: one survey in a course, with its questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from lms.elements import add_element
from lms.lanes import Detail
from lms.rich_text import HtmlLevel
from lms.surveys import SurveySettings, add_survey
from services.processor.context import Context
from services.processor.handler import Handler
from services.processor.rules.placement import InCourse, check_place
from services.processor.rules.rich_text import clean_text
from services.processor.rules.survey_questions import Question, check_questions
from services.processor.rules.sync_keys import check_key
from services.processor.rules.titles import check_title


@dataclass(frozen=True, slots=True)
class Survey(InCourse):
    title: str = ""
    introduction: str = ""
    deadline: datetime | None = None
    type: str = "Internal"
    anonymous: bool = False
    questions: tuple[Question, ...] = ()


def apply(context: Context, data: Survey) -> Sequence[Detail]:
    place = check_place(context, data)
    sync_key = check_key(context)
    title = check_title(context, data.title)
    level = HtmlLevel.BASIC if place is None else place.html_level
    questions = check_questions(context, data.questions, level)
    new = context.approved(place).element(context, "Survey", sync_key, context.approved(title))
    number = add_element(context.work, replace(new, description=clean_text(context, data.introduction, level)))
    add_survey(context.work, number, SurveySettings(data.deadline, data.type, data.anonymous), questions)
    return [context.info("Survey created", sync_key)]


HANDLER = Handler("Create.Course.Element.Survey", "Survey", Survey, apply)
