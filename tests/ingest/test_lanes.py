"""Claim, Renew and Report: who holds a lane, and what a report may say."""

from __future__ import annotations

import asyncio
import time

import grpc
import pytest
from organisation.v1 import data_service_pb2 as pb
from organisation.v1 import lane_service_pb2 as lanes
from organisation.v1 import message_admin_service_pb2 as admin
from sqlalchemy import text, update

from runtime.database import open_engine, writing
from services.ingest.tables import lane
from tests.ingest.client import FOLDER_ID, Ingest, failed, finished, folder, refusal, running
from tests.ingest.peers import INTERNAL, Credential


async def add_many(ingest: Ingest, credential: Credential, count: int, site_id: int | None = None) -> None:
    sent = [pb.DataMessage(data=folder(f"Week {at}", site_id), type=FOLDER_ID) for at in range(count)]
    await ingest.data.AddMessages(pb.AddMessagesRequest(data_messages=sent), metadata=credential.metadata())


async def renew(ingest: Ingest, claim: lanes.ClaimResponse, lease: int = 30) -> lanes.RenewResponse:
    request = lanes.RenewRequest(lane_id=claim.lane_id, fence=claim.fence, lease_seconds=lease)
    return await ingest.lanes.Renew(request, metadata=INTERNAL.metadata())


def expire_leases(database_url: str) -> None:
    engine = open_engine(database_url)
    with writing(engine) as connection:
        connection.execute(update(lane).values(lease_until=1))
    engine.dispose()


async def test_a_claim_gives_the_oldest_messages_with_what_they_are(ingest: Ingest) -> None:
    ingest.access.add(Credential(7, 3, partner_id=70, organisations=("school-1", "school-2")))
    await add_many(ingest, ingest.bound, 5)
    claim = await ingest.claim(most=3)
    assert (claim.credential_id, claim.site_id, claim.partner_id, claim.fence) == (7, 3, 70, 1)
    assert claim.organisation_sync_keys == ["school-1", "school-2"]
    assert [message.lane_seq for message in claim.messages] == [1, 2, 3]
    assert [message.message_id for message in claim.messages] == [1, 2, 3]
    assert {message.message_type for message in claim.messages} == {"Create.Course.Element.Folder"}
    assert claim.messages[2].data == folder("Week 2")
    assert claim.lease_until.seconds > time.time() + 20


async def test_a_claim_says_which_documents_are_in_the_form_of_their_schema(ingest: Ingest) -> None:
    """Of the others the processor has to make it anew, as the gate did."""
    inside = folder("Week 3").replace("<Title>", "<VendorId>10000000-0000-4000-8000-000000000001</VendorId><Title>")
    long = folder("Week 2").replace("<Message ", f"{' ' * 40_000}<Message ")
    for data in (folder("Week 1"), inside, long, inside.replace("<Message ", f"{' ' * 40_000}<Message ")):
        await ingest.add(ingest.bound, data)
    claim = await ingest.claim()
    assert [message.is_normal for message in claim.messages] == [True, False, True, False]


async def test_a_report_stores_outcomes_and_gives_the_lane_back(ingest: Ingest) -> None:
    await add_many(ingest, ingest.bound, 3)
    claim = await ingest.claim()
    await ingest.report(claim, [finished(1, "key-1"), failed(2)])
    result = await ingest.result(ingest.bound, 1)
    assert result.status == pb.DATA_MESSAGE_STATUS_FINISHED
    assert [detail.sync_key for detail in result.status_details] == ["key-1"]
    result = await ingest.result(ingest.bound, 2)
    assert result.status == pb.DATA_MESSAGE_STATUS_ERRORS
    assert result.status_details[0].message == "CourseSyncKey is not valid."
    assert (await ingest.result(ingest.bound, 3)).status == pb.DATA_MESSAGE_STATUS_IN_QUEUE
    again = await ingest.claim()
    assert [message.lane_seq for message in again.messages] == [3]
    assert again.fence == 2


async def test_a_lane_has_one_holder_at_a_time(ingest: Ingest) -> None:
    await add_many(ingest, ingest.bound, 10)
    first = await ingest.claim(most=2)
    assert first.lane_id
    assert (await ingest.claim()).lane_id == 0
    await add_many(ingest, ingest.bound, 10)
    assert (await ingest.claim()).lane_id == 0


