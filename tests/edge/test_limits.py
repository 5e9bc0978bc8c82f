"""Each limit on what a request may hold: a request at the limit is answered, one beyond it told by which."""

from __future__ import annotations

import http.client
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass

import pytest

from edge.settings import EdgeSettings
from tests.edge.attacks.attack import ENDPOINTS, Endpoint
from tests.edge.broken import Dripping
from tests.edge.client import ADD_MESSAGE, EdgeClient, Stream, envelope, security
from tests.edge.conftest import MakeEdge
from tests.edge.fakes import FakeBackend, World
from tests.edge.process import EdgeProcess
from tests.edge.uploads import CLIENT

LATE = "The message did not arrive in time."


def nested(endpoint: Endpoint, depth: int) -> str:
    inner = depth - len(("Envelope", "Body", endpoint.element))
    return endpoint.envelope(inner="<a>" * inner + "</a>" * inner)


def with_elements(endpoint: Endpoint, count: int) -> str:
    return endpoint.envelope(inner="<a/>" * (count - endpoint.envelope().count("</")))


def with_attributes_of_one(endpoint: Endpoint, count: int) -> str:
    return endpoint.envelope(inner="<a " + " ".join(f'b{n}="1"' for n in range(count)) + "/>")


def spread(count: int, form: str) -> str:
    """So many attributes, each of the form, over elements of at most eight."""
    attributes = [form.format(number % 8) for number in range(count)]
    return "".join(f"<a {' '.join(attributes[at : at + 8])}/>" for at in range(0, count, 8))


def with_attributes(endpoint: Endpoint, count: int) -> str:
    return endpoint.envelope(inner=spread(count - endpoint.envelope().count('="'), 'b{}="1"'))


def with_namespaces(endpoint: Endpoint, count: int) -> str:
    return endpoint.envelope(inner=spread(count - endpoint.envelope().count("xmlns"), 'xmlns:n{}="urn:x"'))


def with_headers(endpoint: Endpoint, count: int) -> str:
    others = count - 1 - endpoint.headers.count("</")
    return endpoint.envelope(security() + '<h xmlns="urn:x"/>' * others)


@dataclass(frozen=True)
class Limit:
    setting: str
    most: int
    make: Callable[[Endpoint, int], str]
    text: str
    endpoints: tuple[Endpoint, ...] = ENDPOINTS


CALLS = tuple(endpoint for endpoint in ENDPOINTS if not endpoint.takes_uploads)
UPLOADS = tuple(endpoint for endpoint in ENDPOINTS if endpoint.takes_uploads)
LIMITS = (
    Limit("max_depth", 20, nested, "The message is nested deeper than 20 elements."),
    Limit("max_elements", 120, with_elements, "The message has more than 120 elements.", CALLS),
    Limit("max_upload_elements", 120, with_elements, "The message has more than 120 elements.", UPLOADS),
    Limit(
        "max_element_attributes",
        10,
        with_attributes_of_one,
        "An element of the message has more than 10 attributes.",
    ),
    Limit("max_attributes", 150, with_attributes, "The message has more than 150 attributes.", CALLS),
    Limit("max_namespaces", 110, with_namespaces, "The message declares more than 110 namespaces."),
    Limit("max_soap_headers", 6, with_headers, "The Header of the message has more than 6 blocks."),
)
EACH_ENDPOINT = [pytest.param(endpoint, id=endpoint.path.strip("/")) for endpoint in ENDPOINTS]
EVERY_LIMIT = [
    pytest.param(limit, endpoint, id=f"{limit.setting}-{endpoint.path.strip('/')}")
    for limit in LIMITS
    for endpoint in limit.endpoints
]


def assert_refused_beyond(edge: EdgeClient, world: World, endpoint: Endpoint, limit: Limit, most: int) -> None:
    reply = edge.post(endpoint.path, limit.make(endpoint, most))
    assert reply.status == 200, reply.body
    world.asked.clear()
    world.stored.clear()
    reply = edge.post(endpoint.path, limit.make(endpoint, most + 1))
    text = limit.text.replace(str(limit.most), str(most))
    assert (reply.status, reply.fault_code, reply.fault_text) == (500, CLIENT, text)
    assert not world.asked
    assert not world.stored


