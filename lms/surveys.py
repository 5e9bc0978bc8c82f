"""Stores what a survey holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lms.tables import element_survey, survey_label, survey_question
from lms.unit_of_work import UnitOfWork
from lms.values import values_of


@dataclass(frozen=True, slots=True)
class SurveySettings:
    """Until when a survey is answered, and by whom."""

    deadline: datetime | None
    type: str
    anonymous: bool


@dataclass(frozen=True, slots=True)
class SurveyQuestion:
    """A question; of the lists, only those that its kind has are not empty."""

    kind: str
    text: str
    max_choices: int | None
    """Of a multiple choice; 0: any number."""
    alternatives: Sequence[str]
    rows: Sequence[str]
    columns: Sequence[str]


def add_survey(
    work: UnitOfWork, element_id: int, settings: SurveySettings, questions: Sequence[SurveyQuestion]
) -> None:
    """Stages what a survey holds, its questions in order."""
    work.insert(element_survey, {"element_id": element_id, **values_of(settings)})
    for position, question in enumerate(questions, 1):
        work.insert(
            survey_question,
            {
                "element_id": element_id,
                "position": position,
                "kind": question.kind,
                "text": question.text,
                "max_choices": question.max_choices,
            },
        )
        labels = (("Alternative", question.alternatives), ("Row", question.rows), ("Column", question.columns))
        for kind, texts in labels:
            add_labels(work, element_id, (position, question.kind), kind, texts)


def add_labels(work: UnitOfWork, element_id: int, question: tuple[int, str], kind: str, texts: Sequence[str]) -> None:
    """Stages the labels of one kind; question: its position and kind."""
    for position, text in enumerate(texts, 1):
        work.insert(
            survey_label,
            {
                "element_id": element_id,
                "question": question[0],
                "question_kind": question[1],
                "kind": kind,
                "position": position,
                "text": text,
            },
        )
