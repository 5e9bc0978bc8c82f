"""A client that knows nothing but an address: what grpcurl does, as far as the documentation uses it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import grpc
from google.protobuf import json_format
from google.protobuf.descriptor_pb2 import FileDescriptorProto
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc


class ReflectionClient:
    """Lists, describes and calls by reflection alone; requests and answers are JSON objects."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._channel = channel
        self._stub = reflection_pb2_grpc.ServerReflectionStub(channel)
        self._pool = DescriptorPool()
        self._known: set[str] = set()

    def services(self) -> list[str]:
        answer = self._ask(reflection_pb2.ServerReflectionRequest(list_services=""))
        return [service.name for service in answer.list_services_response.service]

    def describe(self, service: str) -> list[str]:
        """Returns the names of a service's methods."""
        self._learn(reflection_pb2.ServerReflectionRequest(file_containing_symbol=service))
        return [method.name for method in self._pool.FindServiceByName(service).methods]

    def call(self, method: str, request: str, metadata: Iterable[tuple[str, str]]) -> Any:
        """Calls "package.Service/Method" with a JSON text; a stream is answered by a list. Raises grpc.RpcError."""
        service, _, name = method.partition("/")
        self.describe(service)
        found = self._pool.FindServiceByName(service).methods_by_name[name]
        invoke = (self._channel.unary_stream if found.server_streaming else self._channel.unary_unary)(
            f"/{method}",
            request_serializer=GetMessageClass(found.input_type).SerializeToString,
            response_deserializer=GetMessageClass(found.output_type).FromString,
        )
        message = json_format.Parse(request or "{}", GetMessageClass(found.input_type)())
        answer: Any = invoke(message, metadata=tuple(metadata), timeout=30)
        return [as_object(one) for one in answer] if found.server_streaming else as_object(answer)

    def _learn(self, request: reflection_pb2.ServerReflectionRequest) -> None:
        for raw in self._ask(request).file_descriptor_response.file_descriptor_proto:
            file = FileDescriptorProto.FromString(raw)
            if file.name in self._known:
                continue
            self._known.add(file.name)
            for dependency in file.dependency:
                self._learn(reflection_pb2.ServerReflectionRequest(file_by_filename=dependency))
            self._pool.Add(file)

    def _ask(self, request: reflection_pb2.ServerReflectionRequest) -> reflection_pb2.ServerReflectionResponse:
        answer: reflection_pb2.ServerReflectionResponse = next(iter(self._stub.ServerReflectionInfo(iter([request]))))
        return answer


def as_object(message: Message) -> dict[str, Any]:
    return json_format.MessageToDict(message, preserving_proto_field_name=True)
