"""What a partner asks of each read at its default page, for a site of benchmarks.school: no two requests alike."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp
from organisation.v1 import read_assessment_record_summary_pb2 as record_summary
from organisation.v1 import read_assessment_scales_pb2 as scales
from organisation.v1 import read_behaviour_remarks_pb2 as remarks
from organisation.v1 import read_calendar_event_pb2 as events
from organisation.v1 import read_course_elements_pb2 as elements
from organisation.v1 import read_course_files_pb2 as files
from organisation.v1 import read_courses_for_person_pb2 as courses_for_person
from organisation.v1 import read_courses_pb2 as courses
from organisation.v1 import read_extension_instance_pb2 as instances
from organisation.v1 import read_gradebook_assessments_pb2 as assessments
from organisation.v1 import read_gradebook_categories_pb2 as categories
from organisation.v1 import read_gradebook_items_pb2 as items
from organisation.v1 import read_learning_objectives_pb2 as objectives
from organisation.v1 import read_planner_lessons_pb2 as lessons
from organisation.v1 import read_planner_topics_pb2 as topics
from organisation.v1 import read_projects_for_person_pb2 as projects_for_person
from organisation.v1 import read_projects_pb2 as projects
from organisation.v1 import read_terms_pb2 as terms
from organisation.v1 import read_warning_letter_pb2 as letters
from organisation.v1.read_base_pb2 import PERSON_ID_TYPE_PERSON_SYNC_KEY, PERSON_ID_TYPE_USERNAME

from benchmarks.school.content import FOLDER_SIZE, SHARE
from benchmarks.school.size import NOW, Size

EVENTS_ASKED = 20
Requests = Iterator[Any]


def requests_of(size: Size) -> Mapping[str, Requests]:
    """Returns endless requests by rpc, the same at each run."""
    dice = random.Random(7)
    long_ago = Timestamp()
    long_ago.FromDatetime(NOW.replace(year=2000))

    def course() -> int:
        return dice.randint(1, size.courses)

    def person() -> int:
        return dice.randint(1, size.people)

    def element(kind: int) -> tuple[int, int]:
        """Returns a course and one of its elements, whose place ends in this digit and that is no folder."""
        number, folder = course(), dice.randrange(size.of_course // FOLDER_SIZE)
        place = folder * FOLDER_SIZE + dice.randrange(FOLDER_SIZE // SHARE - 1) * SHARE + SHARE + kind
        return number, (number - 1) * size.of_course + min(place, size.of_course - SHARE + kind) + 1

    def folder() -> tuple[int, int]:
        number, place = course(), dice.randrange(size.of_course // FOLDER_SIZE) * FOLDER_SIZE
        return number, (number - 1) * size.of_course + place + 1

    def one_element() -> Any:
        number, place = element(1)
        return elements.ReadCourseElementRequest(course_id=number, element_id=place, include_content=True)

    def one_folder() -> Any:
        number, place = folder()
        return elements.ReadCourseElementsRequest(course_id=number, folder_id=place, include_content=True)

    def some_events() -> Any:
        keys = [f"ev-{dice.randint(1, size.events)}" for _ in range(EVENTS_ASKED)]
        return events.ReadCalendarEventRequest(sync_keys=keys)

    def instance() -> Any:
        return instances.ReadExtensionInstanceRequest(content_id=element(8)[1], person_id=1, include_content=True)

    makers: dict[str, Callable[[], Any]] = {
        "ReadAssessmentRecordSummary": lambda: record_summary.ReadAssessmentRecordSummaryRequest(date=long_ago),
        "ReadAssessmentScales": lambda: scales.ReadAssessmentScalesRequest(course_id=course()),
        "ReadBehaviourRemarks": remarks.ReadBehaviourRemarksRequest,
        "ReadCalendarEvent": some_events,
        "ReadCourseElement": one_element,
        "ReadCourseElements": one_folder,
        "ReadCourseFiles": lambda: files.ReadCourseFilesRequest(course_id=course(), path="\\Week 1"),
        "ReadCourseGradebookAssessments": lambda: assessments.ReadCourseGradebookAssessmentsRequest(course_id=course()),
        "ReadCourseGradebookCategories": lambda: categories.ReadCourseGradebookCategoriesRequest(course_id=course()),
        "ReadCourseGradebookItems": lambda: items.ReadCourseGradebookItemsRequest(course_id=course()),
        "ReadCoursePlannerLessons": lambda: lessons.ReadCoursePlannerLessonsRequest(course_id=course()),
        "ReadCoursePlannerTopics": lambda: topics.ReadCoursePlannerTopicsRequest(course_id=course()),
        "ReadCourses": lambda: courses.ReadCoursesRequest(include_additional_data=True),
        "ReadCoursesForPerson": lambda: courses_for_person.ReadCoursesForPersonRequest(
            id=f"user{person()}", id_type=PERSON_ID_TYPE_USERNAME, include_additional_data=True
        ),
        "ReadExtensionInstance": instance,
        "ReadLearningObjectives": lambda: objectives.ReadLearningObjectivesRequest(
            folder_id=f"lo-{dice.randrange(20) * FOLDER_SIZE}"
        ),
        "ReadProjects": projects.ReadProjectsRequest,
        "ReadProjectsForPerson": lambda: projects_for_person.ReadProjectsForPersonRequest(
            id=f"per-{person()}", id_type=PERSON_ID_TYPE_PERSON_SYNC_KEY
        ),
        "ReadTerms": terms.ReadTermsRequest,
        "ReadWarningLetter": letters.ReadWarningLetterRequest,
    }
    return {name: iter(make, None) for name, make in makers.items()}
