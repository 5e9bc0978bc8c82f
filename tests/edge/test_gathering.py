from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from google.protobuf.message import Message
from organisation.v1 import data_service_pb2 as pb

from edge.contract import Batch
from edge.descriptors import load_services
from edge.faults import SoapFault
from edge.gathering import MOST_TOGETHER, UNDER_WAY, Gatherer

TOKEN = (("authorization", "Bearer x"),)


def add_messages() -> Batch:
    service = next(service for service in load_services() if service.name == "DataService")
    operation = next(operation for operation in service.operations if operation.name == "AddMessage")
    assert operation.batch is not None
    return operation.batch


class Ingest:
    """Answers each message with the number that it holds; slowly, so that calls gather."""

    def __init__(self, delay: float = 0.02) -> None:
        self.delay = delay
        self.single = 0
        self.batches: list[list[str]] = []
        self.keys: list[str] = []
        self.under_way = 0
        self.most_under_way = 0
        self.failure: Exception | None = None

    async def one(self, data: bytes, metadata: object) -> Message:
        request = pb.AddMessageRequest.FromString(data)
        self.single += 1
        return await self._busy(lambda: pb.AddMessageResponse(result=self._result(request.data_message)))

    async def many(self, data: bytes, metadata: object) -> Message:
        request = pb.AddMessagesRequest.FromString(data)
        self.batches.append([message.data for message in request.data_messages])
        return await self._busy(lambda: pb.AddMessagesResponse(outcomes=map(self._outcome, request.data_messages)))

    async def _busy(self, answer: Callable[[], Message]) -> Message:
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        await asyncio.sleep(self.delay)
        self.under_way -= 1
        if self.failure is not None:
            raise self.failure
        return answer()

    def _outcome(self, message: pb.DataMessage) -> pb.AddMessageOutcome:
        if message.data == "denied":
            return pb.AddMessageOutcome(refusal=pb.Refusal(reason="SITE_REQUIRED", text="SiteId should be specified."))
        return pb.AddMessageOutcome(result=self._result(message))

    def _result(self, message: pb.DataMessage) -> pb.DataMessageResult:
        self.keys.append(message.request_id)
        return pb.DataMessageResult(message_id=int(message.data), status=pb.DATA_MESSAGE_STATUS_IN_QUEUE)


def gatherer(ingest: Ingest) -> Gatherer:
    return Gatherer(add_messages(), ingest.one, ingest.many)


async def send(gathers: Gatherer, data: str, credential: int = 1, key: str = "", kind: int = 2) -> int:
    request = pb.AddMessageRequest(data_message=pb.DataMessage(data=data, type=kind))
    response = await gathers.call(credential, request, lambda: TOKEN, key)
    assert isinstance(response, pb.AddMessageResponse | pb.AddMessageOutcome)
    return response.result.message_id


async def test_a_call_alone_goes_at_once_and_alone() -> None:
    ingest = Ingest(delay=0)
    assert await send(gatherer(ingest), "7") == 7
    assert (ingest.single, ingest.batches) == (1, [])


async def test_each_of_many_calls_gets_its_own_answer_and_they_share_batches() -> None:
    ingest = Ingest()
    gathers = gatherer(ingest)
    answers = await asyncio.gather(*(send(gathers, str(n)) for n in range(1, 201)))
    assert answers == list(range(1, 201))
    assert ingest.single + len(ingest.batches) < 20
    assert all(len(batch) <= MOST_TOGETHER for batch in ingest.batches)
    assert ingest.most_under_way <= UNDER_WAY


async def test_turns_are_not_lost_over_many_rounds() -> None:
    ingest = Ingest(delay=0.0005)
    gathers = gatherer(ingest)

    async def rounds(worker: int) -> bool:
        return all([await send(gathers, str(worker * 1000 + n)) == worker * 1000 + n for n in range(60)])

    assert all(await asyncio.wait_for(asyncio.gather(*map(rounds, range(1, 17))), 30))
    assert await send(gathers, "5") == 5


async def test_credentials_never_share_a_batch() -> None:
    ingest = Ingest()
    gathers = gatherer(ingest)
    await asyncio.gather(*(send(gathers, str(n % 3 + 1), n % 3) for n in range(60)))
    assert ingest.batches
    assert all(len(set(batch)) == 1 for batch in ingest.batches)


async def test_types_never_share_a_batch_so_that_a_synchronous_one_holds_up_no_other() -> None:
    ingest = Ingest()
    gathers = gatherer(ingest)
    await asyncio.gather(*(send(gathers, str(n % 3 + 1), kind=n % 3 + 1) for n in range(60)))
    assert ingest.batches
    assert all(len(set(batch)) == 1 for batch in ingest.batches)


