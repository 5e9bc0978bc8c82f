"""What a credential is told about its own messages, types and extensions."""

from __future__ import annotations

import asyncio
import time
import xml.etree.ElementTree as ET
from collections.abc import Awaitable, Callable

import grpc
import pytest
from organisation.v1 import data_service_pb2 as pb

from runtime.errors import error_info
from tests.ingest.client import Ingest, failed, refusal, refused, running
from tests.ingest.peers import FOLDER

NOT_FOUND = ("NOT_FOUND", "MESSAGE_NOT_FOUND", "Message with specified MessageId does not exist.")


async def test_another_s_message_is_as_unknown_as_one_that_does_not_exist(ingest: Ingest) -> None:
    await ingest.add(ingest.bound)
    await ingest.add(ingest.bound, request_id="mine")
    answers = set()
    metadata = ingest.other.metadata()
    for message_id in (2, 3, 0, -1, 2**31 - 1):
        for call in (
            ingest.data.GetMessageResult(pb.GetMessageResultRequest(message_id=message_id), metadata=metadata),
            ingest.data.GetMessage(pb.GetMessageRequest(message_id=message_id), metadata=metadata),
            ingest.data.WaitForMessage(
                pb.WaitForMessageRequest(message_id=message_id, timeout_seconds=60), metadata=metadata
            ),
        ):
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await call
            info = error_info(caught.value)
            assert info is not None
            answers.add((*refusal(caught), info.SerializeToString()))
    assert {answer[:3] for answer in answers} == {NOT_FOUND}
    assert len(answers) == 1
    listed = await ingest.data.ListMessages(pb.ListMessagesRequest(), metadata=ingest.other.metadata())
    assert not listed.messages
    assert (await ingest.result(ingest.bound, 2)).message_id == 2


async def test_a_revoked_credential_is_refused_within_5_seconds(database_url: str) -> None:
    async with running(database_url) as ingest:
        await ingest.add(ingest.bound)
        await ingest.result(ingest.bound, 1)
        ingest.bound.revoked = True
        deadline = time.monotonic() + 5
        asks: list[Callable[[], Awaitable[object]]] = [
            lambda: ingest.result(ingest.bound, 1),
            lambda: ingest.add(ingest.bound),
        ]
        for ask in asks:
            while True:
                try:
                    await ask()
                except grpc.aio.AioRpcError as error:
                    assert error.code() == grpc.StatusCode.UNAUTHENTICATED  # noqa: PT017 (it is polled for)
                    break
                assert time.monotonic() < deadline
                await asyncio.sleep(0.1)


async def test_waiting_ends_when_the_message_does(ingest: Ingest) -> None:
    await ingest.add(ingest.bound)
    claim = await ingest.claim()
    request = pb.WaitForMessageRequest(message_id=1, timeout_seconds=30)
    waiting = ingest.data.WaitForMessage(request, metadata=ingest.bound.metadata())
    await asyncio.sleep(0.6)
    assert not waiting.done()
    started = time.monotonic()
    await ingest.report(claim)
    answer = await waiting
    assert answer.result.status == pb.DATA_MESSAGE_STATUS_FINISHED
    assert answer.result.status_details
    assert time.monotonic() - started < 5


async def test_waiting_ends_when_the_time_is_over(ingest: Ingest) -> None:
    await ingest.add(ingest.bound)
    request = pb.WaitForMessageRequest(message_id=1, timeout_seconds=1)
    started = time.monotonic()
    answer = await ingest.data.WaitForMessage(request, metadata=ingest.bound.metadata())
    assert answer.result == pb.DataMessageResult(message_id=1, status=pb.DATA_MESSAGE_STATUS_IN_QUEUE)
    assert 0.9 < time.monotonic() - started < 5
    for seconds in (-1, 61):
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await ingest.data.WaitForMessage(
                pb.WaitForMessageRequest(message_id=1, timeout_seconds=seconds), metadata=ingest.bound.metadata()
            )
        assert refusal(caught)[1] == "INVALID_FIELD"


async def test_more_waiters_than_there_is_room_for_are_refused(database_url: str) -> None:
    async with running(database_url, ingest_waiters=2) as ingest:
        await ingest.add(ingest.bound)
        request = pb.WaitForMessageRequest(message_id=1, timeout_seconds=1)
        waits = (ingest.data.WaitForMessage(request, metadata=ingest.bound.metadata()) for _ in range(5))
        answers = await asyncio.gather(*waits, return_exceptions=True)
        refused_ones = [one for one in answers if isinstance(one, grpc.aio.AioRpcError)]
        assert [one.code() for one in refused_ones] == [grpc.StatusCode.RESOURCE_EXHAUSTED] * 3
        await ingest.data.WaitForMessage(request, metadata=ingest.bound.metadata())


async def test_types_are_those_that_are_granted_reads_included(ingest: Ingest) -> None:
    answer = await ingest.data.GetMessageTypes(pb.GetMessageTypesRequest(), metadata=ingest.bound.metadata())
    by_name = {known.name: known for known in answer.message_types}
    assert sorted(by_name) == ["Create.Course.Element.Folder", "Create.Course.Element.Page", "Read.Courses"]
    identifiers = [known.identifier for known in answer.message_types]
    assert identifiers == sorted(identifiers)
    assert by_name[FOLDER].identifier == 2
    assert by_name[FOLDER].processing_type == pb.MESSAGE_PROCESSING_TYPE_ASYNCHRONOUS
    assert by_name["Read.Courses"].processing_type == pb.MESSAGE_PROCESSING_TYPE_SYNCHRONOUS
    for known in answer.message_types:
        assert ET.fromstring(known.schema).tag == "{http://www.w3.org/2001/XMLSchema}schema"


async def test_extensions_are_those_of_the_catalogue(ingest: Ingest) -> None:
    answer = await ingest.data.GetExtensions(pb.GetExtensionsRequest(), metadata=ingest.bound.metadata())
    found = {known.extension_id: known for known in answer.extensions}
    assert {5000, 5003, 5009, 5010} <= set(found)
    assert found[5009].supports_file_upload
    assert found[5000].content_schema


async def test_a_message_tells_its_way(ingest: Ingest) -> None:
    await ingest.add(ingest.bound)
    await ingest.add(ingest.bound)
    await ingest.add(ingest.bound, refused())
    claim = await ingest.claim(most=1)
    await ingest.report(claim)
    claim = await ingest.claim(most=1)
    await ingest.report(claim, [failed(2)])
    ways = []
    for message_id in (1, 2, 3):
        request = pb.GetMessageRequest(message_id=message_id)
        message = (await ingest.data.GetMessage(request, metadata=ingest.bound.metadata())).message
        moments = [entry.at.ToMicroseconds() for entry in message.timeline]
        assert moments == sorted(moments)
        assert message.summary.received_at.ToMicroseconds() == moments[0]
        assert message.summary.ended_at.ToMicroseconds() == moments[-1]
        ways.append([pb.TimelineEvent.Name(entry.event).removeprefix("TIMELINE_EVENT_") for entry in message.timeline])
    assert ways == [
        ["RECEIVED", "CHECKED", "QUEUED", "STARTED", "APPLIED"],
        ["RECEIVED", "CHECKED", "QUEUED", "STARTED", "FAILED"],
        ["RECEIVED", "CHECKED", "FAILED"],
    ]
