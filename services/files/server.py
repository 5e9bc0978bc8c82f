# ruff: noqa: ARG002, N802 (the names and the signatures are gRPC's)
"""The gRPC servicers: translate and delegate."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
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
from services.files.model import Holder, StoredFile, now_ms, timestamp
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
        ids = ids_of(request.held)
        found = await asyncio.to_thread(self._reservations.reserve, known(ids), now_ms(), only_own=request.only_own)
        reserved = [
            [
                reserved_file(asked, found[holder].get(file_id or ""))
                for asked, file_id in zip(one.file_ids, own, strict=True)
            ]
            for one, (holder, own) in zip(request.held, ids.items(), strict=True)
        ]
        return internal.ReserveFilesResponse(reserved=[internal.ReservedFiles(files=files) for files in reserved])

    async def ConfirmFiles(
        self, request: internal.ConfirmFilesRequest, context: Context
    ) -> internal.ConfirmFilesResponse:
        missing = await asyncio.to_thread(self._reservations.confirm, known(ids_of(request.used)), now_ms())
        if missing:
            log.error("content uses files that are not there", files=sorted(map(repr, missing)))
        return internal.ConfirmFilesResponse()

    async def ReleaseFiles(
        self, request: internal.ReleaseFilesRequest, context: Context
    ) -> internal.ReleaseFilesResponse:
        await asyncio.to_thread(self._reservations.release, known(ids_of(request.released)))
        return internal.ReleaseFilesResponse()

    async def ReadFile(
        self, request: internal.ReadFileRequest, context: Context
    ) -> AsyncIterator[internal.ReadFileResponse]:
        if request.most_bytes < 0:
            raise invalid_field("most_bytes", "most_bytes must not be negative.")
        file = await self._downloads.for_site(request.file_id, request.site_id)
        async for piece in self._downloads.pieces(file, length=request.most_bytes or None):
            yield internal.ReadFileResponse(content=piece)

    async def StoreFile(
        self, request_iterator: AsyncIterator[internal.StoreFileRequest], context: Context
    ) -> internal.StoreFileResponse:
        file = await self._uploads.store(request_iterator)
        return internal.StoreFileResponse(description=file.description())


def ids_of(held: Sequence[internal.HeldFiles]) -> dict[Holder, list[str | None]]:
    """Returns each message's ids in our form and in their order, None for what is no GUID; raises INVALID_ARGUMENT."""
    if sum(len(one.file_ids) for one in held) > MAX_FILES:
        raise invalid_field("file_ids", f"No more than {MAX_FILES} files at once.")
    ids = {Holder.of(one.holder): [parse_file_id(text) for text in one.file_ids] for one in held}
    if len({(holder.credential_id, holder.message_id) for holder in ids}) < len(held):
        raise invalid_field("holder", "A message must be named once.")
    return ids


def known(ids: Mapping[Holder, Iterable[str | None]]) -> dict[Holder, set[str]]:
    """Returns the ids that are GUIDs."""
    return {holder: {file_id for file_id in own if file_id is not None} for holder, own in ids.items()}


def reserved_file(asked: str, file: StoredFile | None) -> internal.ReservedFile:
    description = None if file is None else file.description()
    return internal.ReservedFile(file_id=asked, found=file is not None, description=description)
