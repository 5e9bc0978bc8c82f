from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterator

import grpc
import pytest
from organisation.v1 import file_storage_service_pb2 as internal
from sqlalchemy import Engine, update

from runtime.database import open_engine, writing
from services.files.expiry import Expiry
from services.files.model import now_ms
from services.files.tables import file_table
from tests.files.client import (
    confirm,
    confirm_all,
    download,
    held,
    holder,
    read,
    refusal,
    release,
    reserve,
    reserve_all,
    store,
    stored,
    upload,
)
from tests.files.conftest import Running
from tests.files.peers import INTERNAL

DAY = 24 * 3600 * 1000


@pytest.fixture
def engine(running: Running) -> Iterator[Engine]:
    engine = open_engine(running.settings.database_url)
    yield engine
    engine.dispose()


def expire(engine: Engine, file_id: str, days: float = 15) -> None:
    """Makes a file older than it is."""
    aged = update(file_table).where(file_table.c.file_id == file_id)
    with writing(engine) as connection:
        connection.execute(aged.values(created_at=file_table.c.created_at - int(days * DAY)))
        connection.execute(aged.values(expires_at=file_table.c.expires_at - int(days * DAY)))


def swept(engine: Engine) -> list[str]:
    """Marks what is due and returns what is marked."""
    expiry = Expiry(engine)
    expiry.mark(now_ms())
    return sorted(expiry.marked())


async def test_reserving_answers_in_the_order_asked_and_for_every_form_of_an_id(running: Running) -> None:
    first = (await upload(running, running.bound)).file_id
    second = (await upload(running, running.bound)).file_id
    unknown = str(uuid.uuid4())
    braced = "{" + first.upper() + "}"
    answers = await reserve(running, holder(), second, unknown, braced, "no guid", second)
    assert answers == [True, False, True, False, True]
    assert await reserve(running, holder(), second, unknown, braced, "no guid", second) == answers


async def test_a_reserved_file_is_described_and_read(running: Running) -> None:
    answer = await upload(running, running.bound, [b"some ", b"words"], "words.txt")
    request = internal.ReserveFilesRequest(held=[held(holder(), answer.file_id)])
    found = await running.internal.ReserveFiles(request, metadata=INTERNAL.metadata())
    description = found.reserved[0].files[0].description
    assert (description.name, description.size, description.sha256) == ("words.txt", 10, answer.sha256)
    assert description.content_type == "text/plain"
    assert await read(running, answer.file_id) == b"some words"
    assert await read(running, answer.file_id, most_bytes=4) == b"some"
    assert await read(running, answer.file_id, most_bytes=100) == b"some words"
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await read(running, answer.file_id, most_bytes=-1)
    assert refusal(caught)[1] == "INVALID_FIELD"


async def test_another_sites_file_is_not_found_by_any_way(running: Running) -> None:
    theirs = (await upload(running, running.other)).file_id
    assert await reserve(running, holder(7, 1, 3), theirs) == [False]
    await confirm(running, holder(7, 1, 3), theirs)
    for file_id in (theirs, str(uuid.uuid4()), "no guid"):
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await read(running, file_id, site_id=3)
        assert refusal(caught) == ("NOT_FOUND", "FILE_NOT_FOUND", "File with specified FileId does not exist.")


async def test_a_file_that_nobody_holds_is_not_read_by_services(running: Running) -> None:
    file_id = (await upload(running, running.bound)).file_id
    with pytest.raises(grpc.aio.AioRpcError):
        await read(running, file_id)


async def test_an_expired_file_is_gone_before_the_sweep_comes(running: Running, engine: Engine) -> None:
    file_id = (await upload(running, running.bound)).file_id
    expire(engine, file_id)
    assert await reserve(running, holder(), file_id) == [False]
    with pytest.raises(grpc.aio.AioRpcError):
        await download(running, running.bound, file_id)
    assert swept(engine) == [file_id]


async def test_a_reservation_outlives_the_files_days(running: Running, engine: Engine) -> None:
    file_id = (await upload(running, running.bound)).file_id
    assert await reserve(running, holder(), file_id) == [True]
    expire(engine, file_id)
    assert swept(engine) == []
    assert await reserve(running, holder(), file_id) == [True]
    assert await reserve(running, holder(7, 2), file_id) == [False]
    assert await read(running, file_id) == b"hello"


async def test_a_confirmed_file_lasts_until_its_last_use_is_released(running: Running, engine: Engine) -> None:
    file_id = (await upload(running, running.bound)).file_id
    for message_id in (1, 2):
        assert await reserve(running, holder(7, message_id), file_id) == [True]
        await confirm(running, holder(7, message_id), file_id)
    expire(engine, file_id)
    assert not (await download(running, running.bound, file_id))[0].HasField("expires_at")
    assert await reserve(running, holder(7, 3), file_id) == [True]
    await release(running, holder(7, 3), file_id)
    await release(running, holder(7, 1), file_id)
    await release(running, holder(7, 1), file_id)
    assert swept(engine) == []
    await release(running, holder(7, 2), file_id)
    assert swept(engine) == [file_id]


