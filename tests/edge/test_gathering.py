from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from google.protobuf.message import Message
from organisation.v1 import data_service_pb2 as pb

from edge.contract import Batch, Operation
from edge.descriptors import load_services
from edge.faults import SoapFault
from edge.gathering import MOST_TOGETHER, UNDER_WAY, Gatherer

TOKEN = (("authorization", "Bearer x"),)


def add_message() -> tuple[Operation, Batch]:
    service = next(service for service in load_services() if service.name == "DataService")
    operation = next(operation for operation in service.operations if operation.name == "AddMessage")
    assert operation.batch is not None
    return operation, operation.batch


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
        self._lock = threading.Lock()

    def one(self, request: Message, metadata: object) -> Message:
        assert isinstance(request, pb.AddMessageRequest)
        with self._lock:
            self.single += 1
        return self._busy(lambda: pb.AddMessageResponse(result=self._result(request.data_message)))

    def many(self, request: Message, metadata: object) -> Message:
        assert isinstance(request, pb.AddMessagesRequest)
        with self._lock:
            self.batches.append([message.data for message in request.data_messages])
        return self._busy(lambda: pb.AddMessagesResponse(outcomes=map(self._outcome, request.data_messages)))

    def _busy(self, answer: Callable[[], Message]) -> Message:
        with self._lock:
            self.under_way += 1
            self.most_under_way = max(self.most_under_way, self.under_way)
        time.sleep(self.delay)
        with self._lock:
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


def request(data: str) -> pb.AddMessageRequest:
    return pb.AddMessageRequest(data_message=pb.DataMessage(data=data, type=2))


def gatherer(ingest: Ingest) -> Gatherer:
    operation, batch = add_message()
    return Gatherer(operation, batch, ingest.one, ingest.many)


def message_id(response: Message) -> int:
    assert isinstance(response, pb.AddMessageResponse)
    return response.result.message_id


def test_a_call_alone_goes_at_once_and_alone() -> None:
    ingest = Ingest(delay=0)
    assert message_id(gatherer(ingest).call(1, request("7"), TOKEN, "")) == 7
    assert (ingest.single, ingest.batches) == (1, [])


def test_each_of_many_calls_gets_its_own_answer_and_they_share_batches() -> None:
    ingest = Ingest()
    gathers = gatherer(ingest)
    with ThreadPoolExecutor(200) as pool:
        calls = [pool.submit(gathers.call, 1, request(str(n)), TOKEN, "") for n in range(1, 201)]
        assert [message_id(call.result(timeout=20)) for call in calls] == list(range(1, 201))
    assert ingest.single + len(ingest.batches) < 50
    assert all(len(batch) <= MOST_TOGETHER for batch in ingest.batches)
    assert ingest.most_under_way <= UNDER_WAY


def test_turns_are_not_lost_over_many_rounds() -> None:
    ingest = Ingest(delay=0.0005)
    gathers = gatherer(ingest)

    def rounds(worker: int) -> bool:
        return all(
            message_id(gathers.call(1, request(str(worker * 1000 + n)), TOKEN, "")) == worker * 1000 + n
            for n in range(60)
        )

    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(rounds, range(1, 17), timeout=30))
    assert message_id(gathers.call(1, request("5"), TOKEN, "")) == 5


def test_credentials_never_share_a_batch() -> None:
    ingest = Ingest()
    gathers = gatherer(ingest)
    with ThreadPoolExecutor(60) as pool:
        calls = [pool.submit(gathers.call, n % 3, request(str(n % 3 + 1)), TOKEN, "") for n in range(60)]
        for call in calls:
            call.result(timeout=20)
    assert all(len(set(batch)) == 1 for batch in ingest.batches)


def test_one_refusal_is_a_fault_for_its_caller_alone() -> None:
    ingest = Ingest()
    gathers = gatherer(ingest)
    with ThreadPoolExecutor(20) as pool:
        held = [pool.submit(gathers.call, 1, request("1"), TOKEN, "") for _ in range(UNDER_WAY)]
        time.sleep(0.005)
        good = [pool.submit(gathers.call, 1, request(str(n)), TOKEN, "") for n in range(2, 6)]
        bad = pool.submit(gathers.call, 1, request("denied"), TOKEN, "")
        with pytest.raises(SoapFault) as caught:
            bad.result(timeout=20)
        assert [message_id(call.result(timeout=20)) for call in good] == [2, 3, 4, 5]
        assert all(message_id(call.result(timeout=20)) == 1 for call in held)
    assert caught.value.faultstring == "SiteId should be specified."


def test_a_failed_batch_is_told_to_everybody_and_the_next_call_goes() -> None:
    ingest = Ingest()
    ingest.failure = ConnectionError("gone")
    gathers = gatherer(ingest)
    with ThreadPoolExecutor(20) as pool:
        calls = [pool.submit(gathers.call, 1, request(str(n)), TOKEN, "") for n in range(20)]
        assert all(isinstance(call.exception(timeout=20), ConnectionError) for call in calls)
    ingest.failure = None
    assert message_id(gathers.call(1, request("9"), TOKEN, "")) == 9


def test_a_client_key_travels_with_its_message() -> None:
    ingest = Ingest()
    gathers = gatherer(ingest)
    with ThreadPoolExecutor(10) as pool:
        for call in [pool.submit(gathers.call, 1, request(str(n)), TOKEN, f"key-{n}") for n in range(10)]:
            call.result(timeout=20)
    assert sorted(ingest.keys) == [f"key-{n}" for n in range(10)]
