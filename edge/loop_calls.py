"""Calls to the gRPC services from the event loop; each channel is opened at its first call, in the loop."""

from __future__ import annotations

from functools import partial
from typing import Any

import grpc
from google.protobuf.message import Message
from organisation.v1 import access_service_pb2, access_service_pb2_grpc

from edge.contract import Batch, Operation
from edge.gathering import Gatherer, Metadata
from edge.settings import EdgeSettings
from runtime.channels import open_channel


class LoopCalls:
    """The services as the loop's requests see them."""

    def __init__(self, settings: EdgeSettings) -> None:
        self._settings = settings
        self._addresses = settings.backend_addresses()
        self._channels: dict[str, grpc.aio.Channel] = {}
        self._stubs: dict[str, Any] = {}
        self._gatherers: dict[str, Gatherer] = {}

    async def call(self, operation: Operation, request: Message, metadata: Metadata) -> Message:
        """Calls a unary rpc; raises grpc.RpcError."""
        stub = self._stubs.get(operation.method) or self._stub(operation.service, operation.method, operation)
        answer: Message = await stub(request, metadata=metadata, timeout=self._settings.call_timeout_seconds)
        return answer

    async def gather(
        self, operation: Operation, batch: Batch, request: Message, metadata: Metadata, caller: tuple[int, str]
    ) -> Message:
        """Calls together with others of the same credential; caller: its number and the client key of the request."""
        gatherer = self._gatherers.get(operation.method)
        if gatherer is None:
            send_many = partial(self._call_batch, operation, batch)
            gatherer = Gatherer(operation, batch, partial(self.call, operation), send_many)
            self._gatherers[operation.method] = gatherer
        return await gatherer.call(caller[0], request, metadata, caller[1])

    async def authenticate(
        self, username: str, password: str, request_id: str
    ) -> access_service_pb2.AuthenticateResponse:
        """Exchanges user name and password for a token; raises grpc.RpcError."""
        stub = access_service_pb2_grpc.AccessServiceStub(self._channel(self._settings.auth_address))
        return await stub.Authenticate(
            access_service_pb2.AuthenticateRequest(username=username, password=password),
            metadata=(("x-request-id", request_id),),
            timeout=self._settings.auth_timeout_seconds,
        )

    async def _call_batch(self, operation: Operation, batch: Batch, request: Message, metadata: Metadata) -> Message:
        stub = self._stubs.get(batch.method) or self._stub(operation.service, batch.method, batch)
        answer: Message = await stub(request, metadata=metadata, timeout=self._settings.call_timeout_seconds)
        return answer

    def _stub(self, service: str, method: str, shape: Operation | Batch) -> Any:
        stub: Any = self._channel(self._addresses[service]).unary_unary(
            method,
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=shape.response_class.FromString,
        )
        return self._stubs.setdefault(method, stub)

    def _channel(self, address: str) -> grpc.aio.Channel:
        channel = self._channels.get(address)
        if channel is None:
            channel = self._channels[address] = open_channel(address, self._settings)
        return channel
