"""ListMessages, SearchMessages, InspectMessage."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import grpc
import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from organisation.v1 import data_service_pb2 as pb
from organisation.v1 import message_admin_service_pb2 as admin

from tests.ingest.client import Ingest, failed, finished, folder, refusal, refused
from tests.ingest.peers import FOLDER, INTERNAL

FINISHED, ERRORS = pb.DATA_MESSAGE_STATUS_FINISHED, pb.DATA_MESSAGE_STATUS_ERRORS
IN_QUEUE, WARNINGS = pb.DATA_MESSAGE_STATUS_IN_QUEUE, pb.DATA_MESSAGE_STATUS_WARNINGS

Key = tuple[int, int]


@pytest.fixture
async def filled(ingest: Ingest) -> Ingest:
    """7: finished, errors, in queue. 9: rejected, in queue on site 4, in queue on site 5."""
    for _ in range(3):
        await ingest.add(ingest.bound)
    await ingest.report(await ingest.claim(), [finished(1), failed(2)])
    await ingest.add(ingest.everywhere, refused(4))
    await ingest.add(ingest.everywhere, folder(site_id=4))
    await ingest.add(ingest.everywhere, folder(site_id=5))
    return ingest


async def search(ingest: Ingest, request: admin.SearchMessagesRequest) -> list[Key]:
    answer = await ingest.admin.SearchMessages(request, metadata=INTERNAL.metadata())
    return keys_of(answer.messages)


def keys_of(messages: Sequence[pb.MessageSummary]) -> list[Key]:
    return [(message.credential_id, message.message_id) for message in messages]


ALL = [(9, 3), (9, 2), (9, 1), (7, 3), (7, 2), (7, 1)]


async def test_a_search_without_a_filter_finds_everything_newest_first(filled: Ingest) -> None:
    answer = await filled.admin.SearchMessages(admin.SearchMessagesRequest(), metadata=INTERNAL.metadata())
    assert keys_of(answer.messages) == ALL
    assert answer.messages[-1].partner_id == 70
    assert answer.messages[-1].message_type == FOLDER
    assert answer.next_page_token == ""


async def test_a_search_filters_by_state_type_partner_credential_and_site(filled: Ingest) -> None:
    cases: list[tuple[admin.SearchMessagesRequest, list[Key]]] = [
        (admin.SearchMessagesRequest(filter=pb.MessageFilter(statuses=[FINISHED])), [(7, 1)]),
        (admin.SearchMessagesRequest(filter=pb.MessageFilter(statuses=[ERRORS])), [(9, 1), (7, 2)]),
        (admin.SearchMessagesRequest(filter=pb.MessageFilter(statuses=[WARNINGS])), []),
        (
            admin.SearchMessagesRequest(filter=pb.MessageFilter(statuses=[IN_QUEUE, FINISHED])),
            [*ALL[:2], ALL[3], ALL[5]],
        ),
        (admin.SearchMessagesRequest(filter=pb.MessageFilter(message_types=[FOLDER, "x"])), ALL),
        (admin.SearchMessagesRequest(filter=pb.MessageFilter(message_types=["' OR 1=1 --"])), []),
        (admin.SearchMessagesRequest(filter=pb.MessageFilter(site_id=4)), [(9, 2), (9, 1)]),
        (admin.SearchMessagesRequest(partner_ids=[70]), ALL[3:]),
        (admin.SearchMessagesRequest(credential_ids=[9], filter=pb.MessageFilter(statuses=[ERRORS])), [(9, 1)]),
    ]
    for request, expected in cases:
        assert await search(filled, request) == expected


async def test_a_search_filters_by_time(filled: Ingest) -> None:
    answer = await filled.admin.SearchMessages(admin.SearchMessagesRequest(), metadata=INTERNAL.metadata())
    middle: Timestamp = answer.messages[2].received_at
    later = admin.SearchMessagesRequest(filter=pb.MessageFilter(received_from=middle))
    earlier = admin.SearchMessagesRequest(filter=pb.MessageFilter(received_until=middle))
    assert await search(filled, later) == ALL[:3]
    assert await search(filled, earlier) == ALL[3:]


async def test_pages_follow_each_other_without_gap_or_repeat(filled: Ingest) -> None:
    found: list[Key] = []
    token, pages = "", 0
    while pages == 0 or token:
        answer = await filled.admin.SearchMessages(
            admin.SearchMessagesRequest(page_size=2, page_token=token), metadata=INTERNAL.metadata()
        )
        found += keys_of(answer.messages)
        token = answer.next_page_token
        pages += 1
    assert found == ALL
    page = await filled.data.ListMessages(pb.ListMessagesRequest(page_size=2), metadata=filled.bound.metadata())
    rest = await filled.data.ListMessages(
        pb.ListMessagesRequest(page_size=2, page_token=page.next_page_token), metadata=filled.bound.metadata()
    )
    assert keys_of([*page.messages, *rest.messages]) == ALL[3:]


async def test_a_credential_lists_its_own_alone_whatever_it_asks(filled: Ingest) -> None:
    request = pb.ListMessagesRequest(filter=pb.MessageFilter(statuses=[ERRORS], site_id=4))
    listed = await filled.data.ListMessages(request, metadata=filled.everywhere.metadata())
    assert keys_of(listed.messages) == [(9, 1)]
    listed = await filled.data.ListMessages(request, metadata=filled.bound.metadata())
    assert keys_of(listed.messages) == []


async def test_an_operator_inspects_any_message(filled: Ingest) -> None:
    request = admin.InspectMessageRequest(credential_id=9, message_id=1)
    message = (await filled.admin.InspectMessage(request, metadata=INTERNAL.metadata())).message
    assert message.data == refused(4)
    assert message.summary.status == ERRORS
    assert message.status_details[0].message.startswith("Invalid format")
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await filled.admin.InspectMessage(
            admin.InspectMessageRequest(credential_id=10, message_id=1), metadata=INTERNAL.metadata()
        )
    assert refusal(caught)[1] == "MESSAGE_NOT_FOUND"


async def test_what_is_no_search_is_refused(filled: Ingest) -> None:
    bad = [
        admin.SearchMessagesRequest(page_token="garbage"),
        admin.SearchMessagesRequest(page_size=-1),
        admin.SearchMessagesRequest(filter=pb.MessageFilter(statuses=[77])),  # type: ignore[list-item]  # no such state
        admin.SearchMessagesRequest(partner_ids=range(1001)),
    ]
    for request in bad:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await filled.admin.SearchMessages(request, metadata=INTERNAL.metadata())
        assert refusal(caught)[1] == "INVALID_FIELD"


async def test_a_partner_may_not_search(filled: Ingest) -> None:
    calls = (
        filled.admin.SearchMessages(admin.SearchMessagesRequest(), metadata=filled.bound.metadata()),
        filled.admin.InspectMessage(admin.InspectMessageRequest(), metadata=filled.bound.metadata()),
        filled.admin.ListLanes(admin.ListLanesRequest(), metadata=filled.bound.metadata()),
    )
    answers = await asyncio.gather(*calls, return_exceptions=True)
    assert [one.code() for one in answers if isinstance(one, grpc.aio.AioRpcError)] == [
        grpc.StatusCode.PERMISSION_DENIED
    ] * 3