@pytest.mark.parametrize(("limit", "endpoint"), EVERY_LIMIT)
def test_a_request_at_a_limit_is_answered_and_one_beyond_it_refused(
    make_edge: MakeEdge, world: World, limit: Limit, endpoint: Endpoint
) -> None:
    edge = make_edge(**{limit.setting: limit.most})
    assert_refused_beyond(edge, world, endpoint, limit, limit.most)
    assert EdgeSettings.model_fields[limit.setting].default > limit.most


@pytest.mark.parametrize(("limit", "endpoint"), EVERY_LIMIT)
def test_the_default_of_a_limit_holds_too(edge: EdgeClient, world: World, limit: Limit, endpoint: Endpoint) -> None:
    assert_refused_beyond(edge, world, endpoint, limit, EdgeSettings.model_fields[limit.setting].default)


@pytest.mark.parametrize("endpoint", EACH_ENDPOINT)
def test_a_limit_may_be_raised_to_what_the_parsers_take(make_edge: MakeEdge, world: World, endpoint: Endpoint) -> None:
    assert make_edge(max_depth=256).post(endpoint.path, nested(endpoint, 256)).status == 200
    raised = make_edge(max_element_attributes=3000).post(endpoint.path, with_attributes_of_one(endpoint, 3000))
    assert raised.status == 200
    with pytest.raises(ValueError, match="max_depth"):
        make_edge(max_depth=257)


@pytest.mark.parametrize("chunked", [True, False], ids=["chunked", "declared"])
@pytest.mark.parametrize("endpoint", EACH_ENDPOINT)
def test_the_bytes_of_a_request_are_counted(
    make_edge: MakeEdge, world: World, endpoint: Endpoint, chunked: bool
) -> None:
    data = endpoint.envelope(text="a" * 2000).encode()
    names = ("max_request_bytes", "max_upload_bytes", "max_extension_upload_bytes")
    enough, little = (make_edge(**dict.fromkeys(names, most)) for most in (len(data), len(data) - 1))
    assert enough.post(endpoint.path, Stream(data) if chunked else data).status == 200
    world.asked.clear()
    world.stored.clear()
    reply = little.post(endpoint.path, Stream(data) if chunked else data)
    quota = f"The maximum message size quota for incoming messages ({len(data) - 1}) has been exceeded."
    assert (reply.fault_code, reply.fault_text) == (CLIENT, quota)
    assert not world.asked
    assert not world.stored


def test_a_length_beside_chunks_is_not_believed(make_edge: MakeEdge, world: World) -> None:
    endless = Stream(b" " * 10_000_000)
    reply = make_edge(max_request_bytes=100_000).post(
        "/DataService.svc", endless, headers={"Content-Length": "10", "Transfer-Encoding": "chunked"}
    )
    assert reply.fault_text == "The maximum message size quota for incoming messages (100000) has been exceeded."
    assert endless.taken < 200_000


def test_lengths_that_contradict_each_other_reach_nobody(process: EdgeProcess, world: World) -> None:
    body = envelope(ADD_MESSAGE).encode()
    for lines in ("Content-Length: 5\r\nContent-Length: 6", "Content-Length: -5", "Transfer-Encoding: gzip"):
        with socket.create_connection(("127.0.0.1", process.port), timeout=5) as raw:
            raw.sendall(f"POST /DataService.svc HTTP/1.1\r\nHost: h\r\n{lines}\r\n\r\n".encode() + body)
            assert raw.recv(1000).startswith(b"HTTP/1.1 4")
    assert not world.asked


