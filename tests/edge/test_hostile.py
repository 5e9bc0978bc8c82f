"""Attacks on the XML, by name, on every endpoint: each is a fault, soon, and no service hears of it."""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from edge.namespaces import SOAP11, SOAP12, TEMPURI
from tests.edge.client import ADD_MESSAGE, EdgeClient, Stream, envelope, security
from tests.edge.conftest import MakeEdge
from tests.edge.fakes import World

PATHS = ("/DataService.svc", "/ReadDataService.svc", "/FileService.svc")
OPERATIONS = {
    "/DataService.svc": "GetExtensions",
    "/ReadDataService.svc": "ReadCourses",
    "/FileService.svc": "UploadFile",
}
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
CLIENT = f"{{{SOAP11}}}Client"


def with_prolog(prolog: str, inner: str = "") -> Callable[[str], bytes]:
    return lambda operation: (prolog + envelope(f'<{operation} xmlns="{TEMPURI}">{inner}</{operation}>')).encode()


def with_inner(inner: str, attributes: str = "") -> Callable[[str], bytes]:
    return lambda operation: envelope(f'<{operation} xmlns="{TEMPURI}" {attributes}>{inner}</{operation}>').encode()


def encoded(name: str, codec: str | None = None) -> Callable[[str], bytes]:
    text = f'<?xml version="1.0" encoding="{name}"?>'
    return lambda operation: with_prolog(text)(operation).decode().encode(codec or name)


def raw(data: bytes) -> Callable[[str], bytes]:
    return lambda _: data


ATTACKS: dict[str, Callable[[str], bytes]] = {
    "bare doctype": with_prolog("<!DOCTYPE x>"),
    "xxe file": with_prolog('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>', "&e;"),
    "xxe http": with_prolog('<!DOCTYPE x [<!ENTITY e SYSTEM "http://127.0.0.1:9/e">]>', "&e;"),
    "xxe parameter entity": with_prolog('<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/hostname"> %p;]>'),
    "external dtd": with_prolog('<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">'),
    "billion laughs": with_prolog(f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]>', "&l9;"),
    "quadratic blow-up": with_prolog(f'<!DOCTYPE x [<!ENTITY e "{"a" * 50_000}">]>', "&e;" * 5_000),
    "recursive entity": with_prolog('<!DOCTYPE x [<!ENTITY a "&b;"><!ENTITY b "&a;">]>', "&a;"),
    "undeclared entity": with_inner("&nbsp;"),
    "coercive parsing": with_inner("<a>" * 100_000 + "</a>" * 100_000),
    "nested 65 deep": with_inner("<a>" * 62 + "</a>" * 62),
    "attribute flood": with_inner("", " ".join(f'a{n}="1"' for n in range(100_000))),
    "33 attributes": with_inner("", " ".join(f'a{n}="1"' for n in range(33))),
    "duplicate attribute": with_inner("", 'a="1" a="2"'),
    "element flood": with_inner("<a/>" * 300_000),
    "utf-7": encoded("utf-7"),
    "utf-32": encoded("utf-32"),
    "ebcdic": encoded("ibm037", "cp037"),
    "unknown encoding": encoded("klingon", "ascii"),
    "overlong utf-8": lambda operation: with_inner("x")(operation).replace(b">x<", b">\xc0\xbc<"),
    "control character": with_inner("&#1;"),
    "nul": lambda operation: with_inner("x")(operation).replace(b">x<", b">\x00<"),
    "byte order mark in the middle of a tag": lambda operation: with_inner("")(operation).replace(
        b"<soap:Body>", b"<\xef\xbb\xbfsoap:Body>"
    ),
    "cut off": lambda operation: with_inner("")(operation)[:-10],
    "two roots": lambda operation: with_inner("")(operation) * 2,
    "text after the root": lambda operation: with_inner("")(operation) + b"x",
    "not xml": raw(b"hello"),
    "json": raw(b'{"a": 1}'),
    "empty": raw(b""),
    "white space alone": raw(b" \n"),
    "another document": raw(b"<html/>"),
    "soap 1.2 as text/xml": lambda operation: with_inner("")(operation).replace(SOAP11.encode(), SOAP12.encode()),
    "two bodies": lambda operation: with_inner("")(operation).replace(b"<soap:Body>", b"<soap:Body/><soap:Body>"),
    "two headers": lambda operation: with_inner("")(operation).replace(
        b"<soap:Header>", b"<soap:Header/><soap:Header>"
    ),
    "header after body": lambda operation: (
        f'<s:Envelope xmlns:s="{SOAP11}"><s:Body><{operation} xmlns="{TEMPURI}"/></s:Body><s:Header>{security()}'
        "</s:Header></s:Envelope>"
    ).encode(),
    "no body": raw(f'<s:Envelope xmlns:s="{SOAP11}"><s:Header>{security()}</s:Header></s:Envelope>'.encode()),
    "empty body": lambda _: envelope("").encode(),
    "text in the body": lambda _: envelope("hello").encode(),
    "two operations": lambda operation: envelope(f'<{operation} xmlns="{TEMPURI}"/>' * 2).encode(),
    "operation in the header": lambda operation: envelope(
        "", security() + f'<{operation} xmlns="{TEMPURI}"/>'
    ).encode(),
    "fault as a request": lambda _: envelope("<soap:Fault><faultcode>x</faultcode></soap:Fault>").encode(),
    "href to nowhere": lambda operation: envelope('<x href="#nowhere" xmlns="urn:x"/>').encode(),
}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_ends_in_a_fault_and_goes_no_further(edge: EdgeClient, world: World, path: str, name: str) -> None:
    data = ATTACKS[name](OPERATIONS[path])
    started = time.process_time()
    reply = edge.post(path, data, "text/xml")
    assert time.process_time() - started < 2
    assert reply.status == 500
    assert reply.fault_code.startswith("{http")
    assert reply.xml.find(".//detail") is None
    assert len(reply.body) < 3000
    for secret in (b"root:", b"Traceback", b"right password", b"Error:"):
        assert secret not in reply.body
    assert not world.asked
    assert not world.stored


