"""What a planner may hold, and the plan that is stored of it (Create and Update.Course.Planner)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lms.planner_plan import Cells, Plan, PlannedLesson, PlannedTopic, PlannerColumn
from lms.references import CourseReference, PersonReference
from lms.rich_text import HtmlLevel, level_of
from services.processor.context import Context
from services.processor.rules.elements import check_element
from services.processor.rules.planner_parts import (
    Column,
    Columns,
    CustomColumnData,
    LearningObjective,
    Lesson,
    Link,
    Planner,
    Topic,
)
from services.processor.rules.rich_text import clean_text
from services.processor.rules.titles import LINE_SPACE, check_title, has_controls
from services.processor.rules.wording import LESSON, TOPIC

NAMELESS = "Invalid content: Name of a column of type Custom is blank or contains invalid characters."
NUMBER_TWICE = "Invalid content: ColumnId {} is used for two columns."
TEXT_TWICE = "Invalid content: ColumnId {} is used twice in one {}."
NO_COLUMN = "Invalid content: ColumnId {} is no {} column of type {}."


def check_plan(
    context: Context, creator: PersonReference | None, course: CourseReference | None, sent: Planner
) -> Plan:
    """Returns the plan that is to be stored, where no rule is broken. All topics and lessons have keys."""
    links = [link for lesson in sent.all_lessons() for link in (*lesson.resources, *lesson.activities)]
    learn_elements(context, links)
    level = HtmlLevel.BASIC if creator is None else level_of(creator.role)
    columns = check_columns(context, sent.columns)
    for topic in sent.topics:
        check_cells(context, columns, "Topic", topic.custom_columns_data, topic.learning_objectives)
    for lesson in sent.all_lessons():
        check_cells(context, columns, "Lesson", lesson.custom_columns_data, lesson.learning_objectives)
    parts = PlanParts(context, course, level)
    return Plan(columns, tuple(parts.topic(topic) for topic in sent.topics), parts.lessons(sent.lessons))


def learn_elements(context: Context, links: Sequence[Link]) -> None:
    """Looks all elements up at once."""
    numbers = [link.element_id for link in links if link.element_id is not None]
    keys = [link.element_sync_key for link in links if link.element_sync_key is not None]
    context.work.directory.elements.learn(numbers, keys)


def check_columns(context: Context, sent: Columns) -> tuple[PlannerColumn, ...]:
    """Returns the columns; each has a number of its own, and a custom one has a name."""
    columns = tuple(
        checked_column(context, level, column)
        for level, columns in (("Topic", sent.topic_columns), ("Lesson", sent.lesson_columns))
        for column in columns
    )
    numbers: set[int] = set()
    for column in columns:
        if column.number in numbers:
            context.refuse(NUMBER_TWICE.format(column.number))
        numbers.add(column.number)
    return columns


def checked_column(context: Context, level: str, sent: Column) -> PlannerColumn:
    name = sent.name.translate(LINE_SPACE).strip()
    if has_controls(name) or (sent.type == "Custom" and not name):
        context.refuse(NAMELESS)
    return PlannerColumn(
        level, sent.column_id, sent.type, name, sent.show_on_course_page, sent.show_in_grid, sent.visible_for_all
    )


def check_cells(
    context: Context,
    columns: tuple[PlannerColumn, ...],
    level: str,
    custom: Sequence[CustomColumnData],
    objectives: Sequence[LearningObjective],
) -> None:
    """Checks what a topic or lesson has in columns: they must be there, and texts are one a column."""
    kinds = {column.number: column.kind for column in columns if column.level == level}
    filled: set[int] = set()
    for text in custom:
        if kinds.get(text.column_id) != "Custom":
            context.refuse(NO_COLUMN.format(text.column_id, level.lower(), "Custom"))
        if text.column_id in filled:
            context.refuse(TEXT_TWICE.format(text.column_id, level.lower()))
        filled.add(text.column_id)
    for objective in objectives:
        if kinds.get(objective.column_id) != "LearningObjectives":
            context.refuse(NO_COLUMN.format(objective.column_id, level.lower(), "LearningObjectives"))


class PlanParts:
    """Makes the topics and lessons of a plan; checks their titles and the elements that they name."""

    def __init__(self, context: Context, course: CourseReference | None, html_level: HtmlLevel) -> None:
        self._html_level = html_level
        self._context = context
        self._course = course

    def topic(self, sent: Topic) -> PlannedTopic:
        title = check_title(self._context, sent.name, TOPIC)
        return PlannedTopic(sent.sync_key or "", title or "", self.cells(sent), self.lessons(sent.lessons))

    def lessons(self, sent: Sequence[Lesson]) -> tuple[PlannedLesson, ...]:
        return tuple(self.lesson(lesson) for lesson in sent)

    def lesson(self, sent: Lesson) -> PlannedLesson:
        title = check_title(self._context, sent.name, LESSON)
        return PlannedLesson(
            sent.sync_key or "",
            title or "",
            self.clean(sent.lesson_outline),
            sent.start_date_time,
            sent.stop_date_time,
            sent.class_hours,
            sent.active,
            self.cells(sent),
            {"Resource": self.links(sent.resources), "Activity": self.links(sent.activities)},
        )

    def cells(self, sent: Topic | Lesson) -> Cells:
        """Returns what a topic or lesson has in columns."""
        objectives: dict[int, dict[str, None]] = {}
        for one in sent.learning_objectives:
            objectives.setdefault(one.column_id, {})[one.learning_objective_id] = None
        texts = {one.column_id: self.clean(one.text) for one in sent.custom_columns_data}
        return Cells(texts, {number: tuple(found) for number, found in objectives.items()})

    def clean(self, html: str) -> str:
        return clean_text(self._context, html, self._html_level)

    def links(self, sent: Sequence[Link]) -> tuple[int, ...]:
        """Returns the numbers of elements of the course, each once."""
        return tuple(dict.fromkeys(self.linked(sent)))

    def linked(self, sent: Sequence[Link]) -> Iterator[int]:
        for link in sent:
            element = check_element(self._context, link, self._course)
            if element is not None:
                yield element.id
