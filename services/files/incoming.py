"""A file on its way to the disk, and what it is to touch the disk from the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Executor
from typing import TypeVar

from organisation.v1.file_service_pb2 import UploadExtensionFileRequest, UploadFileRequest

from runtime.errors import invalid_field, unavailable
from services.files.blobs import BlobWriter
from services.files.errors import too_large, upload_incomplete

MAX_PIECE_BYTES = 1024 * 1024

T = TypeVar("T")
R = TypeVar("R", UploadFileRequest, UploadExtensionFileRequest)


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

    async def fill(self, requests: AsyncIterator[R], limit: int) -> R:
        """Adds the content of each request, up to the one that says complete; returns that."""
        async for request in requests:
            await self.add(request.content, limit)
            if request.complete:
                return request
        raise upload_incomplete()

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
