"""What edge processes share, and what each believes of its own connections."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from tests.edge.attacks.attack import ENDPOINTS, Endpoint
from tests.edge.attacks.ws_security import at, nonce
from tests.edge.client import security
from tests.edge.fakes import FakeBackend, World
from tests.edge.process import EdgeProcess


@contextmanager
def running(backend: FakeBackend, **settings: str) -> Iterator[EdgeProcess]:
    process = EdgeProcess(backend, **settings)
    try:
        yield process
    finally:
        process.stop()


def post(process: EdgeProcess, endpoint: Endpoint, body: str) -> tuple[int, bytes]:
    """Over a connection of its own, so that any worker may take it."""
    with closing(http.client.HTTPConnection("127.0.0.1", process.port, timeout=10)) as connection:
        connection.request("POST", endpoint.path, body.encode(), {"Content-Type": "text/xml"})
        response = connection.getresponse()
        return response.status, response.read()


def test_a_nonce_that_one_process_has_taken_is_refused_by_another(
    backend: FakeBackend, world: World, valkey_url: str
) -> None:
    with running(backend, volatile_url=valkey_url) as one, running(backend, volatile_url=valkey_url) as two:
        for endpoint in ENDPOINTS:
            body = endpoint.envelope(security(extra=nonce(at(0))))
            assert post(one, endpoint, body)[0] == 200
            world.asked.clear()
            for process in (two, one):
                status, answer = post(process, endpoint, body)
                assert (status, b">o:InvalidSecurity<" in answer) == (500, True)
            assert not world.asked
            assert post(two, endpoint, endpoint.envelope(security(extra=nonce(at(0)))))[0] == 200


def test_a_nonce_is_good_once_over_all_workers(backend: FakeBackend, world: World, valkey_url: str) -> None:
    endpoint = ENDPOINTS[0]
    with running(backend, workers="2", volatile_url=valkey_url) as process:
        for _ in range(3):
            world.asked.clear()
            body = endpoint.envelope(security(extra=nonce(at(0))))
            statuses = [post(process, endpoint, body)[0] for _ in range(20)]
            assert statuses == [200] + [500] * 19
            assert len(world.asked) == 1


@pytest.mark.parametrize(("trusted", "scheme"), [("127.0.0.0/8", "https"), ("10.0.0.0/8, ::1", "http"), ("", "http")])
@pytest.mark.parametrize("endpoint", [pytest.param(e, id=e.path.strip("/")) for e in ENDPOINTS])
def test_forwarded_headers_are_believed_from_trusted_addresses_alone(
    backend: FakeBackend, world: World, trusted: str, scheme: str, endpoint: Endpoint
) -> None:
    forwarded = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "api.example", "X-Forwarded-For": "127.0.0.1"}
    with (
        running(backend, trusted_proxies=trusted) as process,
        closing(http.client.HTTPConnection("127.0.0.1", process.port, timeout=10)) as connection,
    ):
        connection.request("GET", f"{endpoint.path}?wsdl", headers={**forwarded, "Host": "edge.example"})
        document = connection.getresponse().read().decode()
    host = "api.example" if scheme == "https" else "edge.example"
    assert f'location="{scheme}://{host}{endpoint.path}"' in document
    assert ("PolicyReference" in document) == (scheme == "https")
