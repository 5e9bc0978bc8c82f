from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime.volatile import VolatileState, VolatileStateLostError, open_volatile_state
from tests.support.valkey import ValkeyServer


@pytest.fixture(params=["memory", "valkey"])
def state(request: pytest.FixtureRequest) -> Iterator[VolatileState]:
    url = "memory://" if request.param == "memory" else request.getfixturevalue("valkey_url")
    opened = open_volatile_state(url)
    yield opened
    opened.close()


def test_a_key_is_new_once_until_it_is_forgotten(state: VolatileState) -> None:
    assert state.remember("a", 0.2)
    assert not state.remember("a", 0.2)
    assert state.remember("b", 0.2)
    time.sleep(0.25)
    assert state.remember("a", 0.2)


def test_a_key_older_than_the_memory_is_not_called_new(state: VolatileState) -> None:
    assert state.remember("first", 10)  # it begins here, at the latest
    assert not state.remember("old", 10, made_at=time.time() - 1)
    assert state.remember("now", 10, made_at=time.time())


def test_a_publish_wakes_listeners_until_they_end(state: VolatileState) -> None:
    woken = threading.Event()
    end = state.listen("lanes", woken.set)
    deadline = time.monotonic() + 5
    while not woken.is_set() and time.monotonic() < deadline:
        state.publish("lanes")
        woken.wait(0.05)
    assert woken.is_set()
    end()
    woken.clear()
    state.publish("lanes")
    assert not woken.wait(0.2)


def test_processes_that_share_a_server_share_the_memory(valkey_url: str) -> None:
    one, two = open_volatile_state(valkey_url), open_volatile_state(valkey_url)
    assert one.remember("nonce", 10)
    assert not two.remember("nonce", 10)
    one.close()
    two.close()


def test_a_lost_server_is_said_and_not_taken_for_an_empty_memory(tmp_path: Path) -> None:
    server = ValkeyServer(tmp_path)
    server.start()
    state = open_volatile_state(server.url)
    assert state.remember("a", 10)
    server.stop()
    with pytest.raises(VolatileStateLostError):
        state.remember("b", 10)
    state.publish("lanes")
    state.close()


def test_a_server_that_forgot_everything_calls_nothing_before_its_rebirth_new(tmp_path: Path) -> None:
    server = ValkeyServer(tmp_path)
    server.start()
    state = open_volatile_state(server.url)
    made_at = time.time()
    assert state.remember("a", 10)
    server.stop()
    server.start()
    time.sleep(0.01)
    assert not state.remember("a", 10, made_at=made_at)
    state.close()
