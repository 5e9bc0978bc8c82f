"""A running read service over content that the test puts in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import grpc
import pytest
from organisation.v1 import (
    read_course_elements_pb2,
    read_courses_for_person_pb2,
    read_courses_pb2,
    read_projects_for_person_pb2,
    read_projects_pb2,
    read_terms_pb2,
)
from organisation.v1.read_base_pb2 import RequestBase
from organisation.v1.read_data_service_pb2_grpc import ReadDataServiceStub

from runtime.channels import open_channel
from runtime.database import open_engine
from services.read.service import build
from services.read.settings import ReadSettings
from tests.files.client import refusal
from tests.files.peers import KEY, Credential, Peers, hosted_peers
from tests.read.content import Content
from tests.support.hosting import hosted

if TYPE_CHECKING:
    from organisation.v1.read_data_service_pb2_grpc import ReadDataServiceAsyncStub


@dataclass
class Running:
    """Credential 7 is bound to site 3."""

    peers: Peers
    stub: ReadDataServiceAsyncStub
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

    async def refused(self, method: str, credential: Credential | None = None, **request: Any) -> tuple[str, str, str]:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await getattr(self, method)(credential, **request)
        return refusal(caught)


def on_site(site_id: int) -> RequestBase:
    return RequestBase(site_id=site_id)


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
    async with hosted_peers() as peers:
        settings = ReadSettings(
            service_key=KEY, listen="127.0.0.1:0", auth_address=peers.address, database_url=content_url
        )
        bound = peers.access.add(Credential(7, 3))
        async with hosted(settings, build(settings)) as host:
            channel = open_channel(f"127.0.0.1:{host.port}", settings)
            yield Running(peers, ReadDataServiceStub(channel), content, bound)
            await channel.close()
