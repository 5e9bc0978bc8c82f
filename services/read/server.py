# ruff: noqa: ARG002, N802 (the names and the signatures are gRPC's)
"""The gRPC servicer: asks for leave, translates nothing, delegates to the module of each read."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

import grpc
from organisation.soap.v1 import annotations_pb2
from organisation.v1 import read_course_elements_pb2 as elements
from organisation.v1 import read_courses_pb2 as courses
from organisation.v1 import read_data_service_pb2, read_data_service_pb2_grpc
from organisation.v1.read_base_pb2 import RequestBase
from sqlalchemy import Connection, Engine

from runtime.access import AccessClient
from runtime.caller import current_partner
from runtime.database import reading
from services.read.course_element import read_course_element
from services.read.course_elements import read_course_elements
from services.read.courses import read_courses
from services.read.scope import Scope

DESCRIPTOR = read_data_service_pb2.DESCRIPTOR.services_by_name["ReadDataService"]

Context = grpc.aio.ServicerContext[Any, Any]
Request = TypeVar("Request")
Response = TypeVar("Response")
Read = Callable[[Connection, Scope, Request], Response]


class ReadDataServicer(read_data_service_pb2_grpc.ReadDataServiceServicer):
    """ReadDataService."""

    def __init__(self, engine: Engine, access: AccessClient) -> None:
        self._engine = engine
        self._access = access
        self._message_types = {method.name: message_type_of(method) for method in DESCRIPTOR.methods}

    async def ReadCourses(self, request: courses.ReadCoursesRequest, context: Context) -> courses.ReadCoursesResponse:
        return await self._read("ReadCourses", request.base.base, read_courses, request)

    async def ReadCourseElements(
        self, request: elements.ReadCourseElementsRequest, context: Context
    ) -> elements.ReadCourseElementsResponse:
        return await self._read("ReadCourseElements", request.base, read_course_elements, request)

    async def ReadCourseElement(
        self, request: elements.ReadCourseElementRequest, context: Context
    ) -> elements.ReadCourseElementResponse:
        return await self._read("ReadCourseElement", request.base, read_course_element, request)

    async def _read(self, method: str, base: RequestBase, read: Read[Request, Response], request: Request) -> Response:
        site_id = base.site_id if base.HasField("site_id") else None
        partner = current_partner()
        permission = await self._access.authorize(partner.credential_id, self._message_types[method], site_id)
        scope = Scope(permission.site_id, permission.organisation_sync_keys)
        return await asyncio.to_thread(self._run, read, scope, request)

    def _run(self, read: Read[Request, Response], scope: Scope, request: Request) -> Response:
        with reading(self._engine) as connection:
            return read(connection, scope, request)


def message_type_of(method: Any) -> str:
    """Returns the message type that grants an rpc: the option that the documentation shows is what is enforced."""
    return str(method.GetOptions().Extensions[annotations_pb2.operation_contract].message_type)
