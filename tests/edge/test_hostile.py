"""Limits on what is sent, what passes them, and content types that are not taken; attacks by name are in attacks/."""

from __future__ import annotations

import gzip
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from edge.namespaces import SOAP11, TEMPURI
from tests.edge.client import ADD_MESSAGE, EdgeClient, Stream, envelope
from tests.edge.conftest import MakeEdge
from tests.edge.fakes import World

PATHS = ("/DataService.svc", "/ReadDataService.svc", "/FileService.svc", "/FileStreamService.svc")
CLIENT = f"{{{SOAP11}}}Client"


@pytest.mark.parametrize("content_type", ["application/json", "text/html", "multipart/form-data; boundary=x", "x"])
def test_another_content_type_is_unsupported(edge: EdgeClient, world: World, content_type: str) -> None:
    assert edge.call("/DataService.svc", ADD_MESSAGE, content_type=content_type).status == 415


@pytest.mark.parametrize("path", PATHS)
def test_a_compressed_body_is_not_unpacked_beyond_the_limit(edge: EdgeClient, world: World, path: str) -> None:
    bomb = gzip.compress(b" " * 100_000_000)
    started = time.process_time()
    reply = edge.post(path, bomb, headers={"Content-Encoding": "gzip"})
    assert (reply.status, reply.fault_code) == (500, CLIENT)
    assert time.process_time() - started < 1
    assert not world.asked


def test_the_flood_of_elements_is_refused_before_the_tree_is_built(edge: EdgeClient, world: World) -> None:
    reply = edge.call("/DataService.svc", f'<GetExtensions xmlns="{TEMPURI}">{"<a/>" * 30_000}</GetExtensions>')
    assert reply.fault_text == "The message has more than 20000 elements."


def test_markup_in_a_value_is_no_flood(edge: EdgeClient, world: World) -> None:
    data = "<Message>" + "<a/>" * 60_000 + "</Message>"
    body = ADD_MESSAGE.replace("&lt;Message/&gt;", f"<![CDATA[{data}]]>")
    assert edge.call("/DataService.svc", body).status == 200
    assert world.of("AddMessage")[0].request.data_message.data == data


@pytest.mark.parametrize(
    "data",
    [
        pytest.param("<Message " + " ".join(f"a{n}='1'" for n in range(2000)) + "/>", id="attributes of one element"),
        pytest.param("<Message>" + "<a b='1' c='2'/>" * 15_000 + "</Message>", id="attributes of many"),
        pytest.param("<Message>" + "<a xmlns='urn:x'/>" * 2000 + "</Message>", id="namespaces"),
    ],
)
@pytest.mark.parametrize("form", ["cdata", "escaped"])
def test_attributes_in_a_value_are_no_flood(edge: EdgeClient, world: World, data: str, form: str) -> None:
    text = f"<![CDATA[{data}]]>" if form == "cdata" else data.replace("<", "&lt;").replace(">", "&gt;")
    assert edge.call("/DataService.svc", ADD_MESSAGE.replace("&lt;Message/&gt;", text)).status == 200
    assert world.of("AddMessage")[0].request.data_message.data == data


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        pytest.param(
            "<a " + " ".join(f'b{n}=">"' for n in range(2000)) + "/>",
            "An element of the message has more than 32 attributes.",
            id="attributes of one element",
        ),
        pytest.param(
            "<a {}/>".format(" ".join(f'b{n}="1"' for n in range(30))) * 1000,
            "The message has more than 20000 attributes.",
            id="attributes of many",
        ),
        pytest.param('<a xmlns="urn:x"/>' * 1001, "The message declares more than 1000 namespaces.", id="namespaces"),
    ],
)
@pytest.mark.parametrize("codec", ["utf-8", "utf-16"])
def test_a_flood_is_told_by_its_kind(edge: EdgeClient, world: World, markup: str, text: str, codec: str) -> None:
    body = envelope(f'<GetExtensions xmlns="{TEMPURI}">{markup}</GetExtensions>').encode(codec)
    assert edge.post("/DataService.svc", body, "text/xml").fault_text == text


def test_three_mebibytes_of_escaped_data_pass(edge: EdgeClient, world: World) -> None:
    data = "<a>&</a>" * (3 * 1024 * 1024 // 8)
    escaped = data.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    reply = edge.call("/DataService.svc", ADD_MESSAGE.replace("&lt;Message/&gt;", escaped))
    assert reply.status == 500
    assert "quota" in reply.fault_text
    data = "<abcdefgh>xy</abcdefgh>" * (3 * 1024 * 1024 // 23)
    escaped = data.replace("<", "&lt;").replace(">", "&gt;")
    reply = edge.call("/DataService.svc", ADD_MESSAGE.replace("&lt;Message/&gt;", escaped))
    assert reply.status == 200
    assert world.of("AddMessage")[0].request.data_message.data == data


@pytest.mark.parametrize("declared", [True, False])
def test_a_body_beyond_the_limit_is_refused_and_the_connection_ended(
    make_edge: MakeEdge, world: World, declared: bool
) -> None:
    edge = make_edge(max_request_bytes=10_000)
    data = envelope(ADD_MESSAGE.replace("&lt;Message/&gt;", "x" * 20_000)).encode()
    reply = edge.post("/DataService.svc", data if declared else Stream(data))
    assert (reply.status, reply.fault_code, reply.headers["connection"]) == (500, CLIENT, "close")
    assert reply.fault_text == "The maximum message size quota for incoming messages (10000) has been exceeded."


def test_requests_at_once_never_see_each_others_values(edge: EdgeClient, world: World) -> None:
    def bad(number: int) -> bool:
        body = ADD_MESSAGE.replace(">2<", f">bad{number}<")
        reply = edge.call("/DataService.svc", body)
        return reply.fault_text == "The value of element 'Type' is not an integer." and b"bad" not in reply.body

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(bad, range(100)))