async def test_a_stale_fence_is_refused_and_changes_nothing(ingest: Ingest, database_url: str) -> None:
    await add_many(ingest, ingest.bound, 2)
    old = await ingest.claim()
    expire_leases(database_url)
    new = await ingest.claim()
    assert [message.lane_seq for message in new.messages] == [1, 2]
    assert new.fence == old.fence + 1
    for attempt in (ingest.report(old), renew(ingest, old)):
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await attempt
        assert refusal(caught)[:2] == ("FAILED_PRECONDITION", "LANE_FENCED")
    assert (await ingest.result(ingest.bound, 1)).status == pb.DATA_MESSAGE_STATUS_IN_QUEUE
    await ingest.report(new)
    assert (await ingest.result(ingest.bound, 2)).status == pb.DATA_MESSAGE_STATUS_FINISHED


async def test_an_expired_lease_still_reports_while_nobody_else_has_claimed(ingest: Ingest, database_url: str) -> None:
    await ingest.add(ingest.bound)
    claim = await ingest.claim()
    expire_leases(database_url)
    await ingest.report(claim)
    assert (await ingest.result(ingest.bound, 1)).status == pb.DATA_MESSAGE_STATUS_FINISHED


async def test_a_renewed_lease_keeps_the_lane(ingest: Ingest, database_url: str) -> None:
    await ingest.add(ingest.bound)
    claim = await ingest.claim(lease=1)
    assert (await renew(ingest, claim, 100)).lease_until.seconds > time.time() + 90
    await asyncio.sleep(1.1)
    assert (await ingest.claim()).lane_id == 0


async def test_a_worker_that_goes_on_reports_and_keeps_the_lane(ingest: Ingest) -> None:
    await add_many(ingest, ingest.bound, 3)
    claim = await ingest.claim()
    for _ in range(2):  # the answer to the first was lost
        await ingest.report(claim, [finished(1)], goes_on=True)
    assert (await ingest.result(ingest.bound, 1)).status == pb.DATA_MESSAGE_STATUS_FINISHED
    assert (await ingest.claim()).lane_id == 0
    await ingest.report(claim, [finished(2)])
    again = await ingest.claim()
    assert [message.lane_seq for message in again.messages] == [3]
    assert again.messages[0].attempts == 0


async def test_a_repeated_report_does_no_harm(ingest: Ingest) -> None:
    await add_many(ingest, ingest.bound, 2)
    claim = await ingest.claim()
    await ingest.report(claim, [finished(1, "first")])
    await ingest.report(claim, [finished(1, "second")])
    result = await ingest.result(ingest.bound, 1)
    assert [detail.sync_key for detail in result.status_details] == ["first"]


async def test_a_healed_report_passes_over_what_is_known(ingest: Ingest, database_url: str) -> None:
    await add_many(ingest, ingest.bound, 3)
    await ingest.report(await ingest.claim(most=1))
    crashed = await ingest.claim()
    expire_leases(database_url)
    healer = await ingest.claim()
    assert healer.messages[0].lane_seq == crashed.messages[0].lane_seq == 2
    await ingest.report(healer, [finished(1, "again"), finished(2), finished(3)])
    assert [one.sync_key for one in (await ingest.result(ingest.bound, 1)).status_details] == ["made"]
    assert (await ingest.result(ingest.bound, 3)).status == pb.DATA_MESSAGE_STATUS_FINISHED


async def test_outcomes_with_a_gap_or_beyond_the_end_are_refused_whole(ingest: Ingest) -> None:
    await add_many(ingest, ingest.bound, 3)
    claim = await ingest.claim()
    for seqs in ([2], [1, 3], [1, 1], [1, 2, 3, 4]):
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await ingest.report(claim, [finished(seq) for seq in seqs])
        assert refusal(caught)[:2] == ("INVALID_ARGUMENT", "INVALID_FIELD")
    await ingest.report(claim)
    assert (await ingest.result(ingest.bound, 3)).status == pb.DATA_MESSAGE_STATUS_FINISHED


