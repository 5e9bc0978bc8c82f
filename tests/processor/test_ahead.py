"""Messages are prepared while others are applied, each once, in order."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from organisation.v1 import lane_service_pb2

from services.processor.ahead import Ahead, Outcome
from services.processor.preparation import Prepared

NOW = datetime(2026, 9, 1, tzinfo=UTC)


class Preparer:
    """Notes what it is given; three at a time at most, and nothing from `failing` on."""

    def __init__(self, failing: int = 1000) -> None:
        self.given: list[list[int]] = []
        self.failing = failing

    def prepare(self, messages: Sequence[lane_service_pb2.LaneMessage]) -> Callable[[], Outcome]:
        places = [one.lane_seq for one in messages][:3]
        self.given.append(places)
        good = [Prepared(place, place, NOW, None) for place in places if place < self.failing]
        return lambda: (good, None if len(good) == len(places) else TimeoutError())


@pytest.fixture
def thread() -> Iterator[Executor]:
    with ThreadPoolExecutor(1) as made:
        yield made


def ahead_of(preparer: Preparer, thread: Executor, seconds: float = 60, most: int = 4) -> Ahead:
    messages = [lane_service_pb2.LaneMessage(lane_seq=place) for place in range(11, 20)]
    return Ahead(messages, most, time.monotonic() + seconds, preparer.prepare, thread)


def places(outcome: Outcome) -> list[int]:
    return [one.lane_seq for one in outcome[0]]


def test_the_next_are_prepared_meanwhile_and_what_is_left_is_given_again(thread: Executor) -> None:
    preparer = Preparer()
    ahead = ahead_of(preparer, thread)
    assert places(ahead.take(11)) == [11, 12, 13]
    thread.submit(int).result()
    assert preparer.given == [[11, 12, 13], [14, 15, 16]]
    assert places(ahead.take(13)) == [13, 14, 15, 16]
    thread.submit(int).result()
    assert places(ahead.take(14)) == [14, 15, 16, 17]
    assert places(ahead.take(17)) == [17, 18, 19]
    assert places(ahead.take(20)) == []
    assert preparer.given == [[11, 12, 13], [14, 15, 16], [17, 18, 19]]


def test_it_begins_where_the_lane_stands(thread: Executor) -> None:
    """An earlier claim has applied the first ones."""
    preparer = Preparer()
    assert places(ahead_of(preparer, thread).take(16, alone=True)) == [16, 17, 18]
    assert preparer.given == [[16, 17, 18]]


@pytest.mark.parametrize("seconds", [0, 60])
def test_nothing_is_begun_ahead_once_the_time_is_over(thread: Executor, seconds: int) -> None:
    preparer = Preparer()
    ahead = ahead_of(preparer, thread, seconds)
    ahead.take(11)
    thread.submit(int).result()
    assert len(preparer.given) == (2 if seconds else 1)
    assert places(ahead.take(14)) == [14, 15, 16]


def test_what_fails_for_a_while_comes_after_what_stands_before_it(thread: Executor) -> None:
    preparer = Preparer(failing=15)
    ahead = ahead_of(preparer, thread)
    assert ahead.take(11)[1] is None
    prepared, failure = ahead.take(14)
    assert [one.lane_seq for one in prepared] == [14]
    assert isinstance(failure, TimeoutError)
    assert preparer.given == [[11, 12, 13], [14, 15, 16]]


def test_a_failure_is_told_with_the_message_before_it(thread: Executor) -> None:
    """No more are given at once than share a commit, and the failure is of none of those that come first."""
    ahead = ahead_of(Preparer(failing=16), thread)
    ahead.take(11)
    thread.submit(int).result()
    assert (places(ahead.take(11)), ahead.take(11)[1]) == ([11, 12, 13, 14], None)
    prepared, failure = ahead.take(12)
    assert [one.lane_seq for one in prepared] == [12, 13, 14, 15]
    assert isinstance(failure, TimeoutError)