@pytest.mark.parametrize("path", PATHS)
def test_soap_1_2_is_an_unsupported_media_type(edge: EdgeClient, world: World, path: str) -> None:
    data = ATTACKS["soap 1.2 as text/xml"](OPERATIONS[path])
    reply = edge.post(path, data, 'application/soap+xml; charset=utf-8; action="x"')
    assert reply.status == 415
    assert reply.headers["content-type"].startswith("text/plain")


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


def test_xinclude_and_schema_locations_mean_nothing(edge: EdgeClient, world: World) -> None:
    body = (
        f'<GetExtensions xmlns="{TEMPURI}" xmlns:i="http://www.w3.org/2001/XMLSchema-instance" '
        'i:schemaLocation="urn:x http://127.0.0.1:9/x.xsd"><xi:include xmlns:xi="http://www.w3.org/2001/XInclude" '
        'href="file:///etc/passwd" parse="text"/></GetExtensions>'
    )
    reply = edge.call("/DataService.svc", body)
    assert reply.status == 200
    assert b"root:" not in reply.body


@pytest.mark.parametrize(
    "value", ["${7*7}", "{{7*7}}", "' OR 1=1 --", "*)(uid=*", "../../etc/passwd", "%s%n", "\u202e"]
)
def test_strings_are_passed_on_as_they_are(edge: EdgeClient, world: World, value: str) -> None:
    assert edge.call("/DataService.svc", ADD_MESSAGE.replace("&lt;Message/&gt;", value)).status == 200
    assert world.of("AddMessage")[0].request.data_message.data == value


def test_requests_at_once_never_see_each_others_values(edge: EdgeClient, world: World) -> None:
    def bad(number: int) -> bool:
        body = ADD_MESSAGE.replace(">2<", f">bad{number}<")
        reply = edge.call("/DataService.svc", body)
        return reply.fault_text == "The value of element 'Type' is not an integer." and b"bad" not in reply.body

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(bad, range(100)))
