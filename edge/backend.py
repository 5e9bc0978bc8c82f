"""Calls to the gRPC services: one lazily opened channel a process and address, a deadline on every call.

On a thread they block; on the event loop they let it go on.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import grpc
from google.protobuf.message import Message
from grpc_health.v1 import health_pb2, health_pb2_grpc
from organisation.v1 import access_service_pb2, access_service_pb2_grpc

from edge.contract import Operation, Service
from edge.contract_error import ContractError
from edge.gathering import Metadata
from edge.loop_calls import LoopCalls
from edge.settings import EdgeSettings
from edge.waiting import is_on_loop, wait_for
from runtime.channels import open_blocking_channel

READY_SECONDS = 1.0


class Backend:
    """Reaches the services. Nothing is opened before the first call, which comes after any fork."""

    def __init__(self, settings: EdgeSettings, services: Iterable[Service]) -> None:
        addresses = settings.backend_addresses()
        missing = [service.full_name for service in services if service.full_name not in addresses]
        if missing:
            raise ContractError(f"No address is configured for {', '.join(missing)}")
        self._settings = settings
        self._addresses: Mapping[str, str] = addresses
        self._loop_calls = LoopCalls(settings)
        self._lock = threading.Lock()
        self._channels: dict[str, grpc.Channel] = {}
        self._stubs: dict[str, Any] = {}

    def call(self, operation: Operation, request: Message, metadata: Metadata) -> Message:
        """Calls a unary rpc; raises grpc.RpcError."""
        if is_on_loop():
            return wait_for(self._loop_calls.call(operation, request, metadata))
        stub = self._stubs.get(operation.method) or self._unary_stub(operation)
        answer: Message = stub(request, metadata=metadata, timeout=self._settings.call_timeout_seconds)
        return answer

    def gather(self, operation: Operation, request: Message, metadata: Metadata, caller: tuple[int, str]) -> Message:
        """Calls a unary rpc, from the loop together with others of its credential; raises grpc.RpcError or SoapFault.

        caller: number of the credential and the client key of the request.
        """
        if operation.batch is None or not is_on_loop():
            return self.call(operation, request, metadata)
        return wait_for(self._loop_calls.gather(operation, operation.batch, request, metadata, caller))

    def stream(self, operation: Operation, requests: Iterator[Message], metadata: Metadata) -> Any:
        """Starts an rpc that takes a stream; returns its future, whose result is the response."""
        channel = self._channel(self._addresses[operation.service])
        stub = channel.stream_unary(
            operation.method,
            request_serializer=operation.request.message_class.SerializeToString,
            response_deserializer=operation.response_class.FromString,
        )
        return stub.future(requests, metadata=metadata, timeout=self._settings.upload_timeout_seconds)

    def authenticate(self, username: str, password: str, request_id: str) -> access_service_pb2.AuthenticateResponse:
        """Exchanges user name and password for a token; raises grpc.RpcError."""
        if is_on_loop():
            return wait_for(self._loop_calls.authenticate(username, password, request_id))
        stub = access_service_pb2_grpc.AccessServiceStub(self._channel(self._settings.auth_address))
        return stub.Authenticate(
            access_service_pb2.AuthenticateRequest(username=username, password=password),
            metadata=(("x-request-id", request_id),),
            timeout=self._settings.auth_timeout_seconds,
        )

    def unready(self) -> list[str]:
        """Returns the addresses, auth's included, that do not say that they serve."""
        addresses = sorted({self._settings.auth_address, *self._addresses.values()})
        asked = {
            address: health_pb2_grpc.HealthStub(self._channel(address)).Check.future(
                health_pb2.HealthCheckRequest(), timeout=READY_SECONDS
            )
            for address in addresses
        }
        return [address for address, answer in asked.items() if not serves(answer)]

    def close(self) -> None:
        with self._lock:
            for channel in self._channels.values():
                channel.close()
            self._channels.clear()
            self._stubs.clear()

    def _unary_stub(self, operation: Operation) -> Any:
        stub = self._channel(self._addresses[operation.service]).unary_unary(
            operation.method,
            request_serializer=operation.request.message_class.SerializeToString,
            response_deserializer=operation.response_class.FromString,
        )
        return self._stubs.setdefault(operation.method, stub)

    def _channel(self, address: str) -> grpc.Channel:
        with self._lock:
            channel = self._channels.get(address)
            if channel is None:
                channel = self._channels[address] = open_blocking_channel(address, self._settings)
            return channel


def serves(answer: Any) -> bool:
    try:
        return bool(answer.result().status == health_pb2.HealthCheckResponse.SERVING)
    except grpc.RpcError:
        return False
