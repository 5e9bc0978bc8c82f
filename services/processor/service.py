"""The processor service: takes messages in order and applies them to the platform, whose only writer it is."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Sequence

import grpc
from organisation.v1 import platform_service_pb2, synchronous_service_pb2
from organisation.v1.platform_service_pb2_grpc import add_PlatformServiceServicer_to_server
from organisation.v1.synchronous_service_pb2_grpc import add_SynchronousServiceServicer_to_server

from catalogue.loader import load_catalogue
from runtime.channels import open_blocking_channel, open_channel
from runtime.database import close_engine, open_engine, ping
from runtime.migrations import upgrade
from runtime.server import Endpoint
from runtime.tokens import InternalIdentity
from services.processor.handler import Handler, added_handlers, make_routes, own_handlers
from services.processor.kept_files import KeptFiles
from services.processor.peers import Files, Lanes, Vendors
from services.processor.server import PlatformServicer
from services.processor.settings import ProcessorSettings
from services.processor.sites import Sites
from services.processor.synchronous_server import SynchronousServicer
from services.processor.tools import Tools
from services.processor.worker import Worker

STORE = "content"
MIGRATIONS = "lms.migrations"
POOL_SIZE = 8


class ProcessorService:
    """PlatformService and SynchronousService, and the threads that apply the messages of lanes."""

    name = "processor"

    def __init__(self, settings: ProcessorSettings, handlers: Sequence[Handler]) -> None:
        catalogue = load_catalogue(settings.catalogue_path, settings.catalogue_identifiers)
        self._settings = settings
        self._routes = make_routes(catalogue, handlers)
        self._extensions = {one.extension_id: one.name for one in catalogue.extensions}
        self._engine = open_engine(settings.database_url, POOL_SIZE)
        self._identity = InternalIdentity("service:processor", settings.service_key.get_secret_value())
        self._endpoints: list[Endpoint] = []
        self._sites_channel: grpc.aio.Channel | None = None
        self._channels: list[grpc.Channel] = []
        self._workers: list[Worker] = []
        self._tools: Tools | None = None
        self._synchronous: SynchronousServicer | None = None

    def endpoints(self) -> Sequence[Endpoint]:
        """Returns both services, made at the first call on the event loop that the channel to auth belongs to."""
        if not self._endpoints:
            self._sites_channel = open_channel(self._settings.auth_address, self._settings)
            servicer = PlatformServicer(self._engine, Sites(self._sites_channel, self._identity))
            platform = platform_service_pb2.DESCRIPTOR.services_by_name["PlatformService"]
            self._synchronous = SynchronousServicer(self.tools, self._worker_count())
            synchronous = synchronous_service_pb2.DESCRIPTOR.services_by_name["SynchronousService"]
            self._endpoints = [
                Endpoint(platform, add_PlatformServiceServicer_to_server, servicer),
                Endpoint(synchronous, add_SynchronousServiceServicer_to_server, self._synchronous),
            ]
        return self._endpoints

    async def start(self) -> None:
        """Brings the schema up to date and starts to take messages."""
        await asyncio.to_thread(upgrade, self._engine, STORE, MIGRATIONS)
        process = f"{socket.gethostname()}-{os.getpid()}"
        self._workers = [Worker(self.tools, f"{process}-{number}") for number in range(1, self._worker_count() + 1)]
        for worker in self._workers:
            worker.start()

    async def check(self) -> None:
        """Raises when the content store does not answer."""
        await asyncio.to_thread(ping, self._engine)

    async def stop(self) -> None:
        """Lets every worker end its turn."""
        for worker in self._workers:
            worker.stop()
        for worker in self._workers:
            await asyncio.to_thread(worker.join, self._settings.drain_seconds)
        if self._synchronous is not None:
            await asyncio.to_thread(self._synchronous.close)
        for channel in self._channels:
            channel.close()
        if self._sites_channel is not None:
            await self._sites_channel.close()
        close_engine(self._engine)

    @property
    def tools(self) -> Tools:
        """Made at the first call, which comes after any fork."""
        if self._tools is None:
            self._tools = self._make_tools()
        return self._tools

    def _make_tools(self) -> Tools:
        lanes = Lanes(self._open(self._settings.ingest_address), self._identity)
        files = Files(self._open(self._settings.files_address), self._identity)
        vendors = Vendors(self._open(self._settings.auth_address), self._identity)
        return Tools(self._settings, self._engine, self._routes, self._extensions, lanes, files, vendors, KeptFiles())

    def _open(self, address: str) -> grpc.Channel:
        channel = open_blocking_channel(address, self._settings)
        self._channels.append(channel)
        return channel

    def _worker_count(self) -> int:
        """One writes to SQLite; PostgreSQL takes two (measured on two cores: each waits for its round trips)."""
        return self._settings.processor_workers or (1 if self._engine.dialect.name == "sqlite" else 2)


def build(settings: ProcessorSettings) -> ProcessorService:
    """Returns the service with its own handlers and those that the deployment adds."""
    return ProcessorService(settings, [*own_handlers(), *added_handlers()])
