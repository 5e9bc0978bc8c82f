from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from organisation.v1 import (
    read_behaviour_remarks_pb2,
    read_learning_objectives_pb2,
    read_planner_lessons_pb2,
    read_planner_topics_pb2,
)
from organisation.v1 import read_course_elements_pb2 as elements
from organisation.v1 import read_courses_for_person_pb2 as courses_for_person
from organisation.v1 import read_courses_pb2 as courses
from organisation.v1 import read_projects_for_person_pb2 as projects_for_person
from organisation.v1 import read_projects_pb2 as projects
from organisation.v1 import read_terms_pb2 as terms
from organisation.v1.read_base_pb2 import PagedRequestBase, PersonIdType
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from lms import tables
from runtime.database import open_engine, reading
from runtime.migrations import upgrade
from runtime.paging import encode_page_token
from services.read.behaviour_remarks import read_behaviour_remarks
from services.read.course_elements import read_course_elements
from services.read.courses import read_courses
from services.read.courses_for_person import read_courses_for_person
from services.read.learning_objectives import read_learning_objectives
from services.read.page import Page
from services.read.planner_lessons import read_course_planner_lessons
from services.read.planner_topics import read_course_planner_topics
from services.read.projects import read_projects, read_projects_for_person
from services.read.scope import Scope
from services.read.server import MESSAGE_TYPES
from services.read.service import build
from services.read.settings import ReadSettings
from services.read.terms import read_terms
from services.read.warning_letters import select_letters
from tests.read.content import NOW, Content
from tests.read.planner import PlannerContent
from tests.read.statements import assert_indexed, statements

ALL = courses.ReadCoursesRequest(include_additional_data=True)


def filled(content: Content) -> int:
    """Makes a course with 60 pages, files and tests at its root, among others; returns its number."""
    organisations = [content.organisation(3, f"o{number}") for number in range(10)]
    made = [content.course(3, f"c{number}", organisation_id=one) for number, one in enumerate(organisations)]
    add_people(content, made, organisations)
    course_id = made[-1]
    for number in range(20):
        content.page(content.element(3, course_id, "Page", position=number), {"kind": "Text", "title": "", "text": "x"})
        content.file(content.element(3, course_id, "File", position=number))
        content.test(content.element(3, course_id, "Test", position=number))
    return course_id


def read_for_people(connection: Connection, content: Content) -> Iterator[tuple[int, int]]:
    """Asks for what hangs on people, projects and terms; yields rows found and statements allowed."""
    everybody, narrowed = Scope(3), Scope(3, ("o1", "o2"))
    for kind, key in zip(PersonIdType.values()[1:], (str(content.person(3)), "teacher", "t"), strict=True):
        of_person = courses_for_person.ReadCoursesForPersonRequest(id_type=kind, id=key, include_additional_data=True)
        yield len(read_courses_for_person(connection, everybody, of_person).courses), 5
        yield len(read_courses_for_person(connection, narrowed, of_person).courses), 5
        joined = projects_for_person.ReadProjectsForPersonRequest(id_type=kind, id=key, include_additional_data=True)
        yield len(read_projects_for_person(connection, everybody, joined).projects), 4
        yield len(read_projects_for_person(connection, narrowed, joined).projects), 4
    for request in (
        projects.ReadProjectsRequest(include_additional_data=True),
        projects.ReadProjectsRequest(id_type=projects.PROJECT_ID_TYPE_ORGANISATION_SYNC_KEY, id="o1"),
    ):
        yield len(read_projects(connection, everybody, request).projects), 3
        yield len(read_projects(connection, narrowed, request).projects), 3
    for wanted in (terms.ReadTermsRequest(), terms.ReadTermsRequest(course_sync_key="c1")):
        yield len(read_terms(connection, everybody, wanted).terms), 3
        yield len(read_terms(connection, narrowed, wanted).terms), 3


def add_people(content: Content, courses: Sequence[int], organisations: Sequence[int]) -> None:
    """Makes a teacher of all these courses and of a project and a term of each organisation."""
    teacher = content.person(3)
    content.member(3, teacher, *courses)
    content.favourite(3, teacher, courses[0])
    for organisation_id in organisations:
        content.insert(tables.person_organisation, person_id=teacher, organisation_id=organisation_id, position=0)
        key = f"p{organisation_id}"
        content.project_member(3, teacher, content.project(3, key, organisation_id=organisation_id))
        content.term_of(content.term(3, key, None, None, organisation_id=organisation_id), *courses)
    content.term_of(content.term(3, "unowned", None, None), *courses)


def test_reads_take_few_statements_whatever_they_find(content: Content) -> None:
    course_id = filled(content)
    level = elements.ReadCourseElementsRequest(course_id=course_id, include_content=True)
    planned_course(content)
    with reading(content.engine) as connection:
        with statements(connection) as seen:
            assert len(read_courses(connection, Scope(3, ("o1", "o2")), ALL).courses) == 2
        assert len(seen) == 4
        with statements(connection) as seen:
            assert len(read_course_elements(connection, Scope(3), level).course_elements) == 60
        assert len(seen) == 7
        for planned in PLANNED:
            with statements(connection) as seen:
                planned(connection, Scope(3))
            assert len(seen) == 6


def test_reads_for_people_take_few_statements_whatever_they_find(content: Content) -> None:
    filled(content)
    found = []
    with reading(content.engine) as connection, statements(connection) as seen:
        for count, allowed in read_for_people(connection, content):
            assert len(seen) <= allowed, seen
            seen.clear()
            found.append(count)
    assert found == [10, 2, 10, 2] * 3 + [10, 2, 1, 1] + [11, 3] * 2


