"""An upload that is cut off, stops or crawls leaves nothing, whichever service and form it has (contract section 8)."""

from __future__ import annotations

import os
import socket
import time

import pytest

from tests.edge.broken import FORMS, Dripping, Form, Gone, wait_for_streams_to_end
from tests.edge.client import EdgeClient, Stream
from tests.edge.conftest import MakeEdge
from tests.edge.fakes import World
from tests.edge.process import EdgeProcess

MIB = 1024 * 1024
SMALL = b"content of a small file"
EVERY_FORM = pytest.mark.parametrize("form", [pytest.param(form, id=name) for name, form in FORMS.items()])


def assert_nothing_left(world: World) -> None:
    assert not world.stored
    assert not world.asked


@EVERY_FORM
def test_a_cut_at_any_byte_leaves_nothing(edge: EdgeClient, world: World, form: Form) -> None:
    request = form.request(SMALL)
    end = form.shortest_whole(request)
    for cut in range(end):
        reply = edge.post(form.path, Stream(request[:cut]), form.content_type)
        assert (reply.status, b"<faultcode" in reply.body) == (500, True), cut
        assert_nothing_left(world)
    wait_for_streams_to_end(world)
    assert_nothing_left(world)
    form.assert_stored(edge.post(form.path, Stream(request[:end]), form.content_type), world, SMALL)


@EVERY_FORM
def test_a_cut_within_large_content_leaves_nothing(edge: EdgeClient, world: World, form: Form) -> None:
    request = form.request(os.urandom(3 * MIB))
    for cut in (100_000, MIB - 1, MIB, MIB + 1, 2 * MIB, len(request) - 200_000, form.shortest_whole(request) - 1):
        assert edge.post(form.path, Stream(request[:cut]), form.content_type).status == 500
        assert_nothing_left(world)
    assert world.begun_streams > 0
    wait_for_streams_to_end(world)
    assert_nothing_left(world)


@EVERY_FORM
def test_a_connection_that_is_cut_leaves_nothing(process: EdgeProcess, world: World, form: Form) -> None:
    request = form.request(b"x" * MIB)
    head = f"POST {form.path} HTTP/1.1\r\nHost: h\r\nContent-Type: {form.content_type}\r\nContent-Length: {{}}\r\n\r\n"
    end = form.shortest_whole(request)
    for cut in (0, 1, 500, 1500, 70_000, MIB // 2, MIB, end - 1):
        with socket.create_connection(("127.0.0.1", process.port), timeout=10) as connection:
            connection.sendall(head.format(len(request)).encode() + request[:cut])
    time.sleep(0.3)
    wait_for_streams_to_end(world)
    assert_nothing_left(world)
    with socket.create_connection(("127.0.0.1", process.port), timeout=10) as connection:
        connection.sendall(head.format(len(request)).encode() + request)
        assert connection.recv(65536).startswith(b"HTTP/1.1 200 ")
    assert list(world.stored.values()) == [b"x" * MIB]


@EVERY_FORM
def test_a_client_that_goes_away_leaves_nothing(edge: EdgeClient, world: World, form: Form) -> None:
    reply = edge.post(form.path, Gone(form.request(b"x" * 2 * MIB), 700_000), form.content_type)
    assert reply.status == 500
    wait_for_streams_to_end(world)
    assert world.broken_streams <= 1  # none: the files service had not heard of the upload yet
    assert_nothing_left(world)


@EVERY_FORM
def test_an_upload_has_a_deadline(make_edge: MakeEdge, world: World, form: Form) -> None:
    edge = make_edge(upload_timeout_seconds=0.5)
    started = time.monotonic()
    reply = edge.post(form.path, Dripping(form.request()), form.content_type)
    assert time.monotonic() - started < 5
    assert reply.fault_text == "The message did not arrive in time."
    assert_nothing_left(world)


@EVERY_FORM
def test_an_upload_that_crawls_within_its_time_is_stored(edge: EdgeClient, world: World, form: Form) -> None:
    content = b"slow but sure" * 100
    reply = edge.post(form.path, Dripping(form.request(content), 200, 0.01), form.content_type)
    form.assert_stored(reply, world, content)
