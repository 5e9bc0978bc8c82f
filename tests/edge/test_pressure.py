"""Too many requests at once, and too fast: those beyond are told to come again, and nobody else is held up."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from organisation.v1 import data_service_pb2

from edge.rates import Rates
from tests.edge.attacks.attack import ENDPOINTS, Endpoint
from tests.edge.client import ADD_MESSAGE, EdgeClient, envelope, security
from tests.edge.conftest import MakeEdge
from tests.edge.fakes import World

BUSY = "The service is busy, try again later."
GET_EXTENSIONS = '<GetExtensions xmlns="http://tempuri.org/"/>'


def test_requests_beyond_the_limit_are_told_to_come_again(make_edge: MakeEdge, world: World) -> None:
    edge = make_edge(max_concurrent_requests=2)
    release = threading.Event()

    def slow(_request: Any) -> data_service_pb2.GetExtensionsResponse:
        release.wait(10)
        return data_service_pb2.GetExtensionsResponse()

    world.answers["GetExtensions"] = slow
    with ThreadPoolExecutor(2) as pool:
        held = [pool.submit(edge.call, "/DataService.svc", GET_EXTENSIONS) for _ in range(2)]
        deadline = time.monotonic() + 10
        while len(world.asked) < 2 and time.monotonic() < deadline:
            time.sleep(0.01)
        refused = edge.call("/DataService.svc", ADD_MESSAGE)
        release.set()
        assert [call.result().status for call in held] == [200, 200]
    assert (refused.status, refused.fault_text, refused.headers["retry-after"]) == (500, BUSY, "1")
    assert edge.call("/DataService.svc", ADD_MESSAGE).status == 200


def send(edge: EdgeClient, username: str = "ana", password: str = "right password") -> tuple[int, str | None]:
    reply = edge.post("/DataService.svc", envelope(ADD_MESSAGE, security(username, password)))
    return reply.status, reply.headers.get("retry-after")


def test_a_credential_beyond_its_rate_is_told_when_to_come_again(make_edge: MakeEdge, world: World) -> None:
    edge = make_edge(rate_per_second=0.1, rate_burst=3)
    assert [send(edge) for _ in range(4)] == [(200, None)] * 3 + [(500, "10")]
    assert send(edge, "bo", "other") == (200, None)
    assert len(world.of("AddMessage")) == 4


@pytest.mark.parametrize("endpoint", [pytest.param(e, id=e.path.strip("/")) for e in ENDPOINTS])
def test_every_service_counts_towards_the_rate(make_edge: MakeEdge, world: World, endpoint: Endpoint) -> None:
    edge = make_edge(rate_per_second=0.1, rate_burst=2)
    assert [edge.post(endpoint.path, endpoint.envelope()).status for _ in range(2)] == [200, 200]
    world.asked.clear()
    world.stored.clear()
    reply = edge.post(endpoint.path, endpoint.envelope())
    assert (reply.fault_text, reply.headers["retry-after"]) == (BUSY, "10")
    assert send(edge) == (500, "10")
    assert not world.asked
    assert not world.stored


def test_wrong_passwords_do_not_use_up_the_rate_of_who_knows_the_right_one(make_edge: MakeEdge, world: World) -> None:
    edge = make_edge(rate_per_second=0.1, rate_burst=1)
    assert [send(edge, password="wrong")[0] for _ in range(5)] == [500] * 5
    assert send(edge) == (200, None)


def test_a_rate_fills_up_again_with_time() -> None:
    now = 0.0
    rates = Rates(2, 4, lambda: now)
    assert [rates.wait_of(1) for _ in range(5)] == [0, 0, 0, 0, 1]
    now = 1.0
    assert [rates.wait_of(1) for _ in range(3)] == [0, 0, 1]
    now = 100.0
    assert [rates.wait_of(1) for _ in range(5)] == [0, 0, 0, 0, 1]


def test_without_a_rate_nothing_is_held_back() -> None:
    rates = Rates(0, 1, lambda: 0.0)
    assert {rates.wait_of(1) for _ in range(1000)} == {0}


def test_the_memory_of_rates_is_bounded() -> None:
    now = 0.0
    rates = Rates(1, 2, lambda: now)
    for credential in range(30_000):
        now += 1
        assert rates.wait_of(credential) == 0
    assert len(rates._spent) <= 10_001
