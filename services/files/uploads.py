"""Takes files in: written and hashed as they come, on disk and in the index before their id is answered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Executor
from contextlib import asynccontextmanager
from typing import TypeVar

from organisation.v1.file_service_pb2 import UploadFileRequest
from organisation.v1.file_storage_service_pb2 import StoreFileRequest

from runtime.access import AccessClient
from runtime.caller import PartnerCaller
from runtime.errors import invalid_field, unavailable
from runtime.file_names import content_type_of
from services.files.blobs import BlobStore, BlobWriter
from services.files.errors import too_large, upload_incomplete
from services.files.index import FileIndex
from services.files.model import Holder, StoredFile, now_ms
from services.files.names import check_name, upload_name

MAX_PIECE_BYTES = 1024 * 1024

T = TypeVar("T")


class Uploads:
    """Receives streams of pieces."""

    def __init__(self, blobs: BlobStore, index: FileIndex, pool: Executor, keep_ms: int) -> None:
        self._blobs = blobs
        self._index = index
        self._pool = pool
        self._keep_ms = keep_ms

    async def receive(
        self, requests: AsyncIterator[UploadFileRequest], partner: PartnerCaller, access: AccessClient, limit: int
    ) -> StoredFile:
        """Stores a partner's file of at most limit bytes; the last request says complete and has name and site."""
        async with self._incoming() as incoming:
            async for request in requests:
                await incoming.add(request.content, limit)
                if request.complete:
                    break
            else:
                raise upload_incomplete()
            name = upload_name(request.name)
            site_id = request.site_id if request.HasField("site_id") else None
            permission = await access.authorize(partner.credential_id, "", site_id)
            return await self._keep(incoming, permission.site_id, partner.credential_id, name, None)

    async def store(self, requests: AsyncIterator[StoreFileRequest]) -> StoredFile:
        """Stores a file that content brings: the first request has holder and name, the last says complete."""
        async with self._incoming() as incoming:
            first: StoreFileRequest | None = None
            holder: Holder | None = None
            async for request in requests:
                if first is None or holder is None:
                    first, holder = request, Holder.of(request.holder)
                    check_name(request.name)
                await incoming.add(request.content, None)
                if request.complete:
                    return await self._keep(incoming, holder.site_id, holder.credential_id, first.name, holder)
            raise upload_incomplete()

    @asynccontextmanager
    async def _incoming(self) -> AsyncIterator[Incoming]:
        blob = await on_disk(self._pool, self._blobs.begin)
        try:
            yield Incoming(blob, self._pool)
        finally:
            self._pool.submit(blob.discard)  # not awaited: a cancelled call ends here too

    async def _keep(
        self, incoming: Incoming, site_id: int, credential_id: int, name: str, holder: Holder | None
    ) -> StoredFile:
        await incoming.written()
        return await on_disk(self._pool, self._commit, incoming, site_id, credential_id, name, holder)

    def _commit(
        self, incoming: Incoming, site_id: int, credential_id: int, name: str, holder: Holder | None
    ) -> StoredFile:
        """Runs to its end on its thread, even where the caller has gone meanwhile."""
        blob = incoming.blob
        now = now_ms()
        try:
            sha256 = blob.place()
            file = StoredFile(
                file_id=blob.file_id,
                site_id=site_id,
                credential_id=credential_id,
                name=name,
                size=incoming.size,
                sha256=sha256,
                content_type=content_type_of(name),
                created_at=now,
                expires_at=now + self._keep_ms,
            )
            self._index.add(file, holder)
        except BaseException:
            blob.abandon()
            raise
        blob.finish()
        return file


class Incoming:
    """A file on its way: one piece is being written while the next one comes, never more."""

    def __init__(self, blob: BlobWriter, pool: Executor) -> None:
        self.blob = blob
        self.size = 0
        self._pool = pool
        self._pending: asyncio.Future[None] | None = None

    async def add(self, piece: bytes, limit: int | None) -> None:
        if len(piece) > MAX_PIECE_BYTES:
            raise invalid_field("content", "A piece of content must not be larger than 1 MiB.")
        self.size += len(piece)
        if limit is not None and self.size > limit:
            raise too_large(limit)
        await self.written()
        if piece:
            self._pending = asyncio.get_running_loop().run_in_executor(self._pool, self.blob.write, piece)

    async def written(self) -> None:
        """Waits for the piece that is being written."""
        pending, self._pending = self._pending, None
        if pending is not None:
            await or_unavailable(pending)


async def on_disk(pool: Executor, function: Callable[..., T], *arguments: object) -> T:
    """Runs something that touches the disk on a thread; a disk that fails or is full is UNAVAILABLE.

    FileNotFoundError passes, since it says something of the file and nothing of the disk.
    """
    return await or_unavailable(asyncio.get_running_loop().run_in_executor(pool, function, *arguments))


async def or_unavailable(future: asyncio.Future[T]) -> T:
    try:
        return await future
    except FileNotFoundError:
        raise
    except OSError as error:
        raise unavailable() from error