async def test_a_released_file_has_the_rest_of_its_days(running: Running, engine: Engine) -> None:
    answer = await upload(running, running.bound)
    await confirm(running, holder(), answer.file_id)
    await release(running, holder(), answer.file_id)
    description, _ = await download(running, running.bound, answer.file_id)
    assert description.expires_at == answer.expires_at
    assert swept(engine) == []


async def test_confirming_releases_the_messages_others_alone(running: Running, engine: Engine) -> None:
    used, unused, elsewhere = [(await upload(running, running.bound)).file_id for _ in range(3)]
    await reserve(running, holder(7, 1), used, unused)
    await reserve(running, holder(7, 2), elsewhere)
    await confirm(running, holder(7, 1), used)
    await confirm(running, holder(7, 1), used)
    for file_id in (used, unused, elsewhere):
        expire(engine, file_id)
    assert swept(engine) == [unused]


async def test_confirming_once_more_without_a_file_does_not_take_it_from_content(
    running: Running, engine: Engine
) -> None:
    file_id = (await upload(running, running.bound)).file_id
    await reserve(running, holder(), file_id)
    await confirm(running, holder(), file_id)
    await confirm(running, holder())
    expire(engine, file_id)
    assert swept(engine) == []


async def test_what_a_package_brings_is_stored_and_held_at_once(running: Running, engine: Engine) -> None:
    answer = await store(running, holder(), [b"var ", b"x;"], "scripts/a.js")
    file_id = answer.description.file_id
    assert answer.description.name == "scripts/a.js"
    expire(engine, file_id)
    assert swept(engine) == []
    assert await read(running, file_id) == b"var x;"
    await confirm(running, holder())
    assert swept(engine) == [file_id]


async def test_a_package_entry_that_breaks_off_stores_nothing(running: Running) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await store(running, holder(), [b"var "], complete=False)
    assert refusal(caught)[:2] == ("ABORTED", "UPLOAD_INCOMPLETE")
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await store(running, internal.FileHolder(credential_id=7), [b"var "])
    assert refusal(caught)[:2] == ("INVALID_ARGUMENT", "INVALID_FIELD")
    assert stored(running.folder) == []


async def test_messages_that_reserve_the_same_files_at_once_all_get_them(running: Running, engine: Engine) -> None:
    files = [(await upload(running, running.bound)).file_id for _ in range(4)]
    turns = [files[turn:] + files[:turn] for turn in range(4)]
    answers = await asyncio.gather(
        *(reserve(running, holder(7, number % 5 + 1), *turns[number % 4]) for number in range(20))
    )
    assert answers == [[True] * 4] * 20
    await asyncio.gather(*(confirm(running, holder(7, number + 1), *turns[number % 4]) for number in range(5)))
    for file_id in files:
        expire(engine, file_id)
    assert swept(engine) == []


async def test_messages_of_several_credentials_and_sites_reserve_at_once_and_confirm_each_their_own(
    running: Running, engine: Engine
) -> None:
    shared, single, unused = [(await upload(running, running.bound)).file_id for _ in range(3)]
    theirs = (await upload(running, running.other)).file_id
    first, second, third, foreign = holder(7, 1), holder(7, 2), holder(8, 1), holder(9, 1, 4)
    answers = await reserve_all(
        running,
        held(first, shared, single, theirs),
        held(second, unused, shared.upper()),
        held(third),
        held(foreign, theirs, shared),
    )
    assert answers == [[True, True, False], [True, True], [], [True, False]]
    await confirm_all(running, held(first, single), held(second, shared), held(third), held(foreign, theirs))
    for file_id in (shared, single, unused, theirs):
        expire(engine, file_id)
    assert swept(engine) == [unused]
    await release(running, second, shared)
    assert swept(engine) == sorted([shared, unused])


async def test_more_files_than_a_message_can_name_are_refused(running: Running) -> None:
    half = ["x"] * 5_000
    for wanted in ([held(holder(), *half), held(holder(7, 2), *half, "x")], [held(holder()), held(holder(7, 1, 4))]):
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await reserve_all(running, *wanted)
        assert refusal(caught)[1] == "INVALID_FIELD"
    assert await reserve(running, holder(), *(str(uuid.uuid4()) for _ in range(10_000))) == [False] * 10_000
    files = [(await upload(running, running.bound)).file_id for _ in range(3)]
    many = [held(holder(7, number), *files) for number in range(1, 1001)]
    assert await reserve_all(running, *many) == [[True] * 3] * 1000
    await confirm_all(running, *many)
