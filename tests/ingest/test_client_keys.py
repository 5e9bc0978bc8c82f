"""The client key: for 14 days the same key gives the first MessageId again (decision 3)."""

from __future__ import annotations

import asyncio

import grpc
import pytest
from organisation.v1 import data_service_pb2 as pb
from sqlalchemy import func, select, update

from runtime.database import open_engine, reading, writing
from services.ingest import moments
from services.ingest.log import KEY_KEPT, MessageLog
from services.ingest.tables import client_key, message
from tests.ingest.client import FOLDER_ID, Ingest, folder, refusal, refused, running, serving, settings_of
from tests.ingest.peers import hosted_auth


async def test_a_repeated_call_gives_the_first_message_again(ingest: Ingest) -> None:
    first = await ingest.add(ingest.bound, request_id="key-1")
    assert (await ingest.add(ingest.bound, request_id="key-1")) == first
    assert (await ingest.add(ingest.bound, request_id="key-2")).message_id == first.message_id + 1
    assert (await ingest.add(ingest.bound)).message_id == first.message_id + 2


async def test_the_answer_stays_in_queue_for_a_message_that_has_ended(ingest: Ingest) -> None:
    first = await ingest.add(ingest.bound, request_id="key")
    await ingest.report(await ingest.claim())
    assert await ingest.add(ingest.bound, request_id="key") == first


async def test_a_rejected_message_is_answered_again_with_its_details(ingest: Ingest) -> None:
    first = await ingest.add(ingest.bound, refused(), request_id="key")
    assert first.status_details
    assert await ingest.add(ingest.bound, refused(), request_id="key") == first


async def test_metadata_counts_as_the_key(ingest: Ingest) -> None:
    request = pb.AddMessageRequest(data_message=pb.DataMessage(data=folder(), type=FOLDER_ID))
    metadata = (*ingest.bound.metadata(), ("request_id", "from-metadata"))
    ids = {(await ingest.data.AddMessage(request, metadata=metadata)).result.message_id for _ in range(2)}
    ids.add((await ingest.add(ingest.bound, request_id="from-metadata")).message_id)
    assert ids == {1}


async def test_a_key_of_the_call_is_refused_for_a_batch_which_it_would_not_protect(ingest: Ingest) -> None:
    request = pb.AddMessagesRequest(data_messages=[pb.DataMessage(data=folder(), type=FOLDER_ID)] * 2)
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await ingest.data.AddMessages(request, metadata=(*ingest.bound.metadata(), ("request_id", "key")))
    assert caught.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert (await ingest.add(ingest.bound)).message_id == 1


async def test_the_same_key_with_other_content_is_refused(ingest: Ingest) -> None:
    types = await ingest.data.GetMessageTypes(pb.GetMessageTypesRequest(), metadata=ingest.bound.metadata())
    (page,) = [known.identifier for known in types.message_types if known.name == "Create.Course.Element.Page"]
    await ingest.add(ingest.bound, request_id="key")
    for data, kind in ((folder("Week 2"), FOLDER_ID), (folder(), page)):
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await ingest.add(ingest.bound, data, kind, "key")
        assert refusal(caught) == (
            "ALREADY_EXISTS",
            "REQUEST_ID_REUSED",
            "The RequestId was already used for another message.",
        )
    assert (await ingest.add(ingest.bound)).message_id == 2


async def test_a_key_is_the_credential_s_own(ingest: Ingest) -> None:
    await ingest.add(ingest.other)
    assert (await ingest.add(ingest.other, request_id="key")).message_id == 2
    assert (await ingest.add(ingest.bound, folder("Week 9"), request_id="key")).message_id == 1


async def test_a_key_is_128_printable_characters_at_most(ingest: Ingest) -> None:
    for key in ("x" * 129, "a\nb", "a\0b"):
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await ingest.add(ingest.bound, request_id=key)
        assert refusal(caught)[:2] == ("INVALID_ARGUMENT", "INVALID_FIELD")
    assert (await ingest.add(ingest.bound, request_id="x" * 128)).message_id == 1


async def test_concurrent_repeats_make_one_message(ingest: Ingest) -> None:
    answers = await asyncio.gather(*(ingest.add(ingest.bound, request_id=f"key-{at % 5}") for at in range(60)))
    assert {answer.message_id for answer in answers} == {1, 2, 3, 4, 5}
    assert len((await ingest.claim()).messages) == 5


async def test_repeats_inside_a_batch_make_one_message(ingest: Ingest) -> None:
    sent = [pb.DataMessage(data=folder(), type=FOLDER_ID, request_id="key") for _ in range(3)]
    sent.append(pb.DataMessage(data=folder("other"), type=FOLDER_ID, request_id="key"))
    answer = await ingest.data.AddMessages(pb.AddMessagesRequest(data_messages=sent), metadata=ingest.bound.metadata())
    assert [outcome.result.message_id for outcome in answer.outcomes] == [1, 1, 1, 0]
    assert answer.outcomes[3].refusal.reason == "REQUEST_ID_REUSED"


async def test_a_key_outlives_a_restart(database_url: str) -> None:
    async with hosted_auth() as auth:
        settings = settings_of(database_url, auth.address)
        async with serving(settings, auth.access) as ingest:
            await ingest.add(ingest.bound)
            assert (await ingest.add(ingest.bound, request_id="key")).message_id == 2
        async with serving(settings, auth.access) as ingest:
            assert (await ingest.add(ingest.bound, request_id="key")).message_id == 2
            assert (await ingest.add(ingest.bound)).message_id == 3


async def test_after_14_days_a_key_is_new_and_old_ones_are_purged(database_url: str) -> None:
    async with running(database_url) as ingest:
        await ingest.add(ingest.bound, request_id="key")
        await ingest.add(ingest.bound, request_id="other")
        engine = open_engine(database_url)
        with writing(engine) as connection:
            connection.execute(update(client_key).values(created_at=moments.now() - KEY_KEPT - 1))
        assert (await ingest.add(ingest.bound, folder("new content"), request_id="key")).message_id == 3
    with writing(engine) as connection:
        assert MessageLog(engine).purge_keys(connection, 1000) == 1
    with reading(engine) as connection:
        assert connection.execute(select(client_key.c.client_key)).scalars().all() == ["key"]
        assert connection.execute(select(func.count()).select_from(message)).scalar_one() == 3
    engine.dispose()
