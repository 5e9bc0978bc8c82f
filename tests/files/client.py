"""What the tests say to the files service."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import grpc
import pytest
from organisation.v1 import file_service_pb2 as public
from organisation.v1 import file_storage_service_pb2 as internal

from runtime.errors import error_info
from tests.files.peers import INTERNAL, Credential

if TYPE_CHECKING:
    from tests.files.conftest import Running

PIECE = 256 * 1024


def pieces_of(content: bytes) -> list[bytes]:
    return [content[start : start + PIECE] for start in range(0, len(content), PIECE)]


async def upload(
    running: Running,
    credential: Credential,
    pieces: Iterable[bytes] = (b"hello",),
    name: str = "hello.txt",
    site_id: int | None = None,
    complete: bool = True,
) -> public.UploadFileResponse:
    async def requests() -> AsyncIterator[public.UploadFileRequest]:
        for piece in pieces:
            yield public.UploadFileRequest(content=piece)
        if complete:
            yield public.UploadFileRequest(name=name, site_id=site_id, complete=True)

    return await running.public.UploadFile(requests(), metadata=credential.metadata())


async def download(running: Running, credential: Credential, file_id: str) -> tuple[public.FileDescription, bytes]:
    description, content = public.FileDescription(), b""
    request = public.DownloadFileRequest(file_id=file_id)
    async for piece in running.public.DownloadFile(request, metadata=credential.metadata()):
        assert len(piece.content) <= PIECE
        if piece.HasField("description"):
            description = piece.description
        content += piece.content
    return description, content


def holder(credential_id: int = 7, message_id: int = 1, site_id: int = 3) -> internal.FileHolder:
    return internal.FileHolder(credential_id=credential_id, message_id=message_id, site_id=site_id)


def held(who: internal.FileHolder, *file_ids: str) -> internal.HeldFiles:
    return internal.HeldFiles(holder=who, file_ids=file_ids)


async def reserve_all(running: Running, *wanted: internal.HeldFiles) -> list[list[bool]]:
    """Reserves for several messages at once."""
    request = internal.ReserveFilesRequest(held=wanted)
    answer = await running.internal.ReserveFiles(request, metadata=INTERNAL.metadata())
    asked = [[file.file_id for file in one.files] for one in answer.reserved]
    assert asked == [list(one.file_ids) for one in wanted]
    return [[file.found for file in one.files] for one in answer.reserved]


async def reserve(running: Running, who: internal.FileHolder, *file_ids: str) -> list[bool]:
    return (await reserve_all(running, held(who, *file_ids)))[0]


async def confirm_all(running: Running, *used: internal.HeldFiles) -> None:
    """Confirms for several messages at once."""
    await running.internal.ConfirmFiles(internal.ConfirmFilesRequest(used=used), metadata=INTERNAL.metadata())


async def confirm(running: Running, who: internal.FileHolder, *file_ids: str) -> None:
    await confirm_all(running, held(who, *file_ids))


async def release(running: Running, who: internal.FileHolder, *file_ids: str) -> None:
    request = internal.ReleaseFilesRequest(released=[held(who, *file_ids)])
    await running.internal.ReleaseFiles(request, metadata=INTERNAL.metadata())


async def store(
    running: Running, who: internal.FileHolder, pieces: Iterable[bytes], name: str = "img/a.js", complete: bool = True
) -> internal.StoreFileResponse:
    async def requests() -> AsyncIterator[internal.StoreFileRequest]:
        yield internal.StoreFileRequest(holder=who, name=name)
        for piece in pieces:
            yield internal.StoreFileRequest(content=piece)
        if complete:
            yield internal.StoreFileRequest(complete=True)

    return await running.internal.StoreFile(requests(), metadata=INTERNAL.metadata())


async def read(running: Running, file_id: str, site_id: int = 3, most_bytes: int = 0) -> bytes:
    request = internal.ReadFileRequest(file_id=file_id, site_id=site_id, most_bytes=most_bytes)
    content = b""
    async for piece in running.internal.ReadFile(request, metadata=INTERNAL.metadata()):
        content += piece.content
    return content


def refusal(caught: pytest.ExceptionInfo[grpc.aio.AioRpcError]) -> tuple[str, str, str]:
    """Returns code, reason and text of a refusal."""
    info = error_info(caught.value)
    assert info is not None
    return caught.value.code().name, info.reason, caught.value.details() or ""


def stored(folder: Path) -> list[str]:
    """Returns the names of all files under the folder."""
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


async def until(condition: Callable[[], bool]) -> None:
    """Waits until the condition holds, 10 seconds at most."""
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline, "the condition never held"
        await asyncio.sleep(0.01)
