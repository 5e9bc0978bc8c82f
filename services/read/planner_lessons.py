"""Read.Course.Planner.Lessons."""

from __future__ import annotations

from organisation.v1.read_planner_lessons_pb2 import (
    LessonCustomColumn,
    LessonLearningObjective,
    PlannerLesson,
    ReadCoursePlannerLessonsRequest,
    ReadCoursePlannerLessonsResponse,
)
from sqlalchemy import Connection, select

from lms.tables import planner_lesson, planner_topic
from runtime.timestamps import timestamp
from services.read.page import Page, select_page
from services.read.planner import Cells, find_planned_course, name_of
from services.read.rows import AnyRow
from services.read.scope import Scope

LESSONS = (
    select(planner_lesson, planner_topic.c.title.label("topic_title"))
    .outerjoin(planner_topic, planner_topic.c.id == planner_lesson.c.topic_id)
    .where(planner_lesson.c.deleted_at.is_(None))
)


def read_course_planner_lessons(
    connection: Connection, scope: Scope, request: ReadCoursePlannerLessonsRequest
) -> ReadCoursePlannerLessonsResponse:
    """Lists the lessons of a course's planner in its order: six statements. Without a planner there are none."""
    course_id = find_planned_course(connection, scope, request)
    query = LESSONS.where(planner_lesson.c.course_id == course_id)
    rows, base = select_page(connection, Page.of(request.base), query, planner_lesson.c.position)
    cells = Cells(connection, course_id, "Lesson", [row.id for row in rows])
    return ReadCoursePlannerLessonsResponse(base=base, lessons=[as_lesson(row, cells) for row in rows])


def as_lesson(row: AnyRow, cells: Cells) -> PlannerLesson:
    columns = [
        LessonCustomColumn(
            column_id=column.number,
            learning_objectives=[
                LessonLearningObjective(learning_objective_id=one) for one in cells.objectives(row.id, column)
            ],
            name=name_of(column),
            text=cells.text(row.id, column),
        )
        for column in cells.columns
    ]
    return PlannerLesson(
        active=row.active,
        class_hours=row.class_hours,
        description=row.outline,
        end_date=row.stop_at and timestamp(row.stop_at),
        lesson_custom_columns=columns,
        lesson_id=row.id,
        start_date=row.start_at and timestamp(row.start_at),
        sync_key=row.sync_key,
        title=row.title,
        topic_id=row.topic_id,
        topic_title=row.topic_title,
    )
