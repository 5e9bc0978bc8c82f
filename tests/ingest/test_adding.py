"""AddMessage and AddMessages: what is recorded, what is answered, in which order."""

from __future__ import annotations

import asyncio

import grpc
import pytest
from organisation.v1 import data_service_pb2 as pb
from organisation.v1 import message_admin_service_pb2 as admin

from services.ingest import server
from tests.ingest.client import FOLDER_ID, Ingest, folder, refusal, refused, running
from tests.ingest.peers import FOLDER, INTERNAL, Credential

IN_QUEUE = pb.DATA_MESSAGE_STATUS_IN_QUEUE
ERRORS = pb.DATA_MESSAGE_STATUS_ERRORS


async def test_an_accepted_message_is_in_the_queue_without_details(ingest: Ingest) -> None:
    answer = await ingest.add(ingest.bound)
    assert answer == pb.DataMessageResult(message_id=1, status=IN_QUEUE)
    assert await ingest.result(ingest.bound, 1) == answer


async def test_message_ids_count_per_credential(ingest: Ingest) -> None:
    first = [(await ingest.add(ingest.bound)).message_id for _ in range(3)]
    assert first == [1, 2, 3]
    assert (await ingest.add(ingest.other)).message_id == 1


async def test_what_the_schema_refuses_is_recorded_and_ends_in_errors_at_once(ingest: Ingest) -> None:
    answer = await ingest.add(ingest.bound, refused())
    assert answer.status == ERRORS
    assert answer.message_id == 1
    assert answer.status_details[0].type == pb.DATA_MESSAGE_STATUS_TYPE_ERROR
    text = answer.status_details[0].message
    assert text.startswith("Invalid format / parameters (different to specified schema). /Message/")
    assert "expected" in text
    assert "found" in text
    assert await ingest.result(ingest.bound, 1) == answer
    assert (await ingest.claim()).lane_id == 0


async def test_a_rejected_message_leaves_no_gap_in_its_lane(ingest: Ingest) -> None:
    await ingest.add(ingest.bound)
    await ingest.add(ingest.bound, "<nonsense")
    await ingest.add(ingest.bound)
    claim = await ingest.claim()
    assert [(one.lane_seq, one.message_id) for one in claim.messages] == [(1, 1), (2, 3)]


HOSTILE = {
    "empty": "",
    "not xml": "hello",
    "nul": folder("a\0b"),
    "doctype": '<!DOCTYPE a [<!ENTITY x "y">]>' + folder("&x;"),
    "laughs": '<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><Message xmlns="urn:message-schema">&b;</Message>',
    "deep": "<a>" * 5_000,
    "attributes": "<a " + " ".join(f'b{at}="1"' for at in range(20_000)) + "/>",
    "control": folder("\x01"),
    "outside": '<!DOCTYPE a SYSTEM "file:///etc/passwd">' + folder(),
}


async def test_hostile_data_is_recorded_as_errors_for_a_site_bound_credential(ingest: Ingest) -> None:
    for name, data in HOSTILE.items():
        answer = await ingest.add(ingest.bound, data)
        assert answer.status == ERRORS, name
        assert len(answer.status_details[0].message) < 600
        request = pb.GetMessageRequest(message_id=answer.message_id)
        stored = await ingest.data.GetMessage(request, metadata=ingest.bound.metadata())
        assert stored.message.data == data
        assert stored.message.summary.site_id == 3


async def test_malformed_data_without_a_site_is_a_fault_for_an_all_sites_credential(ingest: Ingest) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await ingest.add(ingest.everywhere, "<nonsense")
    assert refusal(caught) == (
        "PERMISSION_DENIED",
        "SITE_REQUIRED",
        "SiteId should be specified to perform the action.",
    )
    assert ingest.access.denials == [(9, FOLDER, "SITE_REQUIRED")]


async def test_an_unknown_type_is_denied_as_one_that_is_not_granted(ingest: Ingest) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as ungranted:
        await ingest.add(ingest.access.add(Credential(20, 3, types=())))
    for kind in (999, 0, -5):
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await ingest.add(ingest.bound, kind=kind)
        assert refusal(caught) == refusal(ungranted)
        assert ingest.access.denials[-1] == (7, f"#{kind}", "TYPE_NOT_GRANTED")


async def test_a_read_is_no_message(ingest: Ingest) -> None:
    types = await ingest.data.GetMessageTypes(pb.GetMessageTypesRequest(), metadata=ingest.bound.metadata())
    (read,) = [known for known in types.message_types if known.name == "Read.Courses"]
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await ingest.add(ingest.bound, kind=read.identifier)
    assert refusal(caught)[1] == "TYPE_NOT_GRANTED"


async def test_an_absent_message_is_refused_by_its_missing_type(ingest: Ingest) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await ingest.data.AddMessage(pb.AddMessageRequest(), metadata=ingest.bound.metadata())
    assert refusal(caught)[1] == "TYPE_NOT_GRANTED"