def test_every_statement_goes_by_an_index(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'content.sqlite'}")
    upgrade(engine, "content", "lms.migrations")
    content = Content(engine)
    course_id = filled(content)
    folder = content.element(3, course_id, "Folder")
    content.objective(3, "biology")
    planned_course(content)
    with reading(engine) as connection, statements(connection) as seen:
        read_courses(connection, Scope(3), ALL)
        read_courses(connection, Scope(3, ("o1", "o2")), ALL)
        of_organisation = courses.ReadCoursesRequest(id_type=courses.COURSE_ID_TYPE_ORGANISATION_SYNC_KEY, id="o1")
        assert len(read_courses(connection, Scope(3, ("o1", "o2")), of_organisation).courses) == 1
        for kind in courses.CourseIdType.values()[1:]:
            key = {1: str(course_id), 2: "c1", 5: str(course_id)}.get(kind, "o1")
            read_courses(connection, Scope(3), courses.ReadCoursesRequest(id_type=kind, id=key))
        for place in (0, folder):
            request = elements.ReadCourseElementsRequest(course_id=course_id, folder_id=place, include_content=True)
            read_course_elements(connection, Scope(3), request)
        assert all(count for count, _ in read_for_people(connection, content))
        for scope in (Scope(3), Scope(3, ("o1", "o2"))):
            for each in PERSONAL:
                each(connection, scope)
        for planned in PLANNED:
            planned(connection, Scope(3))
        for key in ("", "biology"):
            level = read_learning_objectives_pb2.ReadLearningObjectivesRequest(folder_id=key)
            read_learning_objectives(connection, Scope(3), level)
    assert_indexed(engine, seen)
    engine.dispose()


def planned_course(content: Content) -> None:
    """Makes the course "planned" with 30 topics and lessons, whose columns are filled."""
    planner = PlannerContent(content, 3, content.course(3, "planned"))
    columns = {level: planner.column(level, number, "Custom", "C") for number, level in enumerate(("Topic", "Lesson"))}
    for number in range(30):
        topic = planner.topic(f"t-{number}")
        for level, owner in (("Topic", topic), ("Lesson", planner.lesson(f"l-{number}", topic))):
            planner.text(level, owner, columns[level], "x")
            planner.objectives(level, owner, columns[level], "LO-1", "LO-2")


def remarks_of(**request: Any) -> Callable[[Connection, Scope], object]:
    ask = read_behaviour_remarks_pb2.ReadBehaviourRemarksRequest(**request)
    return lambda connection, scope: read_behaviour_remarks(connection, scope, ask)


LESSONS = read_planner_lessons_pb2.ReadCoursePlannerLessonsRequest(course_sync_key="planned")
TOPICS = read_planner_topics_pb2.ReadCoursePlannerTopicsRequest(course_sync_key="planned")
PERSONAL: list[Callable[[Connection, Scope], object]] = [
    remarks_of(),
    remarks_of(term_id=1),
    remarks_of(hierarchy_id=1, from_date=Timestamp(seconds=1)),
    remarks_of(hierarchy_sync_key="o1", base=PagedRequestBase(page_size=1, page_token=encode_page_token(1, 1))),
    lambda connection, scope: select_letters(connection, scope, Page(0, 100, None), NOW),
    lambda connection, scope: select_letters(connection, scope, Page(1, 1, (1,)), NOW),
]
PLANNED: list[Callable[[Connection, Scope], object]] = [
    lambda connection, scope: read_course_planner_lessons(connection, scope, LESSONS),
    lambda connection, scope: read_course_planner_topics(connection, scope, TOPICS),
]


async def test_the_service_is_ready_when_the_schema_is_there(database_url: str) -> None:
    service = build(ReadSettings(service_key="k" * 32, database_url=database_url))
    with pytest.raises(DBAPIError):
        await service.check()
    engine = open_engine(database_url)
    upgrade(engine, "content", "lms.migrations")
    await service.check()
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE course RENAME COLUMN credits TO points"))
    engine.dispose()
    late = build(ReadSettings(service_key="k" * 32, database_url=database_url))
    with pytest.raises(DBAPIError):
        await late.check()
    for each in (service, late):
        await each.stop()


def test_the_granting_types_are_those_of_the_contract() -> None:
    assert MESSAGE_TYPES == {
        "ReadCourses": "Read.Courses",
        "ReadCoursesForPerson": "Read.Courses.ForPerson",
        "ReadProjects": "Read.Projects",
        "ReadProjectsForPerson": "Read.Projects.ForPerson",
        "ReadTerms": "Read.Terms",
        "ReadCourseElements": "Read.Course.Elements",
        "ReadCourseElement": "Read.Course.Element",
        "ReadLearningObjectives": "Read.LearningObjectives",
        "ReadWarningLetter": "Read.WarningLetter",
        "ReadCoursePlannerLessons": "Read.Course.Planner.Lessons",
        "ReadCoursePlannerTopics": "Read.Course.Planner.Topics",
        "ReadBehaviourRemarks": "Read.BehaviourRemarks",
        "ReadCourseGradebookItems": "Read.Course.Gradebook.Items",
        "ReadCourseGradebookCategories": "Read.Course.Gradebook.Categories",
        "ReadCourseGradebookAssessments": "Read.Course.Gradebook.Assessments",
        "ReadAssessmentScales": "Read.AssessmentScales",
        "ReadAssessmentRecordSummary": "Read.AssessmentRecord.Summary",
        "ReadCourseFiles": "Read.Course.Files",
        "ReadExtensionInstance": "Read.Extension.Instance",
        "ReadCalendarEvent": "Read.Calendar.Event",
    }
