"""What the reads of gradebooks ask of the database."""

from __future__ import annotations

from typing import Any

from organisation.v1.read_assessment_record_summary_pb2 import ReadAssessmentRecordSummaryRequest as Summary
from organisation.v1.read_assessment_scales_pb2 import ReadAssessmentScalesRequest as Scales
from organisation.v1.read_base_pb2 import PagedRequestBase
from organisation.v1.read_gradebook_assessments_pb2 import ReadCourseGradebookAssessmentsRequest as Assessments
from organisation.v1.read_gradebook_categories_pb2 import ReadCourseGradebookCategoriesRequest as Categories
from organisation.v1.read_gradebook_items_pb2 import ReadCourseGradebookItemsRequest as Items
from sqlalchemy import select

from lms import tables
from runtime.database import open_engine, reading
from services.read.assessment_record_summary import read_assessment_record_summary
from services.read.assessment_scales import read_assessment_scales
from services.read.gradebook_assessments import read_course_gradebook_assessments
from services.read.gradebook_categories import read_course_gradebook_categories
from services.read.gradebook_items import read_course_gradebook_items
from services.read.scope import Scope
from tests.read.content import Content
from tests.read.gradebooks import LONG_AGO, activity, assessment, item, person, record
from tests.read.statements import assert_indexed, statements


def filled(content: Content) -> int:
    """Makes a course with 3 items, of which one is left out, and 6 people who have 2 of them; returns its number."""
    school = content.organisation(3, "o1")
    course_id = content.course(3, "c", organisation_id=school)
    items = [item(content, course_id, "a"), item(content, course_id, "b")]
    activity(content, course_id, None, None)
    column = content.roster(tables.summary_column, 3, "s", title="S")
    content.roster(tables.assessment_scale, 3, "s", title="S", description="", totals="")
    for number in range(6):
        person_id = person(content, 3, f"p{number}")
        content.insert(tables.person_organisation, person_id=person_id, organisation_id=school, position=0)
        record(content, column, course_id, person_id)
        for item_id in items:
            assessment(content, course_id, item_id, person_id, evaluator_id=person_id)
    return course_id


def test_every_statement_goes_by_an_index_and_they_are_few(sqlite_content: str) -> None:
    engine = open_engine(sqlite_content)
    content = Content(engine)
    course_id = filled(content)
    asked_for = tables.person.c.sync_key == "p1"
    with reading(engine) as connection:
        person_id = connection.execute(select(tables.person.c.id).where(asked_for)).scalar_one()
    deep = PagedRequestBase(page_index=1, page_size=1)
    of_course: dict[str, Any] = {"course_id": course_id}
    by_person: dict[str, Any] = {"person_id": person_id}
    asked: list[tuple[Any, Any, int]] = [
        (read_course_gradebook_items, Items(**of_course), 3),
        (read_course_gradebook_items, Items(**of_course, base=deep, category_id=0, term_id=5), 3),
        (read_course_gradebook_categories, Categories(**of_course), 2),
        (read_course_gradebook_assessments, Assessments(**of_course), 5),
        (read_course_gradebook_assessments, Assessments(**of_course, base=deep, from_date=LONG_AGO), 5),
        (read_course_gradebook_assessments, Assessments(**of_course, **by_person, gradebook_item_id_list=range(9)), 6),
        (read_assessment_scales, Scales(), 3),
        (read_assessment_scales, Scales(**of_course, base=deep), 4),
        (read_assessment_record_summary, Summary(date=LONG_AGO), 2),
        (read_assessment_record_summary, Summary(date=LONG_AGO, base=deep, completed_only=True), 2),
        (read_assessment_record_summary, Summary(date=LONG_AGO, **of_course), 3),
        (read_assessment_record_summary, Summary(date=LONG_AGO, **by_person), 3),
    ]
    for scope in (Scope(3), Scope(3, ("o1", "o2"))):
        for read, request, most in asked:
            with reading(engine) as connection, statements(connection) as seen:
                read(connection, scope, request)
            assert 0 < len(seen) <= most, request
            assert_indexed(engine, seen)
    engine.dispose()


def test_a_planner_without_statistics_takes_the_index_of_what_is_asked_for(sqlite_content: str) -> None:
    engine = open_engine(sqlite_content)
    content = Content(engine)
    of_course: dict[str, Any] = {"course_id": filled(content)}
    of_person: dict[str, Any] = {"person_id": person(content, 3, "asked")}
    asked: list[tuple[Any, Any, str]] = [
        (read_course_gradebook_assessments, Assessments(**of_course), "ix_gradebook_assessment_course_id_"),
        (read_assessment_record_summary, Summary(date=LONG_AGO), "ix_summary_record_site_id_updated_at_id"),
        (read_assessment_record_summary, Summary(date=LONG_AGO, **of_course), "ix_summary_record_course_id_"),
        (read_assessment_record_summary, Summary(date=LONG_AGO, **of_person), "ix_summary_record_person_id_"),
    ]
    for read, request, index in asked:
        with reading(engine) as connection, statements(connection) as seen:
            read(connection, Scope(3), request)
        with reading(engine) as connection:
            sql, parameters = next(one for one in seen if "count(" in one[0])
            plan = [row[3] for row in connection.exec_driver_sql("EXPLAIN QUERY PLAN " + sql, parameters)]
        assert any(index in step for step in plan), plan
        assert not [step for step in plan if "SEARCH person USING INDEX" in step], plan  # of all people of the site
    engine.dispose()
