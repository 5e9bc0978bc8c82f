"""Calls to the gRPC services: one lazily opened channel a process and address, a deadline on every call."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

import grpc
from google.protobuf.message import Message
from grpc_health.v1 import health_pb2, health_pb2_grpc
from organisation.v1 import access_service_pb2, access_service_pb2_grpc

from edge.contract import Operation, Service
from edge.contract_error import ContractError
from edge.gathering import Gatherer
from edge.settings import EdgeSettings
from edge.turns import Turns
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
        self.turns = Turns()
        self._lock = threading.Lock()
        self._channels: dict[str, grpc.Channel] = {}
        self._stubs: dict[str, Any] = {}
        self._gatherers: dict[str, Gatherer] = {}

    def call(self, operation: Operation, request: Message, metadata: tuple[tuple[str, str], ...]) -> Message:
        """Calls a unary rpc; raises grpc.RpcError."""
        stub = self._stubs.get(operation.method) or self._unary_stub(operation)
        with self.turns.away():
            answer: Message = stub(request, metadata=metadata, timeout=self._settings.call_timeout_seconds)
        return answer

    def gather(
        self,
        operation: Operation,
        credential_id: int,
        request: Message,
        metadata: tuple[tuple[str, str], ...],
        client_key: str,
    ) -> Message:
        """Calls a unary rpc together with others of the same credential; raises grpc.RpcError or SoapFault."""
        gatherer = self._gatherers.get(operation.method) or self._gatherer(operation)
        with self.turns.away():
            return gatherer.call(credential_id, request, metadata, client_key)

    def stream(self, operation: Operation, requests: Iterator[Message], metadata: tuple[tuple[str, str], ...]) -> Any:
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
        stub = access_service_pb2_grpc.AccessServiceStub(self._channel(self._settings.auth_address))
        with self.turns.away():
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

    def _gatherer(self, operation: Operation) -> Gatherer:
        batch = operation.batch
        assert batch is not None  # noqa: S101 (the caller has looked)
        many = self._channel(self._addresses[operation.service]).unary_unary(
            batch.method,
            request_serializer=batch.request_class.SerializeToString,
            response_deserializer=batch.response_class.FromString,
        )

        def send_many(request: Message, metadata: tuple[tuple[str, str], ...]) -> Message:
            answer: Message = many(request, metadata=metadata, timeout=self._settings.call_timeout_seconds)
            return answer

        gatherer = Gatherer(operation, batch, partial(self.call, operation), send_many)
        return self._gatherers.setdefault(operation.method, gatherer)

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