async def test_an_outcome_that_is_no_end_is_refused(ingest: Ingest) -> None:
    await ingest.add(ingest.bound)
    claim = await ingest.claim()
    for status in (pb.DATA_MESSAGE_STATUS_IN_QUEUE, pb.DATA_MESSAGE_STATUS_UNSPECIFIED):
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await ingest.report(claim, [lanes.MessageOutcome(lane_seq=1, status=status)])
        assert refusal(caught)[1] == "INVALID_FIELD"


async def test_a_resting_lane_is_left_alone_and_counts_its_attempts(ingest: Ingest) -> None:
    await add_many(ingest, ingest.bound, 3)
    claim = await ingest.claim()
    assert [message.attempts for message in claim.messages] == [0, 0, 0]
    await ingest.report(claim, [], rest=1)
    assert (await ingest.claim()).lane_id == 0
    second = await ingest.claim(wait=3000)
    assert [message.attempts for message in second.messages] == [1, 0, 0]
    await ingest.report(second, [])
    third = await ingest.claim()
    assert [message.attempts for message in third.messages] == [2]
    await ingest.report(third)
    fourth = await ingest.claim()
    assert [message.attempts for message in fourth.messages] == [0, 0]


async def test_a_waiting_claim_gets_work_as_soon_as_it_comes(ingest: Ingest) -> None:
    waiting = asyncio.create_task(ingest.claim(wait=10_000))
    await asyncio.sleep(0.1)
    started = time.monotonic()
    await ingest.add(ingest.bound)
    claim = await waiting
    assert [message.message_id for message in claim.messages] == [1]
    assert time.monotonic() - started < 5


async def test_a_claim_that_waits_in_vain_answers_empty(ingest: Ingest) -> None:
    started = time.monotonic()
    assert (await ingest.claim(wait=300)).lane_id == 0
    assert 0.25 < time.monotonic() - started < 5


async def test_a_backlog_does_not_delay_another_partner(ingest: Ingest) -> None:
    await add_many(ingest, ingest.bound, 500)
    for _ in range(3):
        await ingest.report(await ingest.claim(most=50), cost=50)
    await ingest.add(ingest.other)
    claim = await ingest.claim(most=50)
    assert claim.credential_id == 8
    await ingest.report(claim, cost=1)
    assert (await ingest.claim(most=50)).credential_id == 7


async def test_a_partner_that_was_away_has_no_credit_for_its_absence(ingest: Ingest) -> None:
    await ingest.add(ingest.other)
    await ingest.report(await ingest.claim(), cost=1)
    await add_many(ingest, ingest.bound, 1000)
    for _ in range(3):
        await ingest.report(await ingest.claim(most=10), cost=1000)
    await add_many(ingest, ingest.other, 100)
    turns = []
    for _ in range(8):
        claim = await ingest.claim(most=10)
        turns.append(claim.credential_id)
        await ingest.report(claim, cost=1000)
    assert turns.count(7) >= 3
    assert turns[0] == 8


async def test_many_lanes_of_one_partner_get_one_partner_s_share(ingest: Ingest) -> None:
    for site in (3, 4, 5):
        await add_many(ingest, ingest.everywhere, 100, site)
    await add_many(ingest, ingest.bound, 100)
    turns = []
    for _ in range(12):
        claim = await ingest.claim(most=5)
        turns.append((claim.credential_id, claim.site_id))
        await ingest.report(claim, cost=50)
    assert [credential for credential, _ in turns].count(7) == 6
    assert {site for credential, site in turns if credential == 9} == {3, 4, 5}


async def test_workers_at_once_take_different_lanes(ingest: Ingest) -> None:
    for site in (3, 4, 5):
        await add_many(ingest, ingest.everywhere, 3, site)
    await add_many(ingest, ingest.bound, 3)
    claims = await asyncio.gather(*(ingest.claim(worker=f"worker-{at}") for at in range(6)))
    assert sorted(claim.lane_id for claim in claims)[2:] == sorted({claim.lane_id for claim in claims} - {0})


