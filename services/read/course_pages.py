"""The parts of a course that are exported, each a read, and how the pages of each follow one another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from organisation.v1 import course_export_service_pb2 as pb
from organisation.v1.read_base_pb2 import PagedRequestBase, RequestBase
from organisation.v1.read_course_elements_pb2 import ReadCourseElementsRequest
from organisation.v1.read_course_files_pb2 import ReadCourseFilesRequest
from organisation.v1.read_gradebook_assessments_pb2 import ReadCourseGradebookAssessmentsRequest
from organisation.v1.read_gradebook_categories_pb2 import ReadCourseGradebookCategoriesRequest
from organisation.v1.read_gradebook_items_pb2 import ReadCourseGradebookItemsRequest
from organisation.v1.read_planner_lessons_pb2 import ReadCoursePlannerLessonsRequest
from organisation.v1.read_planner_topics_pb2 import ReadCoursePlannerTopicsRequest
from sqlalchemy import Connection, Table, select

from lms.tables import course_file, element
from services.read.course_elements import read_course_elements
from services.read.course_files import CourseFiles
from services.read.gradebook_assessments import read_course_gradebook_assessments
from services.read.gradebook_categories import read_course_gradebook_categories
from services.read.gradebook_items import read_course_gradebook_items
from services.read.planner_lessons import read_course_planner_lessons
from services.read.planner_topics import read_course_planner_topics
from services.read.queries import Read
from services.read.scope import LARGEST_INT, Scope

BEFORE_ROOT = -1


@dataclass(frozen=True, slots=True)
class Place:
    """Where a part goes on: behind the folder of this number, or with this page token."""

    folder_id: int = BEFORE_ROOT
    page_token: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What every page of a stream is asked for with; the course was looked for once."""

    course_id: int
    base: RequestBase
    include_content: bool


Page = tuple[pb.ExportCourseResponse | None, Place | None]
"""A page, None where there is none, and where its part goes on; None: the part is at its end."""
ReadPage = Callable[[Place, Connection, Scope, Asked], Page]


@dataclass(frozen=True, slots=True)
class Part:
    """method: the rpc of ReadDataService whose message type grants the part."""

    method: str
    read: ReadPage


def next_folder(connection: Connection, table: Table, course_id: int, place: Place) -> int | None:
    """Returns the number of the folder behind a place: first the root, which is 0, then by number."""
    if place.folder_id < 0:
        return 0
    folders = select(table.c.id).where(
        table.c.course_id == course_id,
        table.c.id > min(place.folder_id, LARGEST_INT),
        table.c.kind == "Folder",
        table.c.deleted_at.is_(None),
    )
    return connection.execute(folders.order_by(table.c.id).limit(1)).scalar_one_or_none()


def elements(place: Place, connection: Connection, scope: Scope, asked: Asked) -> Page:
    folder_id = next_folder(connection, element, asked.course_id, place)
    if folder_id is None:
        return None, None
    ask = ReadCourseElementsRequest(
        course_id=asked.course_id, folder_id=folder_id, include_content=asked.include_content
    )
    answer = read_course_elements(connection, scope, ask)
    return pb.ExportCourseResponse(elements=answer, folder_id=folder_id), Place(folder_id)


def files(place: Place, connection: Connection, scope: Scope, asked: Asked) -> Page:
    folder_id = next_folder(connection, course_file, asked.course_id, place)
    if folder_id is None:
        return None, None
    path = connection.execute(select(course_file.c.path).where(course_file.c.id == folder_id)).scalar_one_or_none()
    ask = ReadCourseFilesRequest(course_id=asked.course_id, path=path or "")
    answer = CourseFiles(0).read(connection, scope, ask)
    return pb.ExportCourseResponse(files=answer, folder_id=folder_id), Place(folder_id)


def categories(_place: Place, connection: Connection, scope: Scope, asked: Asked) -> Page:
    ask = ReadCourseGradebookCategoriesRequest(course_id=asked.course_id)
    answer = read_course_gradebook_categories(connection, scope, ask)
    return pb.ExportCourseResponse(gradebook_categories=answer), None


def paged(
    field: str,
    read: Read[Any, Any],
    ask: Callable[..., Any],
    place: Place,
    connection: Connection,
    scope: Scope,
    asked: Asked,
) -> Page:
    """Reads a page of a read that has pages."""
    base = PagedRequestBase(base=asked.base, page_token=place.page_token)
    answer = read(connection, scope, ask(base=base, course_id=asked.course_id))
    token = answer.base.next_page_token
    return pb.ExportCourseResponse(**{field: answer}), Place(page_token=token) if token else None


PARTS: Mapping[int, Part] = {
    pb.COURSE_PART_ELEMENTS: Part("ReadCourseElements", elements),
    pb.COURSE_PART_PLANNER_TOPICS: Part(
        "ReadCoursePlannerTopics",
        partial(paged, "planner_topics", read_course_planner_topics, ReadCoursePlannerTopicsRequest),
    ),
    pb.COURSE_PART_PLANNER_LESSONS: Part(
        "ReadCoursePlannerLessons",
        partial(paged, "planner_lessons", read_course_planner_lessons, ReadCoursePlannerLessonsRequest),
    ),
    pb.COURSE_PART_GRADEBOOK_CATEGORIES: Part("ReadCourseGradebookCategories", categories),
    pb.COURSE_PART_GRADEBOOK_ITEMS: Part(
        "ReadCourseGradebookItems",
        partial(paged, "gradebook_items", read_course_gradebook_items, ReadCourseGradebookItemsRequest),
    ),
    pb.COURSE_PART_GRADEBOOK_ASSESSMENTS: Part(
        "ReadCourseGradebookAssessments",
        partial(
            paged,
            "gradebook_assessments",
            read_course_gradebook_assessments,
            partial(ReadCourseGradebookAssessmentsRequest, include_feedback=True),
        ),
    ),
    pb.COURSE_PART_FILES: Part("ReadCourseFiles", files),
}
