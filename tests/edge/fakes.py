"""The services behind the edge, as a test wants them: one gRPC server on loopback that remembers what it was asked."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator
from concurrent import futures
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, TypeVar

import grpc
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from organisation.v1 import (
    access_service_pb2,
    access_service_pb2_grpc,
    data_service_pb2,
    data_service_pb2_grpc,
    error_reason_pb2,
    file_service_pb2,
    file_service_pb2_grpc,
    read_course_elements_pb2,
    read_courses_pb2,
    read_data_service_pb2,
    read_data_service_pb2_grpc,
)

from runtime.errors import ServiceError, unauthenticated

Made = TypeVar("Made", bound=Message)

PIECE = 128 * 1024
FILE_ID = "0f8fad5b-d9cb-469f-a165-70867728950e"


@dataclass
class Partner:
    password: str
    credential_id: int
    mode: access_service_pb2.SecurityHeaderMode.ValueType = access_service_pb2.SECURITY_HEADER_MODE_UNSPECIFIED


@dataclass
class Download:
    """A file; cut: its bytes end there, with an error; stands_still_at: there they wait for world.standing."""

    name: str
    content: bytes = b"hello"
    content_type: str = "application/pdf"
    cut: int | None = None
    stands_still_at: int | None = None


@dataclass
class Asked:
    """A call as a service saw it."""

    method: str
    request: Any
    metadata: dict[str, str | bytes]


@dataclass
class World:
    """What the services answer, and what they were asked."""

    partners: dict[str, Partner] = field(default_factory=dict)
    answers: dict[str, Any] = field(default_factory=dict)
    """Response or ServiceError by rpc; callables are called with the request."""
    asked: list[Asked] = field(default_factory=list)
    authenticated: list[str] = field(default_factory=list)
    refused_tokens: set[str] = field(default_factory=set)
    stored: dict[str, bytes] = field(default_factory=dict)
    downloads: dict[str, Download] = field(default_factory=dict)
    """What is behind the token of an address."""
    sent_bytes: int = 0
    ended_downloads: int = 0
    received_bytes: int = 0
    begun_streams: int = 0
    first_requests: list[Any] = field(default_factory=list)
    """The first request of each stream for an extension."""
    refusal_at_once: ServiceError | None = None
    """What the service says to the first request of such a stream."""
    broken_streams: int = 0
    file_limit: int = 50 * 1024 * 1024
    stream_ended: threading.Event = field(default_factory=threading.Event)
    standing: threading.Event = field(default_factory=threading.Event)
    auth_error: ServiceError | None = None
    before_auth: Callable[[], None] = lambda: None
    tokens: int = 0

    def of(self, method: str) -> list[Asked]:
        return [asked for asked in self.asked if asked.method == method]


def make(message_class: type[Made], **fields: Any) -> Made:
    """Makes a message; nested ones may be dictionaries."""
    return message_class(**fields)


def refuse(context: grpc.ServicerContext, error: ServiceError) -> Any:
    context.set_trailing_metadata(error.trailing_metadata())
    context.abort(error.code, error.text)


def merged(before: Any, request: Any) -> Any:
    """What the requests of a stream have said so far, but for their content."""
    said = type(request)()
    for one in (before, request):
        if one is not None:
            said.MergeFrom(one)
    said.ClearField("content")
    return said


class FakeServices(
    access_service_pb2_grpc.AccessServiceServicer,
    data_service_pb2_grpc.DataServiceServicer,
    read_data_service_pb2_grpc.ReadDataServiceServicer,
    file_service_pb2_grpc.FileServiceServicer,
):
    def __init__(self) -> None:
        self.world = World()
        for method in read_data_service_pb2.DESCRIPTOR.services_by_name["ReadDataService"].methods:
            if method.name not in vars(type(self)):
                setattr(self, method.name, self._empty(method))

    def _empty(self, method: MethodDescriptor) -> Callable[[Any, Any], Any]:
        """Returns what answers with nothing in it, for a read that no test says more of."""
        answer = GetMessageClass(method.output_type)()
        return lambda request, context: self._answer(method.name, request, context, answer)

    def Authenticate(self, request: Any, context: Any) -> Any:  # noqa: N802 (gRPC's name)
        world = self.world
        world.before_auth()
        world.authenticated.append(request.username)
        if world.auth_error is not None:
            refuse(context, world.auth_error)
        partner = world.partners.get(request.username)
        if partner is None or partner.password != request.password:
            refuse(context, unauthenticated())
            raise AssertionError
        world.tokens += 1
        answer = access_service_pb2.AuthenticateResponse(
            token=f"token-{partner.credential_id}-{world.tokens}",
            credential_id=partner.credential_id,
            security_header_mode=partner.mode,
        )
        answer.expires_at.GetCurrentTime()
        answer.expires_at.seconds += 300
        return answer

    def _answer(self, method: str, request: Any, context: Any, default: Any) -> Any:
        metadata = dict(context.invocation_metadata())
        self.world.asked.append(Asked(method, request, metadata))
        if str(metadata.get("authorization")).removeprefix("Bearer ") in self.world.refused_tokens:
            refuse(context, unauthenticated())
        answer = self.world.answers.get(method, default)
        if callable(answer):
            answer = answer(request)
        if isinstance(answer, ServiceError):
            refuse(context, answer)
        if isinstance(answer, grpc.StatusCode):
            context.abort(answer, "secret detail of ours")
        return answer

    def AddMessage(self, request: Any, context: Any) -> Any:  # noqa: N802 (gRPC's name)
        result = data_service_pb2.DataMessageResult(message_id=7, status=data_service_pb2.DATA_MESSAGE_STATUS_IN_QUEUE)
        return self._answer("AddMessage", request, context, data_service_pb2.AddMessageResponse(result=result))

    def AddMessages(self, request: Any, context: Any) -> Any:  # noqa: N802 (gRPC's name)
        result = data_service_pb2.DataMessageResult(message_id=7, status=data_service_pb2.DATA_MESSAGE_STATUS_IN_QUEUE)
        outcomes = [data_service_pb2.AddMessageOutcome(result=result) for _ in request.data_messages]
        return self._answer("AddMessages", request, context, data_service_pb2.AddMessagesResponse(outcomes=outcomes))

    def GetMessageResult(self, request: Any, context: Any) -> Any:  # noqa: N802 (gRPC's name)
        result = data_service_pb2.DataMessageResult(
            message_id=request.message_id,
            status=data_service_pb2.DATA_MESSAGE_STATUS_FINISHED,
            status_details=[
                data_service_pb2.DataMessageStatusDetail(
                    entity="Folder", sync_key="k-1", type=data_service_pb2.DATA_MESSAGE_STATUS_TYPE_INFO
                )
            ],
        )
        answer = data_service_pb2.GetMessageResultResponse(result=result)
        return self._answer("GetMessageResult", request, context, answer)

    def GetMessageTypes(self, request: Any, context: Any) -> Any:  # noqa: N802 (gRPC's name)
        kinds = [
            data_service_pb2.DataMessageType(
                identifier=2,
                name="Create.Course.Element.Folder",
                processing_type=data_service_pb2.MESSAGE_PROCESSING_TYPE_ASYNCHRONOUS,
            ),
            data_service_pb2.DataMessageType(
                identifier=60,
                name="Create.Calendar.Event",
                processing_type=data_service_pb2.MESSAGE_PROCESSING_TYPE_SYNCHRONOUS,
                schema="<xs:schema/>",
            ),
        ]
        answer = data_service_pb2.GetMessageTypesResponse(message_types=kinds)
        return self._answer("GetMessageTypes", request, context, answer)

    def GetExtensions(self, request: Any, context: Any) -> Any:  # noqa: N802 (gRPC's name)
        extension = data_service_pb2.Extension(extension_id=5009, name="Page", supports_file_upload=True)
        answer = data_service_pb2.GetExtensionsResponse(extensions=[extension])
        return self._answer("GetExtensions", request, context, answer)

    def ReadCourses(self, request: Any, context: Any) -> Any:  # noqa: N802 (gRPC's name)
        answer = make(
            read_courses_pb2.ReadCoursesResponse,
            base={"current_page_index": 0, "page_size": 100, "total": 1},
            courses=[
                {"course_id": 4120, "course_sync_key": "crs-bio-7", "course_title": "Biology", "course_code": "B7"}
            ],
        )
        return self._answer("ReadCourses", request, context, answer)

    def ReadCourseElement(self, request: Any, context: Any) -> Any:  # noqa: N802 (gRPC's name)
        answer = make(
            read_course_elements_pb2.ReadCourseElementResponse, course_element={"element_id": 901, "title": "Cells"}
        )
        return self._answer("ReadCourseElement", request, context, answer)

    def UploadFile(self, requests: Iterator[Any], context: Any) -> Any:  # noqa: N802 (gRPC's name)
        return self._receive("UploadFile", requests, context, file_service_pb2.UploadFileResponse(file_id=FILE_ID), 50)

    def UploadExtensionFile(self, requests: Iterator[Any], context: Any) -> Any:  # noqa: N802 (gRPC's name)
        first = next(requests)
        self.world.first_requests.append(first)
        if self.world.refusal_at_once is not None:
            refuse(context, self.world.refusal_at_once)
        answer = file_service_pb2.UploadExtensionFileResponse(file_id=FILE_ID)
        return self._receive("UploadExtensionFile", chain([first], requests), context, answer, 500)

    def DescribeDownload(self, request: Any, context: Any) -> Any:  # noqa: N802 (gRPC's name)
        self._answer("DescribeDownload", request, context, None)
        file = self.world.downloads.get(request.token)
        if file is None:
            refuse(context, ServiceError(grpc.StatusCode.NOT_FOUND, error_reason_pb2.ERROR_REASON_FILE_NOT_FOUND, "no"))
            raise AssertionError
        description = file_service_pb2.FileDescription(
            name=file.name,
            size=len(file.content),
            content_type=file.content_type,
            sha256=hashlib.sha256(file.content).digest(),
        )
        return file_service_pb2.DescribeDownloadResponse(description=description)

    def ReadDownload(self, request: Any, context: Any) -> Iterator[Any]:  # noqa: N802 (gRPC's name)
        world = self.world
        file = world.downloads[request.token]
        wanted = file.content[request.offset : request.offset + request.length]
        try:
            for start in range(0, len(wanted), PIECE):
                if file.cut is not None and start >= file.cut:
                    context.abort(grpc.StatusCode.UNAVAILABLE, "gone")
                if file.stands_still_at is not None and start >= file.stands_still_at:
                    world.standing.wait(30)
                yield file_service_pb2.ReadDownloadResponse(content=wanted[start : start + PIECE])
                world.sent_bytes += PIECE
        finally:
            world.ended_downloads += 1

    def _receive(self, method: str, requests: Iterator[Any], context: Any, default: Any, limit_mb: int) -> Any:
        world = self.world
        world.begun_streams += 1
        content = bytearray()
        last = None
        try:
            for request in requests:
                content += request.content
                last = merged(last, request)
                world.received_bytes = len(content)
                if len(content) > world.file_limit:
                    refuse(
                        context,
                        ServiceError(
                            grpc.StatusCode.INVALID_ARGUMENT,
                            error_reason_pb2.ERROR_REASON_FILE_TOO_LARGE,
                            f"The file exceeds the maximum size of {limit_mb} MB.",
                        ),
                    )
                if request.complete:
                    break
        except grpc.RpcError:
            last = None
        if last is None or not last.complete:
            world.broken_streams += 1
            world.stream_ended.set()
            context.abort(grpc.StatusCode.ABORTED, "incomplete")
        answer = self._answer(method, last, context, default)
        world.stored[last.name if last is not None else ""] = bytes(content)
        return answer


class FakeBackend:
    """The services on a port of loopback; 0: a free one."""

    def __init__(self, port: int = 0) -> None:
        services_class: Any = FakeServices  # the stubs call rpcs abstract that no test asks for
        self.services: FakeServices = services_class()
        self._server = grpc.server(futures.ThreadPoolExecutor(8), options=[("grpc.so_reuseport", 0)])
        access_service_pb2_grpc.add_AccessServiceServicer_to_server(self.services, self._server)
        data_service_pb2_grpc.add_DataServiceServicer_to_server(self.services, self._server)
        read_data_service_pb2_grpc.add_ReadDataServiceServicer_to_server(self.services, self._server)
        file_service_pb2_grpc.add_FileServiceServicer_to_server(self.services, self._server)
        self._health = health.HealthServicer()
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._server)
        self.port = self._server.add_insecure_port(f"127.0.0.1:{port}")
        self.address = f"127.0.0.1:{self.port}"
        self._server.start()

    def reset(self) -> World:
        self.services.world = World(partners={"ana": Partner("right password", 11), "bo": Partner("other", 12)})
        self.ready(True)
        return self.services.world

    def ready(self, value: bool) -> None:
        status = health_pb2.HealthCheckResponse.SERVING if value else health_pb2.HealthCheckResponse.NOT_SERVING
        self._health.set("", status)

    def stop(self) -> None:
        self._server.stop(0).wait(5)
