"""A running read service over content that the test puts in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import grpc
import pytest
from organisation.v1 import platform_service_pb2 as platform
from organisation.v1 import (
    read_behaviour_remarks_pb2,
    read_calendar_event_pb2,
    read_course_elements_pb2,
    read_course_files_pb2,
    read_courses_for_person_pb2,
    read_courses_pb2,
    read_extension_instance_pb2,
    read_learning_objectives_pb2,
    read_planner_lessons_pb2,
    read_planner_topics_pb2,
    read_projects_for_person_pb2,
    read_projects_pb2,
    read_terms_pb2,
    read_warning_letter_pb2,
)
from organisation.v1.course_export_service_pb2_grpc import CourseExportServiceStub
from organisation.v1.read_base_pb2 import PagedRequestBase, RequestBase
from organisation.v1.read_data_service_pb2_grpc import ReadDataServiceStub
from sqlalchemy import Engine

from runtime.channels import open_channel
from runtime.database import open_engine
from runtime.errors import unavailable
from services.processor.server import PlatformServicer
from services.read.service import build
from services.read.settings import ReadSettings
from tests.files.client import refusal
from tests.files.peers import KEY, Credential, Peers, hosted_peers
from tests.read.content import Content
from tests.support.hosting import hosted

if TYPE_CHECKING:
    from organisation.v1.course_export_service_pb2_grpc import CourseExportServiceAsyncStub
    from organisation.v1.read_data_service_pb2_grpc import ReadDataServiceAsyncStub


class Processor(PlatformServicer):
    """The processor's own answers, until a test makes them fail."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine, sites=None)  # type: ignore[arg-type]  # no test asks for a site here
        self.away = False
        """It refuses every call."""
        self.loses_answers = False
        """It does what it is asked, and the caller never hears of it."""
        self.cannot_confirm = False
        self.waits: asyncio.Event | None = None
        """Its answer to who would show letters comes after this."""
        self.held = asyncio.Event()
        self.hung_up = asyncio.Event()
        """Who would show letters went away while the answer waited."""
        self.confirmed = asyncio.Event()
        self.not_confirmed = asyncio.Event()

    async def ReceiveWarningLetters(  # noqa: N802 (gRPC)
        self, request: platform.ReceiveWarningLettersRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> platform.ReceiveWarningLettersResponse:
        if self.away:
            raise unavailable()
        answer = await super().ReceiveWarningLetters(request, context)
        self.held.set()
        if self.loses_answers:
            raise unavailable()
        if self.waits is not None:
            try:
                await self.waits.wait()
            except asyncio.CancelledError:
                self.hung_up.set()
                raise
        return answer

    async def ConfirmWarningLetters(  # noqa: N802 (gRPC)
        self, request: platform.ConfirmWarningLettersRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> platform.ConfirmWarningLettersResponse:
        if self.cannot_confirm:
            self.not_confirmed.set()
            raise unavailable()
        answer = await super().ConfirmWarningLetters(request, context)
        self.confirmed.set()
        return answer


@dataclass
class Running:
    """Credential 7 is bound to site 3."""

    peers: Peers
    processor: Processor
    stub: ReadDataServiceAsyncStub
    export: CourseExportServiceAsyncStub
    content: Content
    bound: Credential

    async def courses(
        self, credential: Credential | None = None, **request: Any
    ) -> read_courses_pb2.ReadCoursesResponse:
        ask = read_courses_pb2.ReadCoursesRequest(**request)
        return await self.stub.ReadCourses(ask, metadata=(credential or self.bound).metadata())

    async def courses_for_person(
        self, credential: Credential | None = None, **request: Any
    ) -> read_courses_for_person_pb2.ReadCoursesForPersonResponse:
        ask = read_courses_for_person_pb2.ReadCoursesForPersonRequest(**request)
        return await self.stub.ReadCoursesForPerson(ask, metadata=(credential or self.bound).metadata())

    async def projects(
        self, credential: Credential | None = None, **request: Any
    ) -> read_projects_pb2.ReadProjectsResponse:
        ask = read_projects_pb2.ReadProjectsRequest(**request)
        return await self.stub.ReadProjects(ask, metadata=(credential or self.bound).metadata())

    async def projects_for_person(
        self, credential: Credential | None = None, **request: Any
    ) -> read_projects_for_person_pb2.ReadProjectsForPersonResponse:
        ask = read_projects_for_person_pb2.ReadProjectsForPersonRequest(**request)
        return await self.stub.ReadProjectsForPerson(ask, metadata=(credential or self.bound).metadata())

    async def terms(self, credential: Credential | None = None, **request: Any) -> read_terms_pb2.ReadTermsResponse:
        ask = read_terms_pb2.ReadTermsRequest(**request)
        return await self.stub.ReadTerms(ask, metadata=(credential or self.bound).metadata())

    async def elements(
        self, credential: Credential | None = None, **request: Any
    ) -> read_course_elements_pb2.ReadCourseElementsResponse:
        ask = read_course_elements_pb2.ReadCourseElementsRequest(**request)
        return await self.stub.ReadCourseElements(ask, metadata=(credential or self.bound).metadata())

    async def element(
        self, credential: Credential | None = None, **request: Any
    ) -> read_course_elements_pb2.CourseElement:
        ask = read_course_elements_pb2.ReadCourseElementRequest(**request)
        answer = await self.stub.ReadCourseElement(ask, metadata=(credential or self.bound).metadata())
        return answer.course_element

    async def objectives(
        self, credential: Credential | None = None, **request: Any
    ) -> read_learning_objectives_pb2.ReadLearningObjectivesResponse:
        ask = read_learning_objectives_pb2.ReadLearningObjectivesRequest(**request)
        return await self.stub.ReadLearningObjectives(ask, metadata=(credential or self.bound).metadata())

    async def letters(
        self, credential: Credential | None = None, **request: Any
    ) -> read_warning_letter_pb2.ReadWarningLetterResponse:
        ask = read_warning_letter_pb2.ReadWarningLetterRequest(**request)
        return await self.stub.ReadWarningLetter(ask, metadata=(credential or self.bound).metadata())

    async def lessons(
        self, credential: Credential | None = None, **request: Any
    ) -> read_planner_lessons_pb2.ReadCoursePlannerLessonsResponse:
        ask = read_planner_lessons_pb2.ReadCoursePlannerLessonsRequest(**request)
        return await self.stub.ReadCoursePlannerLessons(ask, metadata=(credential or self.bound).metadata())

    async def topics(
        self, credential: Credential | None = None, **request: Any
    ) -> read_planner_topics_pb2.ReadCoursePlannerTopicsResponse:
        ask = read_planner_topics_pb2.ReadCoursePlannerTopicsRequest(**request)
        return await self.stub.ReadCoursePlannerTopics(ask, metadata=(credential or self.bound).metadata())

    async def remarks(
        self, credential: Credential | None = None, **request: Any
    ) -> read_behaviour_remarks_pb2.ReadBehaviourRemarksResponse:
        ask = read_behaviour_remarks_pb2.ReadBehaviourRemarksRequest(**request)
        return await self.stub.ReadBehaviourRemarks(ask, metadata=(credential or self.bound).metadata())

    async def files(
        self, credential: Credential | None = None, **request: Any
    ) -> read_course_files_pb2.ReadCourseFilesResponse:
        ask = read_course_files_pb2.ReadCourseFilesRequest(**request)
        return await self.stub.ReadCourseFiles(ask, metadata=(credential or self.bound).metadata())

    async def events(
        self, credential: Credential | None = None, **request: Any
    ) -> list[read_calendar_event_pb2.CalendarEvent]:
        ask = read_calendar_event_pb2.ReadCalendarEventRequest(**request)
        answer = await self.stub.ReadCalendarEvent(ask, metadata=(credential or self.bound).metadata())
        return list(answer.events)

    async def instance(
        self, credential: Credential | None = None, **request: Any
    ) -> read_extension_instance_pb2.ExtensionInstance:
        ask = read_extension_instance_pb2.ReadExtensionInstanceRequest(**request)
        answer = await self.stub.ReadExtensionInstance(ask, metadata=(credential or self.bound).metadata())
        return answer.extension_instance

    async def refused(self, method: str, credential: Credential | None = None, **request: Any) -> tuple[str, str, str]:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await getattr(self, method)(credential, **request)
        return refusal(caught)


def on_site(site_id: int) -> RequestBase:
    return RequestBase(site_id=site_id)


def page(index: int | None = None, size: int | None = None, token: str = "") -> PagedRequestBase:
    return PagedRequestBase(page_index=index, page_size=size, page_token=token)


def not_valid(names: str) -> tuple[str, str, str]:
    return "INVALID_ARGUMENT", "READ_REFUSED", f"{names} is not valid."


NO_PERSON = not_valid("Person with specified PersonId/PersonSyncKey/Username")
NO_COURSE = not_valid("Course with specified CourseId/CourseSyncKey")


@pytest.fixture
def content(content_url: str) -> Iterator[Content]:
    engine = open_engine(content_url)
    yield Content(engine)
    engine.dispose()


@pytest.fixture
async def running(content: Content, content_url: str) -> AsyncIterator[Running]:
    processor = Processor(content.engine)
    async with hosted_peers(processor) as peers:
        settings = ReadSettings(
            service_key=KEY,
            listen="127.0.0.1:0",
            auth_address=peers.address,
            processor_address=peers.address,
            database_url=content_url,
        )
        bound = peers.access.add(Credential(7, 3))
        async with hosted(settings, build(settings)) as host:
            channel = open_channel(f"127.0.0.1:{host.port}", settings)
            stubs = ReadDataServiceStub(channel), CourseExportServiceStub(channel)
            yield Running(peers, processor, *stubs, content, bound)
            await channel.close()