async def test_a_request_without_its_message_keeps_its_place_among_the_others() -> None:
    ingest = Ingest()
    gathers = gatherer(ingest)
    requests = [pb.AddMessageRequest(data_message=pb.DataMessage(data="1")), *[pb.AddMessageRequest()] * 3]
    await asyncio.gather(*(gathers.call(1, one, lambda: TOKEN, "") for one in requests), return_exceptions=True)
    assert sum(map(len, ingest.batches)) + ingest.single == len(requests)


async def test_one_refusal_is_a_fault_for_its_caller_alone() -> None:
    ingest = Ingest()
    gathers = gatherer(ingest)
    data = [*["1"] * UNDER_WAY, "2", "denied", "3"]
    answers = await asyncio.gather(*(send(gathers, text) for text in data), return_exceptions=True)
    refused = answers.pop(UNDER_WAY + 1)
    assert isinstance(refused, SoapFault)
    assert refused.faultstring == "SiteId should be specified."
    assert answers == [*[1] * UNDER_WAY, 2, 3]


async def test_a_failed_batch_is_told_to_everybody_and_the_next_call_goes() -> None:
    ingest = Ingest()
    ingest.failure = ConnectionError("gone")
    gathers = gatherer(ingest)
    answers = await asyncio.gather(*(send(gathers, str(n)) for n in range(20)), return_exceptions=True)
    assert all(isinstance(answer, ConnectionError) for answer in answers)
    ingest.failure = None
    assert await send(gathers, "9") == 9


async def test_a_caller_that_has_gone_does_not_hold_up_the_others() -> None:
    gathers = gatherer(Ingest())
    gone = asyncio.create_task(send(gathers, "1"))
    stays = asyncio.create_task(send(gathers, "2"))
    await asyncio.sleep(0)
    gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone
    assert await stays == 2


async def test_a_client_key_travels_with_its_message() -> None:
    ingest = Ingest()
    gathers = gatherer(ingest)
    await asyncio.gather(*(send(gathers, str(n), key=f"key-{n}") for n in range(10)))
    assert sorted(ingest.keys) == [f"key-{n}" for n in range(10)]


async def test_short_batches_follow_each_other() -> None:
    ingest = Ingest(delay=0.005)
    gathers = gatherer(ingest)
    await asyncio.gather(*(send(gathers, str(n)) for n in range(1, 100)))
    assert ingest.most_under_way == 1


async def test_what_waits_goes_before_those_are_woken_whose_answer_has_come() -> None:
    calls: list[asyncio.Future[Message]] = []
    woken: list[int] = []

    def start(data: bytes, metadata: object) -> asyncio.Future[Message]:
        asyncio.get_running_loop().call_soon(woken.append, len(calls))  # as gRPC sends in a task of its own
        calls.append(asyncio.get_running_loop().create_future())
        return calls[-1]

    async def caller(number: int) -> None:
        await send(gathers, str(number))
        woken.append(-number)

    gathers = Gatherer(add_messages(), start, start)
    first = asyncio.create_task(caller(1))
    await asyncio.sleep(0.01)
    second = asyncio.create_task(caller(2))
    await asyncio.sleep(0.01)
    for call in range(2):
        calls[call].set_result(pb.AddMessageResponse())
        await asyncio.sleep(0.01)
    await asyncio.gather(first, second)
    assert woken == [0, 1, -1, -2]


async def test_a_batch_that_comes_back_with_too_few_outcomes_leaves_nobody_waiting() -> None:
    ingest = Ingest()

    async def few(data: bytes, metadata: object) -> Message:
        return pb.AddMessagesResponse(outcomes=[pb.AddMessageOutcome(result=pb.DataMessageResult(message_id=1))])

    gathers = Gatherer(add_messages(), ingest.one, few)
    answers = await asyncio.gather(*(send(gathers, str(n)) for n in range(4)), return_exceptions=True)
    assert sum(isinstance(answer, ValueError) for answer in answers) == len(answers) - 1
    assert await send(gathers, "9") == 9


async def test_a_call_that_cannot_even_start_is_told_and_the_next_goes() -> None:
    ingest = Ingest(delay=0)

    def closed(data: bytes, metadata: object) -> asyncio.Future[Message]:
        raise ConnectionError("closed")

    gathers = Gatherer(add_messages(), closed, ingest.many)
    with pytest.raises(ConnectionError):
        await send(gathers, "1")
    with pytest.raises(ConnectionError):
        await send(gathers, "2")


async def test_what_comes_while_a_batch_takes_long_does_not_wait_for_it() -> None:
    ingest = Ingest(delay=2)
    gathers = gatherer(ingest)
    long = asyncio.create_task(send(gathers, "1"))
    await asyncio.sleep(0.01)
    ingest.delay = 0
    others = [asyncio.create_task(send(gathers, str(n))) for n in range(2, 10)]
    assert await asyncio.wait_for(asyncio.gather(*others), 1) == list(range(2, 10))
    assert not long.done()
    long.cancel()
