"""The read service: its parts, its beginning and its end."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import grpc
from organisation.v1.course_export_service_pb2_grpc import add_CourseExportServiceServicer_to_server
from organisation.v1.read_data_service_pb2_grpc import add_ReadDataServiceServicer_to_server
from sqlalchemy import select

from lms.tables import metadata
from runtime.access import AccessClient
from runtime.channels import open_channel
from runtime.database import close_engine, open_engine, ping, reading
from runtime.downloads import DownloadSigner
from runtime.server import Endpoint
from runtime.tokens import InternalIdentity
from services.read import course_export
from services.read.course_export import CourseExportServicer
from services.read.course_files import CourseFiles
from services.read.platform import Platform
from services.read.queries import Queries
from services.read.reads import reads_of
from services.read.server import DESCRIPTOR, ReadDataServicer
from services.read.settings import ReadSettings
from services.read.warning_letters import WarningLetters


class ReadService:
    """ReadDataService over the content store, to which the processor alone writes (decision 10)."""

    name = "read"

    def __init__(self, settings: ReadSettings) -> None:
        self._settings = settings
        self._engine = open_engine(settings.database_url, settings.read_connections)
        self._channels: list[grpc.aio.Channel] = []
        self._letters: WarningLetters | None = None
        key = settings.service_key.get_secret_value()
        self._signer = DownloadSigner(key, settings.public_url, settings.download_seconds)
        self._course_files = CourseFiles(settings.course_files_seconds)
        self._endpoints: list[Endpoint] = []
        self._schema_seen = False

    def endpoints(self) -> Sequence[Endpoint]:
        """Made at the first call, on the event loop that the channels to auth and processor then belong to."""
        if not self._endpoints:
            identity = InternalIdentity("service:read", self._settings.service_key.get_secret_value())
            access = AccessClient(self._open(self._settings.auth_address), identity)
            platform = Platform(self._open(self._settings.processor_address), identity)
            self._letters = WarningLetters(self._engine, platform)
            queries = Queries(self._engine, access, self._signer)
            servicer = ReadDataServicer(queries, reads_of(self._course_files), self._letters)
            export = CourseExportServicer(queries)
            self._endpoints = [
                Endpoint(DESCRIPTOR, add_ReadDataServiceServicer_to_server, servicer),
                Endpoint(course_export.DESCRIPTOR, add_CourseExportServiceServicer_to_server, export),
            ]
        return self._endpoints

    async def start(self) -> None:
        """Begins nothing: the processor brings the schema up to date, and check waits for it."""

    async def check(self) -> None:
        if self._schema_seen:
            await asyncio.to_thread(ping, self._engine)
        else:
            await asyncio.to_thread(self._look_at_schema)
            self._schema_seen = True

    def _open(self, address: str) -> grpc.aio.Channel:
        channel = open_channel(address, self._settings)
        self._channels.append(channel)
        return channel

    def _look_at_schema(self) -> None:
        """Raises unless every table of the content store is there, with every column that we know of."""
        with reading(self._engine) as connection:
            for table in metadata.sorted_tables:
                connection.execute(select(table).limit(0))

    async def stop(self) -> None:
        if self._letters is not None:
            await self._letters.close()
        for channel in self._channels:
            await channel.close()
        close_engine(self._engine)


def build(settings: ReadSettings) -> ReadService:
    return ReadService(settings)
