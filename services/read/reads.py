"""Which query answers which rpc of ReadDataService."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.read.assessment_record_summary import read_assessment_record_summary
from services.read.assessment_scales import read_assessment_scales
from services.read.behaviour_remarks import read_behaviour_remarks
from services.read.calendar_events import read_calendar_event
from services.read.course_element import read_course_element
from services.read.course_elements import read_course_elements
from services.read.course_files import CourseFiles
from services.read.courses import read_courses
from services.read.courses_for_person import read_courses_for_person
from services.read.extension_instance import read_extension_instance
from services.read.gradebook_assessments import read_course_gradebook_assessments
from services.read.gradebook_categories import read_course_gradebook_categories
from services.read.gradebook_items import read_course_gradebook_items
from services.read.learning_objectives import read_learning_objectives
from services.read.planner_lessons import read_course_planner_lessons
from services.read.planner_topics import read_course_planner_topics
from services.read.projects import read_projects, read_projects_for_person
from services.read.queries import Read
from services.read.terms import read_terms


def reads_of(course_files: CourseFiles) -> Mapping[str, Read[Any, Any]]:
    """Returns the reads that are a query and nothing else; Read.WarningLetter is more (services.read.server)."""
    return {
        "ReadAssessmentRecordSummary": read_assessment_record_summary,
        "ReadAssessmentScales": read_assessment_scales,
        "ReadBehaviourRemarks": read_behaviour_remarks,
        "ReadCalendarEvent": read_calendar_event,
        "ReadCourseElement": read_course_element,
        "ReadCourseElements": read_course_elements,
        "ReadCourseFiles": course_files.read,
        "ReadCourseGradebookAssessments": read_course_gradebook_assessments,
        "ReadCourseGradebookCategories": read_course_gradebook_categories,
        "ReadCourseGradebookItems": read_course_gradebook_items,
        "ReadCoursePlannerLessons": read_course_planner_lessons,
        "ReadCoursePlannerTopics": read_course_planner_topics,
        "ReadCourses": read_courses,
        "ReadCoursesForPerson": read_courses_for_person,
        "ReadExtensionInstance": read_extension_instance,
        "ReadLearningObjectives": read_learning_objectives,
        "ReadProjects": read_projects,
        "ReadProjectsForPerson": read_projects_for_person,
        "ReadTerms": read_terms,
    }
