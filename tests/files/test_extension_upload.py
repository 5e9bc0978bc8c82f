"""Uploads for an element of an extension: judged by their first request, and larger than others."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterable

import grpc
import pytest
from organisation.v1 import file_service_pb2 as public
from organisation.v1 import file_storage_service_pb2 as internal
from sqlalchemy import insert, select

from runtime.database import open_engine, writing
from services.files.tables import file_table
from tests.files.client import download, held, holder, pieces_of, refusal, reserve, stored, until
from tests.files.client import upload as upload_for_many
from tests.files.conftest import Running
from tests.files.peers import INTERNAL, Credential

MIB = 1024 * 1024


async def upload(
    running: Running,
    credential: Credential,
    pieces: Iterable[bytes] = (b"hello",),
    name: str = "film.mp4",
    extension_id: int = 5009,
    site_id: int | None = None,
    complete: bool = True,
) -> public.UploadExtensionFileResponse:
    async def requests() -> AsyncIterator[public.UploadExtensionFileRequest]:
        yield public.UploadExtensionFileRequest(extension_id=extension_id, name=name, site_id=site_id)
        for piece in pieces:
            yield public.UploadExtensionFileRequest(content=piece)
        if complete:
            yield public.UploadExtensionFileRequest(complete=True)

    return await running.public.UploadExtensionFile(requests(), metadata=credential.metadata())


async def nothing_is_stored(running: Running, before: list[str] | None = None) -> None:
    await until(lambda: stored(running.folder) == (before or []))


async def test_a_file_for_an_extension_is_found_and_read_like_any_other(running: Running) -> None:
    content = bytes(range(256)) * 4321
    answer = await upload(running, running.bound, pieces_of(content), r"C:\films\Ærlig.MP4")
    assert (answer.size, answer.sha256) == (len(content), hashlib.sha256(content).digest())
    description, back = await download(running, running.bound, answer.file_id)
    assert (back, description.name, description.content_type) == (content, "Ærlig.MP4", "video/mp4")
    assert description.expires_at == answer.expires_at
    assert await reserve(running, holder(), answer.file_id) == [True]


async def test_it_alone_is_shown_as_a_file_for_one_element(running: Running) -> None:
    files = [(await send(running, running.bound)).file_id for send in (upload, upload_for_many)]
    request = internal.ReserveFilesRequest(held=[held(holder(), *files)])
    answer = await running.internal.ReserveFiles(request, metadata=INTERNAL.metadata())
    assert [file.description.single_use for file in answer.reserved[0].files] == [True, False]
    assert [(await download(running, running.bound, one))[0].single_use for one in files] == [True, False]


async def test_what_a_process_of_the_version_before_enters_is_for_many(running: Running) -> None:
    file_id = (await upload_for_many(running, running.bound)).file_id
    engine = open_engine(running.settings.database_url)
    with writing(engine) as connection:
        row = connection.execute(select(file_table)).mappings().one()
        old = {name: value for name, value in row.items() if name != "single_use"}
        connection.execute(insert(file_table), {**old, "file_id": file_id[::-1]})
        assert set(connection.scalars(select(file_table.c.single_use))) == {False}
    engine.dispose()


async def test_one_request_with_everything_is_an_upload(running: Running) -> None:
    request = public.UploadExtensionFileRequest(extension_id=5009, name="a.txt", content=b"all at once", complete=True)
    answer = await running.public.UploadExtensionFile(iter([request]), metadata=running.bound.metadata())
    assert (await download(running, running.bound, answer.file_id))[1] == b"all at once"


async def test_its_limit_is_its_own_and_one_byte_more_is_refused(running: Running) -> None:
    assert (await upload(running, running.bound, pieces_of(b"x" * 4 * MIB))).size == 4 * MIB
    before = stored(running.folder)
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await upload(running, running.bound, pieces_of(b"x" * (4 * MIB + 1)))
    assert refusal(caught) == ("INVALID_ARGUMENT", "FILE_TOO_LARGE", "The file exceeds the maximum size of 4 MB.")
    await nothing_is_stored(running, before)


@pytest.mark.parametrize(
    ("name", "extension_id", "reason", "text"),
    [
        ("VIRUS.exe", 5009, "FILE_NAME_DENIED", "Files with extension '.exe' are not allowed."),
        ("", 5009, "INVALID_FIELD", "Name must be specified."),
        ("a.mp4", 0, "INVALID_FIELD", "ExtensionId must be specified."),
        ("a.mp4", 77, "INVALID_FIELD", "Extension with specified ExtensionId is not valid."),
        ("a.mp4", -1, "INVALID_FIELD", "Extension with specified ExtensionId is not valid."),
        ("a.mp4", 5010, "INVALID_FIELD", "Extension with specified ExtensionId does not support file upload."),
    ],
)
async def test_what_the_first_request_says_wrong_is_refused_before_any_content(
    running: Running, name: str, extension_id: int, reason: str, text: str
) -> None:
    async def requests() -> AsyncIterator[public.UploadExtensionFileRequest]:
        yield public.UploadExtensionFileRequest(extension_id=extension_id, name=name)
        await asyncio.sleep(60)

    call = running.public.UploadExtensionFile(requests(), metadata=running.bound.metadata())
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await asyncio.wait_for(call, 10)
    assert refusal(caught) == ("INVALID_ARGUMENT", reason, text)
    assert stored(running.folder) == []


async def test_the_site_follows_the_access_rules(running: Running) -> None:
    for credential, site_id, reason in (
        (running.bound, 3, "SITE_NOT_ALLOWED"),
        (running.everywhere, None, "SITE_REQUIRED"),
        (running.everywhere, 4, "SITE_DENIED"),
    ):
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await upload(running, credential, site_id=site_id)
        assert refusal(caught)[:2] == ("PERMISSION_DENIED", reason)
    await nothing_is_stored(running)
    file_id = (await upload(running, running.everywhere, site_id=3)).file_id
    assert await reserve(running, holder(8, 1, 4), file_id) == [False]
    assert await reserve(running, holder(9, 1, 3), file_id) == [True]


@pytest.mark.parametrize("pieces", [(), (b"x",) * 3])
async def test_a_stream_without_its_closing_message_stores_nothing(running: Running, pieces: tuple[bytes, ...]) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await upload(running, running.bound, pieces, complete=False)
    assert refusal(caught)[:2] == ("ABORTED", "UPLOAD_INCOMPLETE")
    await nothing_is_stored(running)


async def test_a_stream_without_any_request_stores_nothing(running: Running) -> None:
    requests: list[public.UploadExtensionFileRequest] = []
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await running.public.UploadExtensionFile(iter(requests), metadata=running.bound.metadata())
    assert refusal(caught)[:2] == ("ABORTED", "UPLOAD_INCOMPLETE")


async def test_a_credential_that_loses_its_site_meanwhile_stores_nothing(running: Running) -> None:
    async def requests() -> AsyncIterator[public.UploadExtensionFileRequest]:
        yield public.UploadExtensionFileRequest(extension_id=5009, name="a.mp4", site_id=3, content=b"x")
        await until(lambda: bool(running.peers.access.asked))
        running.everywhere.sites.clear()
        await asyncio.sleep(3.1)  # a permission is kept for three seconds
        yield public.UploadExtensionFileRequest(complete=True)

    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await running.public.UploadExtensionFile(requests(), metadata=running.everywhere.metadata())
    assert refusal(caught)[:2] == ("PERMISSION_DENIED", "SITE_DENIED")
    await nothing_is_stored(running)
