"""Compressed requests are taken as if they were not, and what is wrong with them is a fault."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable

import pytest

from tests.edge.client import ADD_MESSAGE, EdgeClient, Stream, envelope
from tests.edge.fakes import World
from tests.edge.uploads import (
    CLIENT,
    MTOM,
    PATH,
    assert_nothing_stored,
    assert_stored,
    attachment,
    inline,
    related,
    root,
)

ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "GZIP": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
}
NOT_AS_IT_SAYS = "The body is not encoded as its Content-Encoding says."


@pytest.mark.parametrize("coding", ENCODERS)
def test_an_encoded_call_is_answered(edge: EdgeClient, world: World, coding: str) -> None:
    body = ENCODERS[coding](envelope(ADD_MESSAGE).encode())
    reply = edge.post("/DataService.svc", body, headers={"Content-Encoding": coding})
    assert (reply.status, reply.text("MessageId")) == (200, "7")


@pytest.mark.parametrize("coding", ENCODERS)
@pytest.mark.parametrize("form", ["inline", "mtom"])
def test_an_encoded_upload_is_stored(edge: EdgeClient, world: World, coding: str, form: str) -> None:
    data, kind = (inline().encode(), None) if form == "inline" else (related(root(), attachment()), MTOM)
    reply = edge.post(PATH, Stream(ENCODERS[coding](data)), kind or "text/xml", headers={"Content-Encoding": coding})
    assert_stored(reply, world)


@pytest.mark.parametrize("coding", ["br", "zstd", "compress", "gzip, gzip", "chunked"])
def test_other_encodings_are_unsupported(edge: EdgeClient, world: World, coding: str) -> None:
    reply = edge.post("/DataService.svc", envelope(ADD_MESSAGE), headers={"Content-Encoding": coding})
    assert reply.status == 415
    assert not world.asked


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda data: data[:-9], id="cut"),
        pytest.param(lambda data: data + b"x", id="more behind it"),
        pytest.param(lambda data: data * 2, id="twice"),
        pytest.param(lambda _: b"<plain/>", id="plain"),
        pytest.param(lambda _: b"", id="empty"),
    ],
)
def test_what_is_not_as_it_says_is_a_fault(edge: EdgeClient, world: World, spoil: Callable[[bytes], bytes]) -> None:
    headers = {"Content-Encoding": "gzip"}
    reply = edge.post("/DataService.svc", spoil(gzip.compress(envelope(ADD_MESSAGE).encode())), headers=headers)
    assert (reply.fault_code, reply.fault_text) == (CLIENT, NOT_AS_IT_SAYS)
    assert not world.asked
    upload = edge.post(PATH, spoil(gzip.compress(related(root(), attachment()))), MTOM, headers=headers)
    assert upload.fault_text == NOT_AS_IT_SAYS
    assert_nothing_stored(upload, world)


def test_a_bomb_within_an_upload_is_ended_at_its_limit(edge: EdgeClient, world: World) -> None:
    bomb = gzip.compress(related(root(), attachment(bytes(200_000_000))), 1)
    reply = edge.post(PATH, Stream(bomb), MTOM, headers={"Content-Encoding": "gzip"})
    assert reply.status == 500
    assert world.received_bytes <= 80_000_000
    assert not world.stored


def test_a_head_of_white_space_is_not_kept(edge: EdgeClient, world: World) -> None:
    stream = Stream(b" " * 20_000_000)
    reply = edge.post(PATH, stream, "text/xml")
    assert "does not tell who sends it" in reply.fault_text
    assert stream.taken < 2_000_000
