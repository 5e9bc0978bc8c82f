"""SynchronousService: messages that are in no lane, each applied once."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import grpc
import pytest
from organisation.v1 import data_service_pb2, lane_service_pb2
from organisation.v1 import platform_service_pb2 as platform_pb
from organisation.v1 import synchronous_service_pb2 as pb
from organisation.v1.platform_service_pb2_grpc import PlatformServiceStub
from organisation.v1.synchronous_service_pb2_grpc import SynchronousServiceStub
from sqlalchemy import Engine, select

from lms.lanes import Detail
from lms.tables import element, inbox, progress, result
from runtime.errors import error_info
from runtime.server import Host
from runtime.tokens import InternalIdentity
from services.processor.context import Context
from services.processor.handler import Handler, own_handlers
from services.processor.message import Message
from services.processor.service import ProcessorService
from tests.processor import added_type
from tests.processor.added_type import NOTE, Note, note, write_type
from tests.processor.conftest import KEY, Platform, settings_for
from tests.processor.messages import FOLDER, folder
from tests.processor.peers import Peers

if TYPE_CHECKING:
    from organisation.v1.synchronous_service_pb2_grpc import SynchronousServiceAsyncStub

FINISHED, ERRORS = data_service_pb2.DATA_MESSAGE_STATUS_FINISHED, data_service_pb2.DATA_MESSAGE_STATUS_ERRORS


class Gate:
    """Lets two handlers in at once, where a test wants two transactions to be under way."""

    def __init__(self) -> None:
        self.barrier: threading.Barrier | None = None

    def apply(self, context: Context, data: Note) -> Sequence[Detail]:
        details = added_type.apply(context, data)
        if self.barrier is not None:
            self.barrier.wait(10)
        return details


def files_of(message: Message) -> Sequence[str]:
    """The text of a note may be the id of a file."""
    return [message.data.text] if "-" in message.data.text else []


@dataclass
class Direct:
    """A processor, and its synchronous service."""

    platform: Platform
    stub: SynchronousServiceAsyncStub
    channel: grpc.aio.Channel
    gate: Gate

    async def apply(
        self, *messages: tuple[int, str], kind: str = NOTE, credential_id: int = 11, site_id: int = 5, attempts: int = 0
    ) -> pb.ApplyMessagesResponse:
        request = pb.ApplyMessagesRequest(
            credential_id=credential_id,
            site_id=site_id,
            messages=[
                lane_service_pb2.LaneMessage(message_id=number, message_type=kind, data=data, attempts=attempts)
                for number, data in messages
            ],
        )
        metadata = InternalIdentity("service:test", KEY).metadata()
        return await self.stub.ApplyMessages(request, metadata=metadata, timeout=30)

    def titles(self) -> list[str]:
        return self.platform.values(select(element.c.title).order_by(element.c.id))


@pytest.fixture
async def direct(
    content_url: str, engine: Engine, peers_host: tuple[Peers, str], tmp_path: Path
) -> AsyncIterator[Direct]:
    peers, address = peers_host
    types = write_type(tmp_path / "types", "Synchronous")
    # A turn that never ends by the clock: what is applied in it would else depend on how busy the machine is.
    more = {"catalogue_path": types, "processor_retries": 3, "processor_turn_milliseconds": 60_000}
    settings = settings_for(content_url, address, processor_workers=2, **more)
    gate = Gate()
    handler = Handler(NOTE, "Note", Note, gate.apply, files_of)
    host = Host(settings, [ProcessorService(settings, [*own_handlers(), handler])])
    port = await host.start()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield Direct(Platform(peers, engine, host), SynchronousServiceStub(channel), channel, gate)
    await host.stop()


async def test_messages_are_applied_and_answered_without_a_lane(direct: Direct) -> None:
    answer = await direct.apply((4, note("a")), (9, note("b")))
    assert sorted(answer.outcomes) == [4, 9]
    assert answer.hindrance == pb.HINDRANCE_UNSPECIFIED
    outcome = answer.outcomes[4]
    assert outcome.status == FINISHED
    assert [(one.entity, one.message, one.sync_key) for one in outcome.status_details] == [
        ("Note", "Note created", "note-4")
    ]
    assert 0 < outcome.started_at.ToNanoseconds() <= outcome.ended_at.ToNanoseconds()
    assert direct.titles() == ["a", "b"]
    assert direct.platform.rows(select(progress)) == direct.platform.rows(select(result)) == []


async def test_what_was_applied_is_answered_from_the_inbox(direct: Direct) -> None:
    first = await direct.apply((1, note("a")), (2, note("boom")))
    again = await direct.apply((1, note("a")), (2, note("boom")), (3, note("c")))
    assert {number: again.outcomes[number] for number in (1, 2)} == dict(first.outcomes)
    assert first.outcomes[2].status == ERRORS
    assert direct.titles() == ["a", "c"]
    assert sorted(direct.platform.values(select(inbox.c.message_id))) == [1, 2, 3]


async def test_the_inbox_is_each_credential_s_own(direct: Direct) -> None:
    await direct.apply((1, folder("a", key="a")), kind=FOLDER)
    await direct.apply((1, folder("b", key="b")), kind=FOLDER, credential_id=12)
    assert direct.titles() == ["a", "b"]


async def test_a_message_that_two_send_at_once_is_applied_once(direct: Direct) -> None:
    if direct.platform.engine.dialect.name == "postgresql":
        direct.gate.barrier = threading.Barrier(2, action=lambda: setattr(direct.gate, "barrier", None))
    document = note("a")
    answers = await asyncio.gather(*(direct.apply((1, document)) for _ in range(2)))
    assert answers[0] == answers[1]
    assert answers[0].outcomes[1].status == FINISHED
    assert direct.titles() == ["a"]


async def test_many_requests_for_the_same_messages_agree(direct: Direct) -> None:
    messages = [(number, note(f"n{number:02}")) for number in range(1, 31)]
    answers = await asyncio.gather(*(direct.apply(*messages[: 5 * count]) for count in range(1, 7)))
    for answer in answers:
        for number in answer.outcomes:
            assert answer.outcomes[number].status == FINISHED
    last = await direct.apply(*messages)
    assert sorted(last.outcomes) == list(range(1, 31))
    assert direct.titles() == [f"n{number:02}" for number in range(1, 31)]


async def test_a_failure_that_passes_ends_the_request_and_is_given_up_in_the_end(direct: Direct) -> None:
    messages = [(1, note("a")), (2, note("full")), (3, note("c"))]
    answer = await direct.apply(*messages)
    if not answer.outcomes:
        answer = await direct.apply(messages[0])
        assert list(answer.outcomes) == [1]
        answer = await direct.apply(*messages)
    assert answer.hindrance == pb.HINDRANCE_FAILED
    assert "c" not in direct.titles()
    given_up = await direct.apply(*messages[1:], attempts=3)
    assert given_up.outcomes[2].status == ERRORS
    assert given_up.outcomes[2].status_details[0].message.startswith("The message could not be processed. Reference: ")
    assert (await direct.apply(*messages[1:])).outcomes[3].status == FINISHED
    assert direct.titles() == ["a", "c"]


async def test_messages_before_one_that_has_failed_before_are_applied(direct: Direct) -> None:
    answer = await direct.apply((1, note("a")), (2, note("full")), (3, note("c")), attempts=1)
    assert (list(answer.outcomes), answer.hindrance) == ([1], pb.HINDRANCE_FAILED)


async def test_a_peer_that_is_away_is_said_and_what_comes_before_is_applied(direct: Direct) -> None:
    files = direct.platform.peers.files
    file_id = files.add(5, "a.txt")
    files.away = 1
    messages = [(1, note("a")), (2, note(file_id)), (3, note("c"))]
    answer = await direct.apply(*messages)
    assert (list(answer.outcomes), answer.hindrance) == ([1], pb.HINDRANCE_PEER_AWAY)
    assert sorted((await direct.apply(*messages)).outcomes) == [1, 2, 3]
    assert files.reserved[11, 2] == {file_id}
    assert files.confirmed[11, 2] == []


async def test_the_files_service_hears_that_a_synchronous_message_has_ended(direct: Direct) -> None:
    await direct.apply((1, note("a")))
    keys = [platform_pb.MessageKey(credential_id=11, message_id=number) for number in (1, 2)]
    metadata = InternalIdentity("service:files", KEY).metadata()
    answer = await PlatformServiceStub(direct.channel).GetFileUse(
        platform_pb.GetFileUseRequest(messages=keys), metadata=metadata
    )
    assert [use.ended for use in answer.uses] == [True, False]


async def test_lanes_go_on_beside_it(direct: Direct) -> None:
    lane = direct.platform.lane
    for number in range(30):
        direct.platform.peers.lanes.put(lane, FOLDER, folder(f"lane-{number}"))
    answers = await asyncio.gather(*(direct.apply((1000 + number, note(f"s{number}"))) for number in range(10)))
    assert all(answer.outcomes[1000 + at].status == FINISHED for at, answer in enumerate(answers))
    assert (await direct.platform.outcome(lane, 30)).status == "Finished"
    assert len(direct.titles()) == 40


@pytest.mark.parametrize("count", [0, 1001])
async def test_a_request_holds_1_to_1000_messages(direct: Direct, count: int) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await direct.apply(*[(number, "") for number in range(1, count + 1)])
    info = error_info(caught.value)
    assert info is not None
    assert (caught.value.code(), info.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELD")


async def test_partners_may_not_call_it(direct: Direct) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await direct.stub.ApplyMessages(pb.ApplyMessagesRequest())
    assert caught.value.code() == grpc.StatusCode.UNAUTHENTICATED
