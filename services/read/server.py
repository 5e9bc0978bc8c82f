# ruff: noqa: ARG002, N802 (the names and the signatures are gRPC's)
"""The gRPC servicer: asks for leave, translates nothing, delegates to the module of each read."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar, cast

import grpc
from organisation.soap.v1 import annotations_pb2
from organisation.v1 import read_assessment_record_summary_pb2 as record_summary
from organisation.v1 import read_assessment_scales_pb2 as scales
from organisation.v1 import read_behaviour_remarks_pb2 as remarks
from organisation.v1 import read_calendar_event_pb2 as events
from organisation.v1 import read_course_elements_pb2 as elements
from organisation.v1 import read_course_files_pb2 as files
from organisation.v1 import read_courses_for_person_pb2 as courses_for_person
from organisation.v1 import read_courses_pb2 as courses
from organisation.v1 import read_data_service_pb2, read_data_service_pb2_grpc
from organisation.v1 import read_extension_instance_pb2 as instances
from organisation.v1 import read_gradebook_assessments_pb2 as gradebook_assessments
from organisation.v1 import read_gradebook_categories_pb2 as gradebook_categories
from organisation.v1 import read_gradebook_items_pb2 as gradebook_items
from organisation.v1 import read_learning_objectives_pb2 as objectives
from organisation.v1 import read_planner_lessons_pb2 as lessons
from organisation.v1 import read_planner_topics_pb2 as topics
from organisation.v1 import read_projects_for_person_pb2 as projects_for_person
from organisation.v1 import read_projects_pb2 as projects
from organisation.v1 import read_terms_pb2 as terms
from organisation.v1 import read_warning_letter_pb2 as letters
from organisation.v1.read_base_pb2 import RequestBase
from sqlalchemy import Connection, Engine

from runtime.access import AccessClient
from runtime.caller import CURRENT_PUBLIC_URL, current_partner
from runtime.database import reading
from runtime.downloads import DownloadSigner
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
from services.read.scope import Scope
from services.read.terms import read_terms
from services.read.warning_letters import WarningLetters

DESCRIPTOR = read_data_service_pb2.DESCRIPTOR.services_by_name["ReadDataService"]

Context = grpc.aio.ServicerContext[Any, Any]
Request = TypeVar("Request")
Response = TypeVar("Response")
Read = Callable[[Connection, Scope, Request], Response]


class ReadDataServicer(read_data_service_pb2_grpc.ReadDataServiceServicer):
    """ReadDataService."""

    def __init__(
        self,
        engine: Engine,
        access: AccessClient,
        warning_letters: WarningLetters,
        signer: DownloadSigner,
        course_files: CourseFiles,
    ) -> None:
        self._engine = engine
        self._access = access
        self._warning_letters = warning_letters
        self._signer = signer
        self._course_files = course_files
        self._message_types = {method.name: message_type_of(method) for method in DESCRIPTOR.methods}

    async def ReadCourses(self, request: courses.ReadCoursesRequest, context: Context) -> courses.ReadCoursesResponse:
        return await self._read("ReadCourses", request.base.base, read_courses, request)

    async def ReadCoursesForPerson(
        self, request: courses_for_person.ReadCoursesForPersonRequest, context: Context
    ) -> courses_for_person.ReadCoursesForPersonResponse:
        return await self._read("ReadCoursesForPerson", request.base.base, read_courses_for_person, request)

    async def ReadProjects(
        self, request: projects.ReadProjectsRequest, context: Context
    ) -> projects.ReadProjectsResponse:
        return await self._read("ReadProjects", request.base.base, read_projects, request)

    async def ReadProjectsForPerson(
        self, request: projects_for_person.ReadProjectsForPersonRequest, context: Context
    ) -> projects_for_person.ReadProjectsForPersonResponse:
        return await self._read("ReadProjectsForPerson", request.base.base, read_projects_for_person, request)

    async def ReadTerms(self, request: terms.ReadTermsRequest, context: Context) -> terms.ReadTermsResponse:
        return await self._read("ReadTerms", request.base.base, read_terms, request)

    async def ReadCourseElements(
        self, request: elements.ReadCourseElementsRequest, context: Context
    ) -> elements.ReadCourseElementsResponse:
        return await self._read("ReadCourseElements", request.base, read_course_elements, request)

    async def ReadCourseElement(
        self, request: elements.ReadCourseElementRequest, context: Context
    ) -> elements.ReadCourseElementResponse:
        return await self._read("ReadCourseElement", request.base, read_course_element, request)

    async def ReadLearningObjectives(
        self, request: objectives.ReadLearningObjectivesRequest, context: Context
    ) -> objectives.ReadLearningObjectivesResponse:
        return await self._read("ReadLearningObjectives", request.base, read_learning_objectives, request)

    async def ReadWarningLetter(
        self, request: letters.ReadWarningLetterRequest, context: Context
    ) -> letters.ReadWarningLetterResponse:
        scope = await self._scope("ReadWarningLetter", request.base.base)
        answer = await self._warning_letters.read(scope, request)

        def sent(_: object) -> None:
            if not context.cancelled():
                self._warning_letters.shown(scope.site_id, answer)

        context.add_done_callback(cast("Any", sent))  # a function, though the types of gRPC want a class
        return answer

    async def ReadCoursePlannerLessons(
        self, request: lessons.ReadCoursePlannerLessonsRequest, context: Context
    ) -> lessons.ReadCoursePlannerLessonsResponse:
        return await self._read("ReadCoursePlannerLessons", request.base.base, read_course_planner_lessons, request)

    async def ReadCoursePlannerTopics(
        self, request: topics.ReadCoursePlannerTopicsRequest, context: Context
    ) -> topics.ReadCoursePlannerTopicsResponse:
        return await self._read("ReadCoursePlannerTopics", request.base.base, read_course_planner_topics, request)

    async def ReadBehaviourRemarks(
        self, request: remarks.ReadBehaviourRemarksRequest, context: Context
    ) -> remarks.ReadBehaviourRemarksResponse:
        return await self._read("ReadBehaviourRemarks", request.base.base, read_behaviour_remarks, request)

    async def ReadCourseGradebookItems(
        self, request: gradebook_items.ReadCourseGradebookItemsRequest, context: Context
    ) -> gradebook_items.ReadCourseGradebookItemsResponse:
        return await self._read("ReadCourseGradebookItems", request.base.base, read_course_gradebook_items, request)

    async def ReadCourseGradebookCategories(
        self, request: gradebook_categories.ReadCourseGradebookCategoriesRequest, context: Context
    ) -> gradebook_categories.ReadCourseGradebookCategoriesResponse:
        read = read_course_gradebook_categories
        return await self._read("ReadCourseGradebookCategories", request.base, read, request)

    async def ReadCourseGradebookAssessments(
        self, request: gradebook_assessments.ReadCourseGradebookAssessmentsRequest, context: Context
    ) -> gradebook_assessments.ReadCourseGradebookAssessmentsResponse:
        read = read_course_gradebook_assessments
        return await self._read("ReadCourseGradebookAssessments", request.base.base, read, request)

    async def ReadAssessmentScales(
        self, request: scales.ReadAssessmentScalesRequest, context: Context
    ) -> scales.ReadAssessmentScalesResponse:
        return await self._read("ReadAssessmentScales", request.base.base, read_assessment_scales, request)

    async def ReadAssessmentRecordSummary(
        self, request: record_summary.ReadAssessmentRecordSummaryRequest, context: Context
    ) -> record_summary.ReadAssessmentRecordSummaryResponse:
        read = read_assessment_record_summary
        return await self._read("ReadAssessmentRecordSummary", request.base.base, read, request)

    async def ReadCourseFiles(
        self, request: files.ReadCourseFilesRequest, context: Context
    ) -> files.ReadCourseFilesResponse:
        return await self._read("ReadCourseFiles", request.base, self._course_files.read, request)

    async def ReadExtensionInstance(
        self, request: instances.ReadExtensionInstanceRequest, context: Context
    ) -> instances.ReadExtensionInstanceResponse:
        return await self._read("ReadExtensionInstance", request.base, read_extension_instance, request)

    async def ReadCalendarEvent(
        self, request: events.ReadCalendarEventRequest, context: Context
    ) -> events.ReadCalendarEventResponse:
        return await self._read("ReadCalendarEvent", request.base, read_calendar_event, request)

    async def _read(self, method: str, base: RequestBase, read: Read[Request, Response], request: Request) -> Response:
        scope = await self._scope(method, base)
        return await asyncio.to_thread(self._run, read, scope, request)

    async def _scope(self, method: str, base: RequestBase) -> Scope:
        """Returns what the caller may see; raises PERMISSION_DENIED."""
        site_id = base.site_id if base.HasField("site_id") else None
        partner = current_partner()
        permission = await self._access.authorize(partner.credential_id, self._message_types[method], site_id)
        addresses = self._signer.addresses(CURRENT_PUBLIC_URL.get())
        return Scope(permission.site_id, permission.organisation_sync_keys, addresses)

    def _run(self, read: Read[Request, Response], scope: Scope, request: Request) -> Response:
        with reading(self._engine) as connection:
            return read(connection, scope, request)


def message_type_of(method: Any) -> str:
    """Returns the message type that grants an rpc: the option that the documentation shows is what is enforced."""
    return str(method.GetOptions().Extensions[annotations_pb2.operation_contract].message_type)
