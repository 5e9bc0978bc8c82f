"""Many uploads, slow ones and far too large ones, over real connections (decision 15)."""

from __future__ import annotations

import contextlib
import http.client
import socket
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from tests.edge.broken import FORMS, Form
from tests.edge.fakes import FILE_ID, FakeBackend, World
from tests.edge.process import EdgeProcess
from tests.edge.uploads import MTOM, attachment, inline, related, root

MIB = 1024 * 1024
REFUSED_SECONDS = 0.05
TRIES = 10
"""The best counts: on a busy machine a process waits for its turn."""


@contextmanager
def pressed(backend: FakeBackend, **settings: str) -> Iterator[EdgeProcess]:
    process = EdgeProcess(backend, upload_answer="text", **settings)
    try:
        yield process
    finally:
        process.stop()


def begun(process: EdgeProcess, data: bytes, length: int) -> socket.socket:
    """Begins an upload that never goes on."""
    connection = socket.create_connection(("127.0.0.1", process.port), timeout=20)
    head = f"POST /FileService.svc HTTP/1.1\r\nHost: h\r\nContent-Type: {MTOM}\r\nContent-Length: {length}\r\n\r\n"
    connection.sendall(head.encode() + data)
    return connection


def upload(process: EdgeProcess, data: bytes, content_type: str = MTOM) -> tuple[http.client.HTTPResponse, bytes]:
    """Sends all before it reads, as http.client and many a toolkit do."""
    with closing(http.client.HTTPConnection("127.0.0.1", process.port, timeout=60)) as connection:
        connection.request("POST", "/FileService.svc", data, {"Content-Type": content_type})
        response = connection.getresponse()
        return response, response.read()


@pytest.mark.parametrize(
    "start", [b"", b"--b-1\r\n", related(root(), b"")[:300]], ids=["nothing", "line", "half a root"]
)
def test_strangers_who_say_nothing_hold_up_no_upload(backend: FakeBackend, world: World, start: bytes) -> None:
    with pressed(backend, waiting_threads="4") as process:
        silent = [begun(process, start, 100_000) for _ in range(40)]
        response, body = upload(process, related(root(), attachment(b"x" * MIB)))
        assert (response.status, FILE_ID.encode() in body) == (200, True)
        for connection in silent:
            connection.close()


def test_a_head_that_does_not_come_is_refused_in_time(backend: FakeBackend, world: World) -> None:
    with pressed(backend, upload_head_seconds="0.5") as process:
        started = time.monotonic()
        with begun(process, b"--b-1\r\n", 100_000) as connection:
            answer = connection.recv(65536)
        assert time.monotonic() - started < 5
        assert b"The message did not arrive in time." in answer
        assert b"connection: close" in answer.lower()


def test_an_upload_that_stops_is_ended_and_leaves_nothing(backend: FakeBackend, world: World) -> None:
    data = related(root(), attachment(b"x" * MIB))
    with pressed(backend, upload_idle_seconds="0.5") as process:
        with begun(process, data[: MIB // 2], len(data)) as connection:
            answer = connection.recv(65536)
        assert b"The message did not arrive in time." in answer
        assert world.stream_ended.wait(5)
        assert not world.stored


def test_an_upload_beyond_what_one_worker_takes_is_told_to_come_again(backend: FakeBackend, world: World) -> None:
    data = related(root(), attachment(b"x" * MIB))
    with pressed(backend, waiting_threads="2") as process:
        slow = [begun(process, data[: MIB // 2], len(data)) for _ in range(2)]
        deadline = time.monotonic() + 10
        while world.begun_streams < 2 and time.monotonic() < deadline:
            time.sleep(0.01)
        response, body = upload(process, data)
        assert (response.status, response.headers["Retry-After"]) == (500, "1")
        assert b"The service is busy, try again later." in body
        for connection in slow:
            connection.sendall(data[MIB // 2 :])
            assert b" 200 OK" in connection.recv(65536)
            connection.close()
        assert upload(process, data)[0].status == 200


@pytest.mark.parametrize("megabytes", [80, 120])
def test_a_client_that_sends_far_too_much_still_reads_the_text(
    backend: FakeBackend, world: World, megabytes: int
) -> None:
    world.file_limit = 50 * MIB
    with pressed(backend) as process:
        response, body = upload(process, related(root(), attachment(b"x" * megabytes * MIB)))
        assert response.status == 500
        assert b"The file exceeds the maximum size of 50 MB." in body
        assert not world.stored


def test_a_wrong_password_is_answered_at_once_and_read_even_by_a_client_that_sends_all_first(
    backend: FakeBackend, world: World
) -> None:
    data = inline(b"x" * 40 * MIB).replace("right password", "wrong").encode()
    with pressed(backend) as process:
        response, body = upload(process, data, "text/xml")
        assert response.status == 500
        assert b"InvalidSecurity" in body
        assert world.received_bytes == 0


ANNOUNCED = 900 * MIB
EVERY_FORM = pytest.mark.parametrize("form", [pytest.param(form, id=name) for name, form in FORMS.items()])


def refuse_stranger(process: EdgeProcess, form: Form) -> tuple[float, bytes]:
    """Sends the first MiB of a very large upload with a wrong password; returns the time to the answer, and it."""
    start = form.request(b"x" * MIB, password="wrong")[:MIB]
    head = f"POST {form.path} HTTP/1.1\r\nHost: h\r\nContent-Type: {form.content_type}\r\nContent-Length: {ANNOUNCED}"
    with socket.create_connection(("127.0.0.1", process.port), timeout=20) as connection:
        connection.sendall(head.encode() + b"\r\n\r\n" + start[: 8 * 1024])
        began = time.monotonic()
        answer = connection.recv(65536)
        seconds = time.monotonic() - began
        connection.sendall(start[8 * 1024 :])
        return seconds, answer


@EVERY_FORM
def test_a_wrong_password_on_a_very_large_upload_is_refused_at_its_header(
    process: EdgeProcess, world: World, form: Form
) -> None:
    best = ANNOUNCED * 1.0
    for _ in range(TRIES):
        seconds, answer = refuse_stranger(process, form)
        assert b"InvalidSecurity" in answer
        assert b"connection: close" in answer.lower()
        best = min(best, seconds)
        if best < REFUSED_SECONDS:
            break
    assert best < REFUSED_SECONDS
    assert (world.begun_streams, world.received_bytes) == (0, 0)


def send_on(connection: socket.socket, most: int) -> int:
    """Sends as much as the other side takes; returns how many bytes that were."""
    sent = 0
    with contextlib.suppress(ConnectionError):
        while sent < most:
            connection.sendall(b"x" * MIB)
            sent += MIB
    return sent


def test_a_stranger_that_sends_on_is_cut_off(process: EdgeProcess, world: World) -> None:
    form = FORMS["FileStreamService, mtom"]
    head = f"POST {form.path} HTTP/1.1\r\nHost: h\r\nContent-Type: {MTOM}\r\nContent-Length: {ANNOUNCED}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", process.port), timeout=30) as connection:
        connection.sendall(head.encode() + form.request(b"", password="wrong")[:-20])
        assert send_on(connection, ANNOUNCED) < 300 * MIB
    assert world.begun_streams == 0