async def test_a_claim_is_bounded_in_bytes(ingest: Ingest) -> None:
    big = folder("x") + " " * (3 * 1024 * 1024 - 1000)
    for _ in range(4):
        await ingest.add(ingest.bound, big)
    assert [message.lane_seq for message in (await ingest.claim()).messages] == [1, 2]


async def test_lanes_tell_how_much_waits(ingest: Ingest) -> None:
    await add_many(ingest, ingest.bound, 3)
    await ingest.add(ingest.other)
    await ingest.report(await ingest.claim(most=2))
    await ingest.report(await ingest.claim(most=2))
    everything = await ingest.admin.ListLanes(admin.ListLanesRequest(), metadata=INTERNAL.metadata())
    found = {(one.credential_id, one.site_id, one.tail, one.head) for one in everything.lanes}
    assert found == {(7, 3, 3, 2), (8, 4, 1, 1)}
    waiting = await ingest.admin.ListLanes(admin.ListLanesRequest(waiting_only=True), metadata=INTERNAL.metadata())
    assert [one.credential_id for one in waiting.lanes] == [7]
    page = await ingest.admin.ListLanes(admin.ListLanesRequest(page_size=1), metadata=INTERNAL.metadata())
    following = admin.ListLanesRequest(page_token=page.next_page_token)
    rest = await ingest.admin.ListLanes(following, metadata=INTERNAL.metadata())
    assert [*page.lanes, *rest.lanes] == list(everything.lanes)


async def test_a_claim_out_of_range_is_refused(ingest: Ingest) -> None:
    for request in (
        lanes.ClaimRequest(max_messages=0, lease_seconds=1),
        lanes.ClaimRequest(max_messages=1001, lease_seconds=1),
        lanes.ClaimRequest(max_messages=1),
        lanes.ClaimRequest(max_messages=1, lease_seconds=1, wait_milliseconds=-1),
    ):
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await ingest.lanes.Claim(request, metadata=INTERNAL.metadata())
        assert refusal(caught)[:2] == ("INVALID_ARGUMENT", "INVALID_FIELD")


async def test_lanes_are_not_for_partners(ingest: Ingest) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await ingest.lanes.Claim(lanes.ClaimRequest(max_messages=1, lease_seconds=1), metadata=ingest.bound.metadata())
    assert refusal(caught)[1] == "WRONG_AUDIENCE"


async def test_a_caller_that_goes_while_it_claims_leaves_the_lane_to_others(ingest: Ingest, database_url: str) -> None:
    await ingest.add(ingest.bound)
    engine = open_engine(database_url)
    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("LOCK TABLE partner_turn IN ACCESS EXCLUSIVE MODE"))
        gone = asyncio.create_task(ingest.claim(lease=3600))
        await asyncio.sleep(0.2)
        gone.cancel()
        await asyncio.sleep(0.2)
    engine.dispose()
    claim = await ingest.claim(wait=5_000)
    assert claim.messages[0].lane_seq == 1
    assert claim.fence == 2


async def test_waiting_ends_before_the_deadline_of_the_call(ingest: Ingest) -> None:
    request = lanes.ClaimRequest(worker="w", max_messages=1, lease_seconds=1, wait_milliseconds=30_000)
    assert (await ingest.lanes.Claim(request, metadata=INTERNAL.metadata(), timeout=1)).lane_id == 0
    await ingest.add(ingest.bound)
    waiting = pb.WaitForMessageRequest(message_id=1, timeout_seconds=60)
    answer = await ingest.data.WaitForMessage(waiting, metadata=ingest.bound.metadata(), timeout=1)
    assert answer.result.status == pb.DATA_MESSAGE_STATUS_IN_QUEUE


async def test_a_lane_that_is_locked_just_now_is_waited_for_but_not_for_long(postgres_url: str) -> None:
    async with running(postgres_url) as ingest:
        await ingest.add(ingest.bound)
        engine = open_engine(postgres_url)
        with writing(engine) as connection:
            connection.execute(update(lane).values(tail=lane.c.tail))
            assert (await ingest.claim()).lane_id == 0
            waiting = asyncio.create_task(ingest.claim())
            await asyncio.sleep(0.1)
        assert (await waiting).messages[0].lane_seq == 1
        engine.dispose()
