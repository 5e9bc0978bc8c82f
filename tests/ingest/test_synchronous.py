"""Synchronous types (decision 9): recorded, applied, answered; and what happens when the processor is away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from organisation.v1 import data_service_pb2 as pb
from organisation.v1 import message_admin_service_pb2 as admin
from organisation.v1.synchronous_service_pb2 import HINDRANCE_FAILED, HINDRANCE_PEER_AWAY, HINDRANCE_UNSPECIFIED
from sqlalchemy import select, update

from runtime.database import open_engine, reading, writing
from services.ingest import server, synchronous, unapplied
from services.ingest.settings import IngestSettings
from services.ingest.tables import unapplied as unapplied_table
from tests.ingest.client import FOLDER_ID, Ingest, folder, refused, serving, settings_of
from tests.ingest.peers import FOLDER, INTERNAL, Auth, Credential, hosted_auth
from tests.ingest.processor_peer import (
    EVENT,
    EVENT_ID,
    Processor,
    SynchronousPeer,
    hosted_processor,
    write_synchronous_type,
)

FINISHED, IN_QUEUE = pb.DATA_MESSAGE_STATUS_FINISHED, pb.DATA_MESSAGE_STATUS_IN_QUEUE
TYPES = (FOLDER, EVENT)


@dataclass
class World:
    """An auth and the place of a processor, which runs or does not."""

    settings: IngestSettings
    auth: Auth
    processor: Processor

    @asynccontextmanager
    async def ingest(self) -> AsyncIterator[Ingest]:
        async with serving(self.settings, self.auth.access) as ingest:
            yield ingest


@pytest.fixture
async def world(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    monkeypatch.setattr(synchronous, "SWEEP_SECONDS", 0.05)
    processor = Processor()
    async with hosted_auth() as auth:
        auth.access.add(Credential(7, 3, partner_id=70, types=TYPES, organisations=("school-a",)))
        auth.access.add(Credential(8, 4, partner_id=80, types=TYPES))
        auth.access.add(Credential(9, None, partner_id=90, sites=(3, 4, 5), types=TYPES))
        settings = settings_of(
            database_url,
            auth.address,
            processor_address=processor.address,
            catalogue_path=write_synchronous_type(tmp_path / "types"),
        )
        yield World(settings, auth, processor)


@pytest.fixture
async def peer(world: World) -> AsyncIterator[SynchronousPeer]:
    async with hosted_processor(world.processor) as peer:
        yield peer


@pytest.fixture
async def ingest(world: World, peer: SynchronousPeer) -> AsyncIterator[Ingest]:
    async with world.ingest() as ingest:
        yield ingest


async def add(ingest: Ingest, credential: Credential | None = None, key: str = "") -> pb.DataMessageResult:
    return await ingest.add(credential or ingest.bound, folder(), EVENT_ID, key)


async def until_ended(ingest: Ingest, credential: Credential, message_id: int) -> pb.DataMessageResult:
    request = pb.WaitForMessageRequest(message_id=message_id, timeout_seconds=20)
    return (await ingest.data.WaitForMessage(request, metadata=credential.metadata(), timeout=30)).result


def make_due(settings: IngestSettings) -> None:
    """Lets no message rest, and leaves none to the process that its sender waits at."""
    engine = open_engine(settings.database_url)
    with writing(engine) as connection:
        connection.execute(update(unapplied_table).values(due_at=0))
    engine.dispose()


async def test_the_answer_says_what_became_of_the_message(ingest: Ingest, peer: SynchronousPeer) -> None:
    answer = await add(ingest)
    assert (answer.message_id, answer.status) == (1, FINISHED)
    (detail,) = answer.status_details
    assert (detail.entity, detail.message, detail.sync_key, detail.type) == ("Thing", "made", "key-1", 1)
    assert await ingest.result(ingest.bound, 1) == answer
    (request,) = peer.requests
    assert (request.credential_id, request.site_id, list(request.organisation_sync_keys)) == (7, 3, ["school-a"])
    (sent,) = request.messages
    assert (sent.message_id, sent.message_type, sent.data, sent.attempts) == (1, EVENT, folder(), 0)
    assert sent.is_normal


async def test_it_enters_no_lane_and_overtakes_what_is_there(ingest: Ingest) -> None:
    assert (await ingest.add(ingest.bound)).status == IN_QUEUE
    assert (await add(ingest)).status == FINISHED
    claim = await ingest.claim()
    assert [(one.lane_seq, one.message_id) for one in claim.messages] == [(1, 1)]
    assert (await ingest.add(ingest.bound)).message_id == 3


async def test_what_the_schema_refuses_never_reaches_the_processor(ingest: Ingest, peer: SynchronousPeer) -> None:
    answer = await ingest.add(ingest.bound, refused(), EVENT_ID)
    assert answer.status == pb.DATA_MESSAGE_STATUS_ERRORS
    assert answer.status_details[0].message.startswith("Invalid format / parameters")
    assert peer.requests == []


async def test_operators_find_it_and_see_its_way(ingest: Ingest) -> None:
    await add(ingest)
    found = await ingest.admin.SearchMessages(admin.SearchMessagesRequest(), metadata=INTERNAL.metadata())
    (summary,) = found.messages
    assert (summary.message_type, summary.status, summary.site_id) == (EVENT, FINISHED, 3)
    request = admin.InspectMessageRequest(credential_id=7, message_id=1)
    inspected = (await ingest.admin.InspectMessage(request, metadata=INTERNAL.metadata())).message
    assert [step.event for step in inspected.timeline] == [
        pb.TIMELINE_EVENT_RECEIVED,
        pb.TIMELINE_EVENT_CHECKED,
        pb.TIMELINE_EVENT_STARTED,
        pb.TIMELINE_EVENT_APPLIED,
    ]
    assert [detail.sync_key for detail in inspected.status_details] == ["key-1"]


async def test_the_same_key_gives_the_same_answer_and_is_applied_once(ingest: Ingest, peer: SynchronousPeer) -> None:
    answers = await asyncio.gather(*(add(ingest, key="key") for _ in range(5)))
    assert [answer.status for answer in answers] == [FINISHED] * 5
    assert {answer.message_id for answer in answers} == {1}
    assert await add(ingest, key="key") == answers[0]
    assert peer.applied == [(7, 1)]


async def test_calls_at_the_same_moment_share_requests_and_keep_their_order(
    ingest: Ingest, peer: SynchronousPeer
) -> None:
    peer.seconds = 0.05
    senders = (ingest.bound, ingest.other)
    answers = await asyncio.gather(*(add(ingest, senders[at % 2]) for at in range(60)))
    assert {answer.status for answer in answers} == {FINISHED}
    for credential_id in (7, 8):
        assert [number for one, number in peer.applied if one == credential_id] == list(range(1, 31))
    assert len(peer.requests) < 20


async def test_a_request_holds_one_site_and_as_much_as_the_processor_takes(
    ingest: Ingest, peer: SynchronousPeer
) -> None:
    peer.at_most = 2
    sites = [3, 3, 3, 4, 3]
    sent = [pb.DataMessage(data=folder(site_id=site), type=EVENT_ID) for site in sites]
    request = pb.AddMessagesRequest(data_messages=sent)
    answer = await ingest.data.AddMessages(request, metadata=ingest.everywhere.metadata())
    assert [outcome.result.status for outcome in answer.outcomes] == [FINISHED] * 5
    assert [number for _, number in peer.applied] == [1, 2, 3, 4, 5]
    assert [one.site_id for one in peer.requests] == [3, 3, 4, 3]


async def test_a_batch_may_mix_kinds(ingest: Ingest, peer: SynchronousPeer) -> None:
    sent = [
        pb.DataMessage(data=folder(), type=FOLDER_ID),
        pb.DataMessage(data=folder(), type=EVENT_ID, request_id="key"),
        pb.DataMessage(data=folder(site_id=4), type=EVENT_ID),
        pb.DataMessage(data=refused(), type=FOLDER_ID),
        pb.DataMessage(data=folder(), type=EVENT_ID, request_id="key"),
    ]
    answer = await ingest.data.AddMessages(pb.AddMessagesRequest(data_messages=sent), metadata=ingest.bound.metadata())
    first, second, denied, wrong, again = answer.outcomes
    assert (first.result.message_id, first.result.status) == (1, IN_QUEUE)
    assert (second.result.message_id, second.result.status) == (2, FINISHED)
    assert [detail.sync_key for detail in second.result.status_details] == ["key-2"]
    assert denied.refusal.reason == "SITE_NOT_ALLOWED"
    assert (wrong.result.message_id, wrong.result.status) == (3, pb.DATA_MESSAGE_STATUS_ERRORS)
    assert again.result == second.result
    assert peer.applied == [(7, 2)]


async def test_asynchronous_messages_do_not_wait_for_a_slow_processor(ingest: Ingest, peer: SynchronousPeer) -> None:
    peer.seconds = 3
    slow = asyncio.create_task(add(ingest))
    async with asyncio.timeout(2):
        while not peer.requests:  # noqa: ASYNC110 (a list of the peer's)
            await asyncio.sleep(0.01)
        assert (await ingest.add(ingest.bound)).status == IN_QUEUE
        assert [one.message_id for one in (await ingest.claim()).messages] == [2]
    assert not slow.done()
    assert (await slow).status == FINISHED


async def test_without_a_processor_the_message_is_recorded_and_applied_when_it_is_back(world: World) -> None:
    async with world.ingest() as ingest:
        answers = [await add(ingest) for _ in range(3)]
        assert [(one.message_id, one.status) for one in answers] == [(1, IN_QUEUE), (2, IN_QUEUE), (3, IN_QUEUE)]
        make_due(world.settings)
        async with hosted_processor(world.processor) as peer:
            assert (await until_ended(ingest, ingest.bound, 3)).status == FINISHED
            assert peer.applied == [(7, 1), (7, 2), (7, 3)]


async def test_a_new_message_brings_those_along_that_wait_since_the_processor_was_away(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(synchronous, "SWEEP_SECONDS", 1000)
    async with world.ingest() as ingest:
        assert (await add(ingest)).status == IN_QUEUE
        async with hosted_processor(world.processor) as peer:
            async with asyncio.timeout(20):
                while (await add(ingest)).status != FINISHED:  # noqa: ASYNC110 (a channel tries again now and then)
                    await asyncio.sleep(0.1)
            assert peer.applied == sorted(peer.applied)
            assert peer.applied[0] == (7, 1)
            assert (await ingest.result(ingest.bound, 1)).status == FINISHED


async def test_an_answer_that_was_lost_is_asked_for_again_and_nothing_is_applied_twice(
    ingest: Ingest, peer: SynchronousPeer, world: World
) -> None:
    peer.loses_answers = True
    assert (await add(ingest)).status == IN_QUEUE
    assert peer.applied == [(7, 1)]
    peer.loses_answers = False
    make_due(world.settings)
    assert (await until_ended(ingest, ingest.bound, 1)).status == FINISHED
    assert peer.applied == [(7, 1)]


async def test_what_a_process_left_behind_is_taken_up_by_the_next(world: World, peer: SynchronousPeer) -> None:
    peer.is_away = True
    async with world.ingest() as ingest:
        assert (await add(ingest)).status == IN_QUEUE
    peer.is_away = False
    make_due(world.settings)
    async with world.ingest() as ingest:
        assert (await until_ended(ingest, ingest.bound, 1)).status == FINISHED


async def test_a_slow_processor_gets_an_answer_in_time_and_the_message_ends_later(
    ingest: Ingest, peer: SynchronousPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    peer.seconds = 1
    monkeypatch.setattr(server, "SYNCHRONOUS_SECONDS", 0.1)
    assert (await add(ingest)).status == IN_QUEUE
    assert (await until_ended(ingest, ingest.bound, 1)).status == FINISHED
    monkeypatch.setattr(server, "SYNCHRONOUS_SECONDS", 20)
    request = pb.AddMessageRequest(data_message=pb.DataMessage(data=folder(), type=EVENT_ID))
    answer = await ingest.data.AddMessage(request, metadata=ingest.bound.metadata(), timeout=0.7)
    assert answer.result.status == IN_QUEUE


def failures_of(settings: IngestSettings) -> list[tuple[int, int]]:
    engine = open_engine(settings.database_url)
    with reading(engine) as connection:
        found = connection.execute(select(unapplied_table.c.message_id, unapplied_table.c.failures)).all()
    engine.dispose()
    return [(one, failures) for one, failures in found]


async def test_failures_that_may_pass_are_counted_and_the_message_rests_with_those_behind_it(
    ingest: Ingest, peer: SynchronousPeer, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unapplied, "LONGEST_REST", 1000 * 1_000_000)
    peer.hindrance = HINDRANCE_FAILED
    assert (await add(ingest)).status == IN_QUEUE
    for failures in range(2, 12):
        assert (await ingest.result(ingest.bound, 1)).status == IN_QUEUE
        make_due(world.settings)
        async with asyncio.timeout(10):
            # Counted, and so answered: the last answer would else be one that comes after the hindrance is gone.
            while failures_of(world.settings) != [(1, failures)]:  # noqa: ASYNC110 (another service's store)
                await asyncio.sleep(0.01)
    peer.hindrance = HINDRANCE_UNSPECIFIED
    assert [request.messages[0].attempts for request in peer.requests[:11]] == list(range(11))
    assert (await add(ingest)).status == IN_QUEUE
    assert dict(failures_of(world.settings)) == {1: 11, 2: 0}
    assert (await add(ingest, ingest.other)).status == FINISHED
    make_due(world.settings)
    assert (await until_ended(ingest, ingest.bound, 2)).status == FINISHED
    assert peer.applied == [(8, 1), (7, 1), (7, 2)]
    assert failures_of(world.settings) == []


async def test_a_peer_of_the_processor_that_is_away_is_not_counted(
    ingest: Ingest, peer: SynchronousPeer, world: World
) -> None:
    peer.hindrance = HINDRANCE_PEER_AWAY
    assert (await add(ingest)).status == IN_QUEUE
    assert failures_of(world.settings) == [(1, 0)]
    peer.hindrance = HINDRANCE_UNSPECIFIED
    make_due(world.settings)
    assert (await until_ended(ingest, ingest.bound, 1)).status == FINISHED


async def test_two_processes_on_one_database_apply_in_order_and_tell_the_same(
    postgres_url: str, world: World, peer: SynchronousPeer
) -> None:
    settings = replace(world, settings=world.settings.model_copy(update={"database_url": postgres_url}))
    async with AsyncExitStack() as stack:
        sides = [await stack.enter_async_context(settings.ingest()) for _ in range(2)]
        answers = await asyncio.gather(*(add(sides[at % 2]) for at in range(40)))
        assert {answer.status for answer in answers} == {FINISHED}
        assert peer.applied == [(7, number) for number in range(1, 41)]
        for answer in answers:
            assert await sides[0].result(sides[0].bound, answer.message_id) == answer
