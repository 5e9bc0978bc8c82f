# ruff: noqa: ARG002, N802 (the names and the signatures are gRPC's)
"""The gRPC servicers: translate and delegate."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import Any

import grpc
import structlog
from organisation.v1 import file_service_pb2 as public
from organisation.v1 import file_service_pb2_grpc as public_grpc
from organisation.v1 import file_storage_service_pb2 as internal
from organisation.v1 import file_storage_service_pb2_grpc as internal_grpc

from runtime.access import AccessClient
from runtime.caller import current_partner
from runtime.errors import invalid_field
from services.files.addresses import Addressed
from services.files.downloads import Downloads
from services.files.ids import parse_file_id
from services.files.model import Holder, now_ms, timestamp
from services.files.reservations import Reservations
from services.files.uploads import Uploads

MAX_FILES = 10_000

log = structlog.get_logger()

Context = grpc.aio.ServicerContext[Any, Any]


class FileServicer(public_grpc.FileServiceServicer):
    """FileService."""

    def __init__(
        self,
        uploads: Uploads,
        downloads: Downloads,
        addressed: Addressed,
        access: AccessClient,
        max_bytes: int,
        extension_max_bytes: int,
    ) -> None:
        self._uploads = uploads
        self._downloads = downloads
        self._addressed = addressed
        self._access = access
        self._max_bytes = max_bytes
        self._extension_max_bytes = extension_max_bytes

    async def UploadFile(
        self, request_iterator: AsyncIterator[public.UploadFileRequest], context: Context
    ) -> public.UploadFileResponse:
        file = await self._uploads.receive(request_iterator, current_partner(), self._access, self._max_bytes)
        return public.UploadFileResponse(
            file_id=file.file_id, size=file.size, sha256=file.sha256, expires_at=timestamp(file.expires_at)
        )

    async def UploadExtensionFile(
        self, request_iterator: AsyncIterator[public.UploadExtensionFileRequest], context: Context
    ) -> public.UploadExtensionFileResponse:
        file = await self._uploads.receive_for_extension(
            request_iterator, current_partner(), self._access, self._extension_max_bytes
        )
        return public.UploadExtensionFileResponse(
            file_id=file.file_id, size=file.size, sha256=file.sha256, expires_at=timestamp(file.expires_at)
        )

    async def DownloadFile(
        self, request: public.DownloadFileRequest, context: Context
    ) -> AsyncIterator[public.DownloadFileResponse]:
        file = await self._downloads.for_partner(request.file_id, current_partner(), self._access)
        yield public.DownloadFileResponse(description=file.description())
        async for piece in self._downloads.pieces(file):
            yield public.DownloadFileResponse(content=piece)

    async def DescribeDownload(
        self, request: public.DescribeDownloadRequest, context: Context
    ) -> public.DescribeDownloadResponse:
        file = await self._addressed.find(request.token)
        return public.DescribeDownloadResponse(description=file.description())

    async def ReadDownload(
        self, request: public.ReadDownloadRequest, context: Context
    ) -> AsyncIterator[public.ReadDownloadResponse]:
        length = request.length if request.HasField("length") else None
        async for piece in self._addressed.pieces(request.token, request.offset, length):
            yield public.ReadDownloadResponse(content=piece)


class FileStorageServicer(internal_grpc.FileStorageServiceServicer):
    """FileStorageService."""

    def __init__(self, uploads: Uploads, downloads: Downloads, reservations: Reservations) -> None:
        self._uploads = uploads
        self._downloads = downloads
        self._reservations = reservations

    async def ReserveFiles(
        self, request: internal.ReserveFilesRequest, context: Context
    ) -> internal.ReserveFilesResponse:
        ids = checked_ids(request.file_ids)
        wanted = {file_id for file_id in ids if file_id is not None}
        holder, reserve = Holder.of(request.holder), self._reservations.reserve
        found = await asyncio.to_thread(reserve, holder, wanted, now_ms(), only_own=request.only_own)
        response = internal.ReserveFilesResponse()
        for text, file_id in zip(request.file_ids, ids, strict=True):
            file = None if file_id is None else found.get(file_id)
            description = None if file is None else file.description()
            response.files.add(file_id=text, found=file is not None, description=description)
        return response

    async def ConfirmFiles(
        self, request: internal.ConfirmFilesRequest, context: Context
    ) -> internal.ConfirmFilesResponse:
        wanted = {file_id for file_id in checked_ids(request.file_ids) if file_id is not None}
        holder = Holder.of(request.holder)
        missing = await asyncio.to_thread(self._reservations.confirm, holder, wanted, now_ms())
        if missing:
            log.error("content uses files that are not there", holder=repr(holder), file_ids=sorted(missing))
        return internal.ConfirmFilesResponse()

    async def ReleaseFiles(
        self, request: internal.ReleaseFilesRequest, context: Context
    ) -> internal.ReleaseFilesResponse:
        wanted = {file_id for file_id in checked_ids(request.file_ids) if file_id is not None}
        await asyncio.to_thread(self._reservations.release, Holder.of(request.holder), wanted)
        return internal.ReleaseFilesResponse()

    async def ReadFile(
        self, request: internal.ReadFileRequest, context: Context
    ) -> AsyncIterator[internal.ReadFileResponse]:
        file = await self._downloads.for_site(request.file_id, request.site_id)
        async for piece in self._downloads.pieces(file):
            yield internal.ReadFileResponse(content=piece)

    async def StoreFile(
        self, request_iterator: AsyncIterator[internal.StoreFileRequest], context: Context
    ) -> internal.StoreFileResponse:
        file = await self._uploads.store(request_iterator)
        return internal.StoreFileResponse(description=file.description())


def checked_ids(texts: Iterable[str]) -> list[str | None]:
    """Returns the ids in our form, None for what is no GUID; INVALID_ARGUMENT for more than 10,000."""
    ids = [parse_file_id(text) for text in texts]
    if len(ids) > MAX_FILES:
        raise invalid_field("file_ids", f"No more than {MAX_FILES} files at once.")
    return ids
