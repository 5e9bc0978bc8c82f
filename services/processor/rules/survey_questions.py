"""The questions of a survey: each has a text, and what its type is answered with."""

from __future__ import annotations

from dataclasses import dataclass

from lms.rich_text import HtmlLevel
from lms.surveys import SurveyQuestion
from services.processor.context import Context
from services.processor.rules.rich_text import clean_text

NO_TEXT = "Invalid content: the text of question {} is blank."
NEEDS = "Invalid content: {} need to be specified for question {} of type {}."
HAS_NONE = "Invalid content: {} must not be specified for question {} of type {}."
NEGATIVE = "Invalid content: MaxAlternativesToSelect of question {} must not be negative."
ANSWERED_WITH = {"MultipleChoice": ("Alternatives",), "Matrix": ("Rows", "Columns")}


@dataclass(frozen=True, slots=True)
class Question:
    text: str
    type: str
    max_alternatives_to_select: int = 1
    alternatives: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()

    @property
    def lists(self) -> dict[str, tuple[str, ...]]:
        """What is chosen from, by the name of its element."""
        return {"Alternatives": self.alternatives, "Rows": self.rows, "Columns": self.columns}


def check_questions(context: Context, questions: tuple[Question, ...], level: HtmlLevel) -> list[SurveyQuestion]:
    """Returns the questions in order; refuses each that could not be answered. level: of their creator."""
    return [check_question(context, number, question, level) for number, question in enumerate(questions, 1)]


def check_question(context: Context, number: int, question: Question, level: HtmlLevel) -> SurveyQuestion:
    """number: its place, from 1, as the texts have it."""
    text = clean_text(context, question.text, level).strip()
    if not text:
        context.refuse(NO_TEXT.format(number))
    for name, labels in question.lists.items():
        wanted = name in ANSWERED_WITH.get(question.type, ())
        if wanted != bool(labels):
            context.refuse((NEEDS if wanted else HAS_NONE).format(name, number, question.type))
    is_choice = question.type == "MultipleChoice"
    if is_choice and question.max_alternatives_to_select < 0:
        context.refuse(NEGATIVE.format(number))
    return SurveyQuestion(
        question.type,
        text,
        question.max_alternatives_to_select if is_choice else None,
        question.alternatives,
        question.rows,
        question.columns,
    )
