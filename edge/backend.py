"""Calls to the gRPC services: one lazily opened channel a process and address, a deadline on every call."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import grpc
from google.protobuf.message import Message
from grpc_health.v1 import health_pb2, health_pb2_grpc
from organisation.v1 import access_service_pb2, access_service_pb2_grpc, file_service_pb2_grpc

from edge.contract import Batch, Operation, Service
from edge.contract_error import ContractError
from edge.gathering import Gatherer, Metadata
from edge.settings import EdgeSettings
from runtime.channels import ALONE, SLOW_STREAMS, open_blocking_channel, open_channel

if TYPE_CHECKING:
    from organisation.v1.file_service_pb2_grpc import FileServiceAsyncStub

READY_SECONDS = 1.0


class Backend:
    """The services as the event loop sees them; only the streams of uploads are for threads.

    Nothing is opened before the first call, which comes after any fork.
    """

    def __init__(self, settings: EdgeSettings, services: Iterable[Service]) -> None:
        self._addresses = settings.backend_addresses()
        missing = [service.full_name for service in services if service.full_name not in self._addresses]
        if missing:
            raise ContractError(f"No address is configured for {', '.join(missing)}")
        self._settings = settings
        self._channels: dict[str, grpc.aio.Channel] = {}
        # A connection that found its service down lets calls fail for up to a second after the service has come:
        # health is asked over others.
        self._health_channels: dict[str, grpc.aio.Channel] = {}
        self._files_channel: grpc.aio.Channel | None = None
        self._stubs: dict[str, Any] = {}
        self._gatherers: dict[str, Gatherer] = {}
        self._lock = threading.Lock()
        self._blocking_channels: dict[str, grpc.Channel] = {}

    async def call(self, operation: Operation, request: Message, metadata: Metadata) -> Message:
        """Calls a unary rpc; raises grpc.RpcError."""
        return await self._unary(operation.service, operation, request.SerializeToString(), metadata)

    def gatherer(self, operation: Operation, batch: Batch) -> Gatherer:
        """Returns what calls an rpc for several requests of one credential together."""
        gatherer = self._gatherers.get(operation.method)
        if gatherer is None:
            send_one = partial(self._unary, operation.service, operation)
            send_many = partial(self._unary, operation.service, batch)
            gatherer = self._gatherers[operation.method] = Gatherer(batch, send_one, send_many)
        return gatherer

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

    def stream(self, operation: Operation, requests: Iterator[Message], metadata: Metadata) -> Any:
        """Starts an rpc that takes a stream, for a thread; returns its future, whose result is the response."""
        stub = self._blocking_channel(self._addresses[operation.service]).stream_unary(
            operation.method,
            request_serializer=operation.request.message_class.SerializeToString,
            response_deserializer=operation.response_class.FromString,
        )
        return stub.future(requests, metadata=metadata, timeout=self._settings.upload_timeout_seconds)

    def files(self) -> FileServiceAsyncStub:
        """Returns the files service for downloads, over a connection of its own: slow ones hold up no call."""
        if self._files_channel is None:
            self._files_channel = open_channel(self._settings.files_address, self._settings, SLOW_STREAMS)
        return file_service_pb2_grpc.FileServiceStub(self._files_channel)

    async def unready(self) -> list[str]:
        """Returns the addresses, auth's included, that do not say that they serve."""
        addresses = sorted({self._settings.auth_address, *self._addresses.values()})
        serving = await asyncio.gather(*map(self._serves, addresses))
        return [address for address, serves in zip(addresses, serving, strict=True) if not serves]

    async def close(self) -> None:
        """Lets go of the channels."""
        for channel in (*self._channels.values(), *self._health_channels.values()):
            await channel.close()
        if self._files_channel is not None:
            await self._files_channel.close()
        with self._lock:
            for blocking_channel in self._blocking_channels.values():
                blocking_channel.close()

    async def _serves(self, address: str) -> bool:
        channel = self._health_channels.get(address)
        if channel is None:
            channel = self._health_channels[address] = open_channel(address, self._settings, ALONE)
        stub = health_pb2_grpc.HealthStub(channel)
        try:
            answer = await stub.Check(health_pb2.HealthCheckRequest(), timeout=READY_SECONDS)
        except grpc.RpcError:
            return False
        return bool(answer.status == health_pb2.HealthCheckResponse.SERVING)

    def _unary(self, service: str, rpc: Operation | Batch, request: bytes, metadata: Metadata) -> Awaitable[Message]:
        """Starts a call, whether or not it is waited for."""
        stub = self._stubs.get(rpc.method)
        if stub is None:
            stub = self._stubs[rpc.method] = self._channel(self._addresses[service]).unary_unary(
                rpc.method, response_deserializer=rpc.response_class.FromString
            )
        call: Awaitable[Message] = stub(request, metadata=metadata, timeout=self._settings.call_timeout_seconds)
        return call

    def _channel(self, address: str) -> grpc.aio.Channel:
        channel = self._channels.get(address)
        if channel is None:
            channel = self._channels[address] = open_channel(address, self._settings)
        return channel

    def _blocking_channel(self, address: str) -> grpc.Channel:
        with self._lock:
            channel = self._blocking_channels.get(address)
            if channel is None:
                channel = self._blocking_channels[address] = open_blocking_channel(address, self._settings)
            return channel
