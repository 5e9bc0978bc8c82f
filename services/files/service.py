"""The files service: its parts, its beginning and its end."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import grpc
from organisation.v1 import file_service_pb2, file_storage_service_pb2
from organisation.v1.file_service_pb2_grpc import add_FileServiceServicer_to_server
from organisation.v1.file_storage_service_pb2_grpc import add_FileStorageServiceServicer_to_server
from organisation.v1.platform_service_pb2_grpc import PlatformServiceStub

from runtime.access import AccessClient
from runtime.channels import open_channel
from runtime.database import close_engine, open_engine, ping
from runtime.downloads import DownloadKey
from runtime.migrations import upgrade
from runtime.server import Endpoint
from runtime.tokens import InternalIdentity
from services.files.addresses import Addressed
from services.files.blobs import open_blob_store
from services.files.downloads import Downloads
from services.files.expiry import Expiry
from services.files.index import FileIndex
from services.files.reservations import Reservations
from services.files.server import FileServicer, FileStorageServicer
from services.files.settings import FilesSettings
from services.files.sweeper import Sweeper
from services.files.uploads import Uploads

STORE = "files"
MIGRATIONS = "services.files.migrations"
DAY_MS = 24 * 3600 * 1000


class FilesService:
    """FileService and FileStorageService over one index and one store of bytes."""

    name = "files"

    def __init__(self, settings: FilesSettings) -> None:
        keep_ms = int(settings.files_keep_days * DAY_MS)
        self._settings = settings
        self._engine = open_engine(settings.database_url)
        self._blobs = open_blob_store(settings.files_store_url)
        self._pool = ThreadPoolExecutor(settings.files_threads, "files")
        index = FileIndex(self._engine)
        self._reservations = Reservations(self._engine, keep_ms)
        self._uploads = Uploads(self._blobs, index, self._pool, keep_ms)
        self._downloads = Downloads(self._blobs, index, self._pool)
        self._addressed = Addressed(self._downloads, DownloadKey(settings.service_key.get_secret_value()))
        self._identity = InternalIdentity("service:files", settings.service_key.get_secret_value())
        self._sweeper = Sweeper(self._blobs, index, self._reservations, Expiry(self._engine), self._identity)
        self._channels: list[grpc.aio.Channel] = []
        self._endpoints: list[Endpoint] = []
        self._sweeping: asyncio.Task[None] | None = None

    def endpoints(self) -> Sequence[Endpoint]:
        """Made at the first call, on the event loop that the channel to auth then belongs to."""
        if not self._endpoints:
            access = AccessClient(self._open(self._settings.auth_address), self._identity)
            limits = self._settings.files_max_bytes, self._settings.files_extension_max_bytes
            files = FileServicer(self._uploads, self._downloads, self._addressed, access, *limits)
            storage = FileStorageServicer(self._uploads, self._downloads, self._reservations)
            public = file_service_pb2.DESCRIPTOR.services_by_name["FileService"]
            internal = file_storage_service_pb2.DESCRIPTOR.services_by_name["FileStorageService"]
            self._endpoints = [
                Endpoint(public, add_FileServiceServicer_to_server, files),
                Endpoint(internal, add_FileStorageServiceServicer_to_server, storage),
            ]
        return self._endpoints

    async def start(self) -> None:
        await asyncio.to_thread(self._prepare)
        processor = PlatformServiceStub(self._open(self._settings.processor_address))
        self._sweeping = asyncio.create_task(
            self._sweeper.run(processor, self._settings.files_sweep_seconds, self._settings.files_settle_seconds)
        )

    def _prepare(self) -> None:
        self._blobs.prepare()
        upgrade(self._engine, STORE, MIGRATIONS)
        self._sweeper.remove()

    async def check(self) -> None:
        await asyncio.to_thread(ping, self._engine)
        await asyncio.to_thread(self._blobs.check)

    async def stop(self) -> None:
        if self._sweeping is not None:
            self._sweeping.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._sweeping
        for channel in self._channels:
            await channel.close()
        await asyncio.to_thread(self._pool.shutdown)
        close_engine(self._engine)

    def _open(self, address: str) -> grpc.aio.Channel:
        channel = open_channel(address, self._settings)
        self._channels.append(channel)
        return channel


def build(settings: FilesSettings) -> FilesService:
    return FilesService(settings)
