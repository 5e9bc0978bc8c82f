"""The host of gRPC services: one process, one port, one or more services, with health, reflection and a clean end."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import grpc
import structlog
from google.protobuf.descriptor import ServiceDescriptor
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from runtime.channels import MAX_MESSAGE_BYTES, open_channel, server_credentials, signing_keys_of
from runtime.interceptor import CallInterceptor
from runtime.memory import settle_memory
from runtime.registration import ByService
from runtime.settings import ServiceSettings
from runtime.tokens import TokenVerifier

CHECK_SECONDS = 1.0
SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING

log = structlog.get_logger()


@dataclass(frozen=True)
class Endpoint:
    """A proto service and the object that answers for it."""

    descriptor: ServiceDescriptor
    add_to_server: Callable[[Any, grpc.aio.Server], None]
    servicer: object


class Service(Protocol):
    """The shape of every service of ours: endpoints, a beginning, an end, and the truth about its readiness."""

    name: str

    def endpoints(self) -> Sequence[Endpoint]:
        """Returns the proto services that it answers for."""
        ...

    async def start(self) -> None:
        """Opens what it needs and starts what runs beside calls. The server does not listen yet."""
        ...

    async def check(self) -> None:
        """Raises when it cannot do its work just now (its database does not answer)."""
        ...

    async def stop(self) -> None:
        """Ends what start began; calls in flight have ended."""
        ...


class Host:
    """Runs services on one gRPC server."""

    def __init__(self, settings: ServiceSettings, services: Sequence[Service]) -> None:
        self.settings = settings
        self.services = services
        self.port = 0
        self._auth_channel: grpc.aio.Channel | None = None
        self._server: grpc.aio.Server | None = None
        self._health = health.aio.HealthServicer()
        self._checks: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()

    async def start(self) -> int:
        """Starts services, then listens; returns the port."""
        endpoints = [endpoint for service in self.services for endpoint in service.endpoints()]
        self._auth_channel = open_channel(self.settings.auth_address, self.settings)
        verifier = TokenVerifier(self.settings.service_key.get_secret_value(), signing_keys_of(self._auth_channel))
        interceptor = CallInterceptor(verifier, [endpoint.descriptor for endpoint in endpoints])
        self._server = grpc.aio.server(interceptors=[interceptor], options=server_options())
        by_service: Any = ByService(self._server)
        for endpoint in endpoints:
            endpoint.add_to_server(endpoint.servicer, by_service)
        health_pb2_grpc.add_HealthServicer_to_server(self._health, by_service)
        if self.settings.reflection:
            names = [endpoint.descriptor.full_name for endpoint in endpoints]
            reflection.enable_server_reflection([*names, health.SERVICE_NAME, reflection.SERVICE_NAME], self._server)
        self.port = self._listen(self._server)
        for service in self.services:
            await service.start()
        await self._server.start()
        await self._report_health()
        self._checks = asyncio.create_task(self._keep_checking())
        log.info("listening", port=self.port, services=[service.name for service in self.services])
        return self.port

    def _listen(self, server: grpc.aio.Server) -> int:
        credentials = server_credentials(self.settings)
        if credentials is None:
            return server.add_insecure_port(self.settings.listen)
        return server.add_secure_port(self.settings.listen, credentials)

    async def stop(self) -> None:
        """Turns health to NOT_SERVING, lets calls in flight end, stops the services."""
        self._stopping.set()
        if self._checks is not None:
            await self._checks  # to its end: on its thread it holds a connection of the service that is about to stop
        await self._health.enter_graceful_shutdown()
        if self._server is not None:
            await self._server.stop(self.settings.drain_seconds)
        for service in reversed(self.services):
            await service.stop()
        if self._auth_channel is not None:
            await self._auth_channel.close()
        log.info("stopped")

    async def run(self, ready: Callable[[int], None] | None = None) -> None:
        """Serves until SIGTERM or SIGINT."""
        stopping = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stopping.set)
        port = await self.start()
        settle_memory()
        if ready is not None:
            ready(port)
        await stopping.wait()
        await self.stop()

    async def _keep_checking(self) -> None:
        while not await self._stops_within(CHECK_SECONDS):
            await self._report_health()

    async def _stops_within(self, seconds: float) -> bool:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        return self._stopping.is_set()

    async def _report_health(self) -> None:
        states = {service.name: await is_ready(service) for service in self.services}
        for service in self.services:
            status = SERVING if states[service.name] else NOT_SERVING
            for endpoint in service.endpoints():
                await self._health.set(endpoint.descriptor.full_name, status)
        await self._health.set("", SERVING if all(states.values()) else NOT_SERVING)


async def is_ready(service: Service) -> bool:
    """Returns whether a service's own check passes within the checking interval."""
    try:
        async with asyncio.timeout(CHECK_SECONDS * 5):
            await service.check()
    except Exception as error:
        log.warning("not ready", service=service.name, cause=repr(error))
        return False
    return True


def server_options() -> list[tuple[str, int]]:
    """Returns the options of every server of ours. A second server on the same port must fail, not share it."""
    return [
        ("grpc.so_reuseport", 0),
        ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
        ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
        ("grpc.max_metadata_size", 32 * 1024),
        ("grpc.max_concurrent_streams", 1000),
    ]
