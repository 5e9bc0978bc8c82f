from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator
from pathlib import Path

import grpc
import psutil
import pytest
from organisation.v1 import file_service_pb2 as public

from services.files.local_blobs import LocalBlob, LocalBlobs
from tests.files.client import PIECE, download, holder, pieces_of, refusal, store, stored, until, upload
from tests.files.conftest import Running

MIB = 1024 * 1024
DAYS_14 = 14 * 24 * 3600


async def test_a_file_comes_back_as_it_went(running: Running) -> None:
    content = bytes(range(256)) * 4321
    answer = await upload(running, running.bound, pieces_of(content), "Ærlige ord.DOCX")
    assert answer.size == len(content)
    assert answer.sha256 == hashlib.sha256(content).digest()
    assert abs(answer.expires_at.seconds - time.time() - DAYS_14) < 60
    description, back = await download(running, running.bound, answer.file_id)
    assert back == content
    assert description.name == "Ærlige ord.DOCX"
    assert description.content_type == "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    assert (description.size, description.sha256) == (len(content), answer.sha256)
    assert description.expires_at == answer.expires_at


async def test_an_answered_file_is_one_file_on_disk_under_its_id(running: Running) -> None:
    answer = await upload(running, running.bound, pieces_of(b"x" * 700_000))
    assert stored(running.folder) == [answer.file_id]


async def test_an_empty_file_and_the_closing_message_with_content_are_stored(running: Running) -> None:
    empty = await upload(running, running.bound, ())
    assert await download(running, running.bound, empty.file_id) == (
        await download(running, running.bound, empty.file_id.upper())
    )
    answer = await running.public.UploadFile(
        iter([public.UploadFileRequest(content=b"all at once", name="a.txt", complete=True)]),
        metadata=running.bound.metadata(),
    )
    assert (await download(running, running.bound, answer.file_id))[1] == b"all at once"


async def test_a_denied_name_stores_nothing(running: Running) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await upload(running, running.bound, name="VIRUS.exe")
    text = "Files with extension '.exe' are not allowed."
    assert refusal(caught) == ("INVALID_ARGUMENT", "FILE_NAME_DENIED", text)
    await nothing_is_stored(running)


async def test_a_file_whose_name_is_a_path_is_stored_under_the_last_piece(running: Running) -> None:
    answer = await upload(running, running.bound, name=r"C:\Users\ana\plan.txt")
    description, _ = await download(running, running.bound, answer.file_id)
    assert (description.name, description.content_type) == ("plan.txt", "text/plain")


async def test_a_path_without_a_name_stores_nothing(running: Running) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await upload(running, running.bound, name="folder/")
    assert refusal(caught) == ("INVALID_ARGUMENT", "INVALID_FIELD", "Name must be specified.")
    await nothing_is_stored(running)


async def test_a_file_of_the_limit_is_taken_and_one_byte_more_is_not(running: Running) -> None:
    assert (await upload(running, running.bound, pieces_of(b"x" * 2 * MIB))).size == 2 * MIB
    before = stored(running.folder)
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await upload(running, running.bound, pieces_of(b"x" * (2 * MIB + 1)))
    text = "The file exceeds the maximum size of 2 MB."
    assert refusal(caught) == ("INVALID_ARGUMENT", "FILE_TOO_LARGE", text)
    await nothing_is_stored(running, before)


async def test_a_piece_of_more_than_one_mib_is_refused(running: Running) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await upload(running, running.bound, [b"x" * (MIB + 1)])
    assert refusal(caught)[1] == "INVALID_FIELD"
    await nothing_is_stored(running)


async def test_a_stream_without_its_closing_message_stores_nothing(running: Running) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await upload(running, running.bound, [b"x"] * 3, complete=False)
    assert refusal(caught)[:2] == ("ABORTED", "UPLOAD_INCOMPLETE")
    await nothing_is_stored(running)


async def test_a_cancelled_upload_stores_nothing(running: Running) -> None:
    begun = asyncio.Event()

    async def requests() -> AsyncIterator[public.UploadFileRequest]:
        yield public.UploadFileRequest(content=b"x" * PIECE)
        begun.set()
        await asyncio.sleep(60)

    call = running.public.UploadFile(requests(), metadata=running.bound.metadata())
    await asyncio.wait_for(begun.wait(), 5)
    await until(lambda: bool(stored(running.folder)))
    call.cancel()
    await nothing_is_stored(running)


async def test_the_site_of_an_upload_follows_the_access_rules(running: Running) -> None:
    for credential, site_id, reason in (
        (running.bound, 3, "SITE_NOT_ALLOWED"),
        (running.everywhere, None, "SITE_REQUIRED"),
        (running.everywhere, 4, "SITE_DENIED"),
    ):
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await upload(running, credential, site_id=site_id)
        assert refusal(caught)[:2] == ("PERMISSION_DENIED", reason)
    await nothing_is_stored(running)
    assert (await upload(running, running.everywhere, site_id=3)).file_id


async def test_only_partners_upload_and_only_services_reserve(running: Running) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await running.public.UploadFile(iter([public.UploadFileRequest(complete=True)]))
    assert caught.value.code().name == "UNAUTHENTICATED"


async def test_a_full_disk_is_unavailable_and_stores_nothing(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(blob: LocalBlob, piece: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(LocalBlob, "write", full)
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await upload(running, running.bound, [b"x"] * 3)
    assert refusal(caught)[:2] == ("UNAVAILABLE", "UNAVAILABLE")
    await nothing_is_stored(running)


async def test_an_upload_neither_grows_the_process_nor_holds_up_others(running: Running) -> None:
    lag = 0.0
    ended = asyncio.Event()

    async def watch() -> None:
        nonlocal lag
        while not ended.is_set():
            before = time.monotonic()
            await asyncio.sleep(0.001)
            lag = max(lag, time.monotonic() - before)

    await store(running, holder(), [bytes(PIECE)] * 4)
    watcher = asyncio.create_task(watch())
    process = psutil.Process()
    before = process.memory_info().rss
    answer = await store(running, holder(), [bytes(PIECE)] * 256)
    grown = process.memory_info().rss - before
    ended.set()
    await watcher
    assert answer.description.size == 64 * MIB
    assert grown < 32 * MIB
    assert lag < 1.0


def test_what_a_dead_writer_left_goes_and_what_a_living_one_writes_stays(tmp_path: Path) -> None:
    blobs = LocalBlobs(tmp_path)
    blobs.prepare()
    dead, unknown, known, living = (blobs.begin() for _ in range(4))
    for blob in (dead, unknown, known, living):
        blob.write(b"x")
    unknown.place()
    known.place()
    for blob in (dead, unknown, known):
        blob.abandon()
    assert blobs.sweep(lambda ids: {known.file_id}) == 3
    assert stored(blobs.folder) == sorted([known.file_id, living.file_id])
    living.place()
    living.finish()
    assert blobs.sweep(lambda ids: set()) == 0
    assert stored(blobs.folder) == sorted([known.file_id, living.file_id])


async def nothing_is_stored(running: Running, before: list[str] | None = None) -> None:
    await until(lambda: stored(running.folder) == (before or []))
