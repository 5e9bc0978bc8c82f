"""Files that one element alone may use, and messages that want the same one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import grpc
import pytest
from organisation.v1 import file_storage_service_pb2 as internal
from sqlalchemy import Engine, insert, select, update

from runtime.database import open_engine, reading, writing
from services.files.tables import file_table, reservation_table
from tests.files.client import (
    confirm,
    download,
    holder,
    refusal,
    release,
    reserve,
    reserved,
    store,
    upload,
    upload_for_extension,
)
from tests.files.conftest import Running

AWAITED = ("UNAVAILABLE", "UNAVAILABLE", "The file is held by a message that has not ended, try again later.")


@pytest.fixture
def engine(running: Running) -> Iterator[Engine]:
    engine = open_engine(running.settings.database_url)
    yield engine
    engine.dispose()


def held(engine: Engine, file_id: str) -> list[tuple[int, int]]:
    """Returns credential and message of whoever holds the file."""
    key = (reservation_table.c.credential_id, reservation_table.c.message_id)
    with reading(engine) as connection:
        rows = connection.execute(select(*key).where(reservation_table.c.file_id == file_id).order_by(*key))
        return [(row.credential_id, row.message_id) for row in rows]


def age(engine: Engine) -> None:
    """Makes what is reserved older than this moment."""
    with writing(engine) as connection:
        connection.execute(update(reservation_table).values(reserved_at=reservation_table.c.reserved_at - 1000))


def others(file: internal.ReservedFile) -> list[tuple[int, int]]:
    assert file.found
    return [(one.credential_id, one.message_id) for one in file.other_holders]


async def is_refused(running: Running, who: internal.FileHolder, *file_ids: str) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await reserve(running, who, *file_ids)
    assert refusal(caught) == AWAITED


async def test_what_was_uploaded_for_an_extension_is_for_one_element_and_nothing_else_is(running: Running) -> None:
    single = (await upload_for_extension(running, running.bound)).file_id
    shared = (await upload(running, running.bound)).file_id
    assert (await download(running, running.bound, single))[0].single_use
    assert not (await download(running, running.bound, shared))[0].single_use
    assert (await reserved(running, holder(), single)).description.single_use
    assert not (await reserved(running, holder(), shared)).description.single_use
    assert not (await store(running, holder(), [b"x"])).description.single_use


async def test_messages_of_one_credential_all_get_it_and_are_told_of_each_other(running: Running) -> None:
    file_id = (await upload_for_extension(running, running.bound)).file_id
    assert others(await reserved(running, holder(7, 1), file_id)) == []
    assert others(await reserved(running, holder(7, 2), file_id)) == [(7, 1)]
    assert others(await reserved(running, holder(7, 3), file_id)) == [(7, 1), (7, 2)]


async def test_a_message_that_asks_again_is_not_told_of_itself(running: Running) -> None:
    file_id = (await upload_for_extension(running, running.bound)).file_id
    for _ in range(3):
        assert others(await reserved(running, holder(), file_id)) == []
    await confirm(running, holder(), file_id)
    assert others(await reserved(running, holder(), file_id)) == []


async def test_another_credential_waits_until_the_message_has_ended_and_is_told_of_it(running: Running) -> None:
    file_id = (await upload_for_extension(running, running.bound)).file_id
    assert await reserve(running, holder(7, 1), file_id) == [True]
    await is_refused(running, holder(9, 1), file_id)
    await confirm(running, holder(7, 1), file_id)
    assert others(await reserved(running, holder(9, 1), file_id)) == [(7, 1)]


async def test_a_message_that_used_nothing_leaves_no_trace(running: Running) -> None:
    file_id = (await upload_for_extension(running, running.bound)).file_id
    await reserve(running, holder(7, 1), file_id)
    await confirm(running, holder(7, 1))
    assert others(await reserved(running, holder(9, 1), file_id)) == []


async def test_a_released_file_is_as_new(running: Running) -> None:
    file_id = (await upload_for_extension(running, running.bound)).file_id
    await confirm(running, holder(7, 1), file_id)
    await release(running, holder(7, 1), file_id)
    assert others(await reserved(running, holder(9, 1), file_id)) == []


async def test_a_message_that_waits_for_one_file_holds_up_nobody_elses(running: Running, engine: Engine) -> None:
    awaited, free, shared = (
        (await upload_for_extension(running, running.bound)).file_id,
        (await upload_for_extension(running, running.bound)).file_id,
        (await upload(running, running.bound)).file_id,
    )
    await reserve(running, holder(7, 1), awaited)
    await is_refused(running, holder(9, 1), free, shared, awaited)
    assert [held(engine, file_id) for file_id in (awaited, free, shared)] == [[(7, 1)], [], []]
    assert await reserve(running, holder(8, 1), free, shared) == [True, True]


async def test_a_file_for_many_is_everybodys_at_once(running: Running) -> None:
    file_id = (await upload(running, running.bound)).file_id
    for credential_id in (7, 8, 9):
        assert others(await reserved(running, holder(credential_id), file_id)) == []


async def test_of_credentials_that_come_at_once_exactly_one_gets_it(running: Running, engine: Engine) -> None:
    files = [(await upload_for_extension(running, running.bound)).file_id for _ in range(2)]

    turns = [files if number % 2 else files[::-1] for number in range(20)]
    calls = [reserve(running, holder(number), *turn) for number, turn in enumerate(turns, 1)]
    answers = await asyncio.gather(*calls, return_exceptions=True)
    got = [number for number, answer in enumerate(answers, 1) if answer == [True, True]]
    refused = [answer.code() for answer in answers if isinstance(answer, grpc.aio.AioRpcError)]
    assert (len(got), refused) == (1, [grpc.StatusCode.UNAVAILABLE] * 19)
    assert [held(engine, file_id) for file_id in files] == [[(got[0], 1)]] * 2


@pytest.mark.parametrize("is_used", [True, False])
async def test_who_waits_for_a_message_that_ended_without_a_word_asks_about_it(
    running: Running, engine: Engine, is_used: bool
) -> None:
    file_id = (await upload_for_extension(running, running.bound)).file_id
    await reserve(running, holder(7, 1), file_id)
    age(engine)
    await is_refused(running, holder(9, 1), file_id)
    running.peers.platform.ended[7, 1] = [file_id] if is_used else []
    assert others(await reserved(running, holder(9, 1), file_id)) == ([(7, 1)] if is_used else [])
    assert set(running.peers.platform.asked) == {(7, 1)}


async def test_who_waits_still_waits_while_the_processor_does_not_answer(running: Running, engine: Engine) -> None:
    file_id = (await upload_for_extension(running, running.bound)).file_id
    await reserve(running, holder(7, 1), file_id)
    age(engine)
    running.peers.platform.ended[7, 1] = []
    running.peers.platform.away = True
    await is_refused(running, holder(9, 1), file_id)
    running.peers.platform.away = False
    assert others(await reserved(running, holder(9, 1), file_id)) == []


async def test_what_a_process_of_the_version_before_enters_is_for_many(running: Running, engine: Engine) -> None:
    file_id = (await upload(running, running.bound)).file_id
    with writing(engine) as connection:
        row = connection.execute(select(file_table)).mappings().one()
        old = {name: value for name, value in row.items() if name != "single_use"}
        connection.execute(insert(file_table), {**old, "file_id": file_id[::-1]})
        assert set(connection.scalars(select(file_table.c.single_use))) == {False}
