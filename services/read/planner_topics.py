"""Read.Course.Planner.Topics."""

from __future__ import annotations

from organisation.v1 import read_planner_topics_pb2 as pb
from sqlalchemy import Connection, select

from lms.tables import planner_topic
from services.read.page import Page, select_page
from services.read.planner import Cells, find_planned_course, name_of
from services.read.rows import AnyRow
from services.read.scope import Scope

TYPES = {
    "Custom": pb.TOPIC_COLUMN_TYPE_CUSTOM,
    "Topic": pb.TOPIC_COLUMN_TYPE_TOPIC,
    "Lesson": pb.TOPIC_COLUMN_TYPE_LESSON,
    "LessonOutline": pb.TOPIC_COLUMN_TYPE_LESSON_OUTLINE,
    "Date": pb.TOPIC_COLUMN_TYPE_DATE,
    "ClassHours": pb.TOPIC_COLUMN_TYPE_CLASS_HOURS,
    "LearningObjectives": pb.TOPIC_COLUMN_TYPE_LEARNING_OBJECTIVES,
    "Resources": pb.TOPIC_COLUMN_TYPE_RESOURCES,
    "Activities": pb.TOPIC_COLUMN_TYPE_ACTIVITIES,
}
"""The words of the content store."""

TOPICS = select(planner_topic.c.id, planner_topic.c.position, planner_topic.c.sync_key, planner_topic.c.title).where(
    planner_topic.c.deleted_at.is_(None)
)


def read_course_planner_topics(
    connection: Connection, scope: Scope, request: pb.ReadCoursePlannerTopicsRequest
) -> pb.ReadCoursePlannerTopicsResponse:
    """Lists the topics of a course's planner in its order: six statements. Without a planner there are none."""
    course_id = find_planned_course(connection, scope, request)
    query = TOPICS.where(planner_topic.c.course_id == course_id)
    rows, base = select_page(connection, Page.of(request.base), query, planner_topic.c.position)
    cells = Cells(connection, course_id, "Topic", [row.id for row in rows])
    return pb.ReadCoursePlannerTopicsResponse(base=base, topics=[as_topic(row, cells) for row in rows])


def as_topic(row: AnyRow, cells: Cells) -> pb.PlannerTopic:
    columns = [
        pb.TopicCustomColumn(
            column_id=column.number,
            learning_objectives=[
                pb.TopicLearningObjective(learning_objective_id=one) for one in cells.objectives(row.id, column)
            ],
            name=name_of(column),
            text=cells.text(row.id, column),
            type=TYPES[column.kind],
        )
        for column in cells.columns
    ]
    return pb.PlannerTopic(sync_key=row.sync_key, title=row.title, topic_custom_columns=columns, topic_id=row.id)