def test_a_call_that_is_cut_leaves_nothing_and_holds_up_nobody(process: EdgeProcess, world: World) -> None:
    body = envelope(ADD_MESSAGE).encode()
    head = f"POST /DataService.svc HTTP/1.1\r\nHost: h\r\nContent-Type: text/xml\r\nContent-Length: {len(body)}\r\n\r\n"
    for sent in (0, 1, len(body) // 2, len(body) - 1):
        with socket.create_connection(("127.0.0.1", process.port), timeout=5) as raw:
            raw.sendall(head.encode() + body[:sent])
    with socket.create_connection(("127.0.0.1", process.port), timeout=5) as raw:
        raw.sendall(head.encode() + body)
        assert raw.recv(65536).startswith(b"HTTP/1.1 200 ")
    assert [asked.method for asked in world.asked] == ["AddMessage"]
    assert "failed" not in process.stop()


def test_who_sends_on_beyond_the_time_of_a_call_reads_why_it_ended(backend: FakeBackend, world: World) -> None:
    process = EdgeProcess(backend, request_body_seconds="0.3")
    head = "POST /DataService.svc HTTP/1.1\r\nHost: h\r\nContent-Type: text/xml\r\nContent-Length: 8000000\r\n\r\n"
    with socket.create_connection(("127.0.0.1", process.port), timeout=10) as raw:
        raw.sendall(head.encode() + b"<a>")
        for _ in range(40):
            time.sleep(0.02)
            raw.sendall(b"x" * 50_000)
        answer = raw.recv(65536)
    assert answer.startswith(b"HTTP/1.1 500 ")
    assert LATE.encode() in answer
    assert "Traceback" not in process.stop()


def numbered(count: int) -> Mapping[str, str]:
    return {f"X-{number}": "y" for number in range(count - len(("Host", "Content-Length", "Content-Type")))}


@pytest.mark.parametrize("endpoint", EACH_ENDPOINT)
def test_the_headers_of_http_are_counted(make_edge: MakeEdge, world: World, endpoint: Endpoint) -> None:
    edge = make_edge(max_http_headers=20)
    assert edge.post(endpoint.path, endpoint.envelope(), headers=numbered(20)).status == 200
    world.asked.clear()
    reply = edge.post(endpoint.path, endpoint.envelope(), headers=numbered(21))
    assert (reply.fault_code, reply.fault_text) == (CLIENT, "The request has more than 20 HTTP headers.")
    assert reply.headers["connection"] == "close"
    assert not world.asked
    assert not world.authenticated[1:]


def test_more_headers_than_the_http_server_takes_are_its_own_refusal(process: EdgeProcess, world: World) -> None:
    body = envelope(ADD_MESSAGE).encode()
    for count, status in ((98, 200), (99, 431)):
        with closing(http.client.HTTPConnection("127.0.0.1", process.port, timeout=5)) as connection:
            connection.putrequest("POST", "/DataService.svc", skip_host=True, skip_accept_encoding=True)
            connection.putheader("Host", "h")
            connection.putheader("Content-Length", str(len(body)))
            for number in range(count):
                connection.putheader(f"X-{number}", "y")
            connection.endheaders(body)
            assert connection.getresponse().status == status


@pytest.mark.parametrize(
    ("start", "greets"),
    [(b"", False), (b"POST /DataService.svc HTTP/1.1\r\nHost: h\r\n", False), (b"POST / HTTP/1.1\r\n", True)],
    ids=["nothing", "half a head", "half a head after a request"],
)
def test_a_head_that_does_not_come_ends_the_connection_in_time(
    backend: FakeBackend, world: World, start: bytes, greets: bool
) -> None:
    process = EdgeProcess(backend, http_head_seconds="0.5")
    with socket.create_connection(("127.0.0.1", process.port), timeout=10) as connection:
        if greets:
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n")
            assert b"200 OK" in connection.recv(65536)
        started = time.monotonic()
        connection.sendall(start)
        assert connection.recv(65536) == b""
        assert 0.2 < time.monotonic() - started < 5
    process.stop()


@pytest.mark.parametrize("endpoint", [pytest.param(e, id=e.path.strip("/")) for e in CALLS])
def test_the_body_of_a_call_has_its_time(make_edge: MakeEdge, world: World, endpoint: Endpoint) -> None:
    data = endpoint.envelope().encode()
    assert (
        make_edge(request_body_seconds=5, call_timeout_seconds=5).post(endpoint.path, Dripping(data, 500, 0.05)).status
        == 200
    )
    world.asked.clear()
    reply = make_edge(request_body_seconds=0.2, call_timeout_seconds=5).post(endpoint.path, Dripping(data, 500, 0.5))
    assert (reply.fault_code, reply.fault_text, reply.headers["connection"]) == (CLIENT, LATE, "close")
    assert not world.asked