async def test_sites_are_checked_with_the_exact_texts(ingest: Ingest) -> None:
    assert (await ingest.add(ingest.everywhere, folder(site_id=4))).status == IN_QUEUE
    cases = [
        (ingest.everywhere, folder(), "SiteId should be specified to perform the action."),
        (ingest.everywhere, folder(site_id=6), "SiteId='6' is not valid."),
        (ingest.everywhere, folder(site_id="x"), "SiteId should be specified to perform the action."),
        (ingest.bound, folder(site_id=3), "SiteId can't be specified because you have an access to specific site."),
        (ingest.bound, folder(site_id="x"), "SiteId can't be specified because you have an access to specific site."),
    ]
    for credential, data, text in cases:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await ingest.add(credential, data)
        assert refusal(caught)[2].endswith(text)


async def test_different_sites_in_one_message_are_errors(ingest: Ingest) -> None:
    data = folder(site_id=3).replace("<Title>", "<SiteId>4</SiteId><Title>")
    answer = await ingest.add(ingest.everywhere, data)
    assert answer.status == ERRORS
    summary = (
        await ingest.data.GetMessage(pb.GetMessageRequest(message_id=1), metadata=ingest.everywhere.metadata())
    ).message.summary
    assert summary.site_id == 0
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await ingest.add(ingest.bound, data)
    assert refusal(caught)[1] == "SITE_NOT_ALLOWED"


async def test_data_over_3_mib_is_too_large(ingest: Ingest) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await ingest.add(ingest.bound, folder("x" * 3 * 1024 * 1024))
    assert refusal(caught)[:2] == ("INVALID_ARGUMENT", "MESSAGE_TOO_LARGE")
    assert (await ingest.add(ingest.bound, folder() + " " * (3 * 1024 * 1024 - 1000))).status == IN_QUEUE


async def test_a_batch_keeps_its_order_and_gives_each_message_its_own_outcome(ingest: Ingest) -> None:
    messages = [
        pb.DataMessage(data=folder("a"), type=FOLDER_ID),
        pb.DataMessage(data=folder("b"), type=999),
        pb.DataMessage(data="<nonsense", type=FOLDER_ID),
        pb.DataMessage(data=folder("c"), type=FOLDER_ID),
    ]
    answer = await ingest.data.AddMessages(
        pb.AddMessagesRequest(data_messages=messages), metadata=ingest.bound.metadata()
    )
    kinds = [outcome.WhichOneof("outcome") for outcome in answer.outcomes]
    assert kinds == ["result", "refusal", "result", "result"]
    assert [outcome.result.message_id for outcome in answer.outcomes] == [1, 0, 2, 3]
    assert answer.outcomes[1].refusal.reason == "TYPE_NOT_GRANTED"
    assert answer.outcomes[2].result.status == ERRORS
    claim = await ingest.claim()
    assert [message.data for message in claim.messages] == [folder("a"), folder("c")]


async def test_a_batch_has_1_to_1000_messages(ingest: Ingest) -> None:
    for count in (0, server.MOST_MESSAGES + 1):
        request = pb.AddMessagesRequest(data_messages=[pb.DataMessage(type=FOLDER_ID)] * count)
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await ingest.data.AddMessages(request, metadata=ingest.bound.metadata())
        assert refusal(caught)[:2] == ("INVALID_ARGUMENT", "INVALID_FIELD")


def message(at: int, site_id: int | None) -> str:
    """Each fifth is one that the schema refuses."""
    return folder(f"Week {at}", site_id) if at % 5 else refused(site_id)


async def test_200_concurrent_calls_over_several_lanes_leave_no_gap(ingest: Ingest) -> None:
    senders = [(ingest.bound, None), (ingest.other, None), (ingest.everywhere, 3), (ingest.everywhere, 4)]
    answers = await asyncio.gather(
        *(ingest.add(credential, message(at, site)) for at in range(50) for credential, site in senders),
        return_exceptions=True,
    )
    assert not [one for one in answers if isinstance(one, BaseException)]
    for credential in (ingest.bound, ingest.other, ingest.everywhere):
        listed = await ingest.data.ListMessages(pb.ListMessagesRequest(page_size=1000), metadata=credential.metadata())
        ids = [message.message_id for message in listed.messages]
        assert ids == list(range(len(ids), 0, -1))
    for _ in range(4):
        claim = await ingest.claim(most=1000)
        assert [one.lane_seq for one in claim.messages] == list(range(1, len(claim.messages) + 1))
        ids = [one.message_id for one in claim.messages]
        assert ids == sorted(ids)
    rows = await ingest.admin.ListLanes(admin.ListLanesRequest(), metadata=INTERNAL.metadata())
    assert len(rows.lanes) == 4


async def test_a_queue_that_is_full_says_busy_and_takes_messages_again_later(database_url: str) -> None:
    async with running(database_url, ingest_queue_messages=5, ingest_batch_messages=2) as ingest:
        answers = await asyncio.gather(*(ingest.add(ingest.bound) for _ in range(200)), return_exceptions=True)
        refused = [one for one in answers if isinstance(one, grpc.aio.AioRpcError)]
        assert {(one.code(), one.details()) for one in refused} == {
            (grpc.StatusCode.RESOURCE_EXHAUSTED, "The service is busy, try again later.")
        }
        accepted = [one.message_id for one in answers if isinstance(one, pb.DataMessageResult)]
        assert len(accepted) + len(refused) == 200
        assert sorted(accepted) == list(range(1, len(accepted) + 1))
        assert (await ingest.add(ingest.bound)).message_id == len(accepted) + 1
