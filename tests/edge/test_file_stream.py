"""FileStreamService takes large files, told in headers what they are (contract sections 3 and 8)."""

from __future__ import annotations

import base64
import os

import grpc
import pytest
from organisation.v1 import error_reason_pb2

from edge.namespaces import ACTOR_NEXT, SOAP11, TEMPURI, WSSE
from runtime.errors import ServiceError, invalid_field
from tests.edge.client import EdgeClient, Stream, envelope, security
from tests.edge.conftest import MakeEdge
from tests.edge.fakes import FILE_ID, World
from tests.edge.streams import (
    HEADERS,
    PATH,
    assert_nothing_streamed,
    assert_streamed,
    headers,
    inline,
    message,
    root,
    stream_message,
)
from tests.edge.uploads import CLIENT, CONTENT, INCLUDE, MTOM, attachment, part, related

SECURITY = f"{{{WSSE}}}InvalidSecurity"


@pytest.mark.parametrize("path", [PATH, f"/ContentImport{PATH}", PATH.lower()])
@pytest.mark.parametrize("chunked", [True, False])
@pytest.mark.parametrize(
    ("content_type", "data"),
    [
        pytest.param(MTOM, related(root(), attachment()), id="mtom"),
        pytest.param(MTOM, related(attachment(), root()), id="attachment before the root"),
        pytest.param(
            MTOM,
            related(root(), attachment(base64.encodebytes(CONTENT), Content_Transfer_Encoding="base64")),
            id="attachment in base64",
        ),
        pytest.param(MTOM, related(part({"Content-ID": "<root@example>"}, inline().encode())), id="inline in mtom"),
        pytest.param(
            "multipart/related",
            b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b-1; start=root@example\r\n\r\n"
            + related(root(), attachment()),
            id="MIME headers in the body",
        ),
        pytest.param("text/xml; charset=utf-8", inline().encode(), id="inline base64"),
        pytest.param("text/xml", inline().encode("utf-16"), id="inline in UTF-16"),
    ],
)
def test_a_file_is_stored_however_it_comes(
    edge: EdgeClient, world: World, path: str, chunked: bool, content_type: str, data: bytes
) -> None:
    assert_streamed(edge.post(path, Stream(data) if chunked else data, content_type), world)


def test_the_headers_go_before_the_content_and_the_token_with_them(edge: EdgeClient, world: World) -> None:
    own = headers({"SiteId": " 9 ", "Name": "ærø.pdf", "ExtensionId": "5000"})
    assert_streamed(edge.post(PATH, inline(own=own)), world, name="ærø.pdf")
    [first] = world.first_requests
    assert (first.extension_id, first.name, first.site_id, first.content) == (5000, "ærø.pdf", 9, b"")
    [asked] = world.of("UploadExtensionFile")
    assert asked.request.complete
    assert asked.metadata["authorization"] == "Bearer token-11-1"
    assert not world.of("UploadFile")


@pytest.mark.parametrize("site", ["", '<h:SiteId xmlns:h="http://tempuri.org/"/>', "nil"])
def test_a_site_that_is_not_named_stays_unnamed(edge: EdgeClient, world: World, site: str) -> None:
    nil = f'<h:SiteId xmlns:h="{TEMPURI}" xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="true"/>'
    assert_streamed(edge.post(PATH, inline(own=headers(HEADERS) + (nil if site == "nil" else site))), world)
    assert not world.first_requests[0].HasField("site_id")


def test_headers_stand_on_either_side_of_the_security_header(edge: EdgeClient, world: World) -> None:
    header = headers({"Name": "rocket.jpg"}) + security() + headers({"ExtensionId": "5009"})
    body = stream_message(base64.b64encode(CONTENT).decode())
    assert_streamed(edge.post(PATH, envelope(body, header)), world)


def test_headers_that_must_be_understood_are(edge: EdgeClient, world: World) -> None:
    own = headers(HEADERS).replace(" xmlns:h", f' xmlns:s="{SOAP11}" s:mustUnderstand="1" xmlns:h')
    assert_streamed(edge.post(PATH, inline(own=own)), world)
    reply = edge.post("/DataService.svc", envelope(f'<GetExtensions xmlns="{TEMPURI}"/>', own + security()))
    assert reply.fault_code == f"{{{SOAP11}}}MustUnderstand"


def test_a_header_for_somebody_else_is_not_ours(edge: EdgeClient, world: World) -> None:
    other = f'<h:Name xmlns:h="{TEMPURI}" xmlns:s="{SOAP11}" s:actor="urn:other">no.txt</h:Name>'
    assert_streamed(edge.post(PATH, inline(own=other + headers(HEADERS))), world)
    world.stored.clear()
    own = headers(HEADERS).replace(" xmlns:h", f' xmlns:s="{SOAP11}" s:actor="{ACTOR_NEXT}" xmlns:h')
    assert_streamed(edge.post(PATH, inline(own=own)), world)


@pytest.mark.parametrize("action", ["", '"http://tempuri.org/IFileStreamService/UploadFile"', "urn:other"])
def test_the_body_element_alone_tells_the_operation(edge: EdgeClient, world: World, action: str) -> None:
    assert_streamed(edge.post(PATH, inline(), headers={"SOAPAction": action}), world)


@pytest.mark.parametrize("element", ["UploadFile", "streamMessage", "FileStreamUploadResponse"])
def test_another_body_element_is_no_upload(edge: EdgeClient, world: World, element: str) -> None:
    reply = edge.post(PATH, inline().replace("StreamMessage", element))
    assert b"ActionNotSupported" in reply.body
    assert_nothing_streamed(reply, world)
    assert world.begun_streams == 0


def test_file_service_does_not_know_its_message(edge: EdgeClient, world: World) -> None:
    reply = edge.post("/FileService.svc", inline())
    assert b"ActionNotSupported" in reply.body
    assert_nothing_streamed(reply, world)


@pytest.mark.parametrize("size", [0, 1, 256 * 1024, 256 * 1024 + 1, 3_000_003])
def test_every_size_arrives_whole(edge: EdgeClient, world: World, size: int) -> None:
    content = os.urandom(size)
    assert_streamed(edge.post(PATH, related(root(), attachment(content)), MTOM), world, content)
    world.stored.clear()
    assert_streamed(edge.post(PATH, inline(content)), world, content)


def test_the_answer_is_mtom_or_text_by_the_setting_of_file_service(make_edge: MakeEdge, world: World) -> None:
    reply = make_edge().post(PATH, inline())
    assert reply.headers["content-type"].startswith('multipart/related; type="application/xop+xml"')
    reply = make_edge(upload_answer="text").post(PATH, related(root(), attachment()), MTOM)
    assert reply.headers["content-type"] == "text/xml; charset=utf-8"
    assert reply.text("FileId") == FILE_ID


@pytest.mark.parametrize(
    ("own", "text"),
    [
        ("", "ExtensionId must be specified."),
        (headers({"Name": "a.pdf"}), "ExtensionId must be specified."),
        (headers({"Name": "a.pdf", "ExtensionId": ""}), "ExtensionId must be specified."),
        (headers({"Name": "a.pdf", "ExtensionId": "0"}), "ExtensionId must be specified."),
        (headers({"ExtensionId": "5009"}), "Name must be specified."),
        (headers({"ExtensionId": "5009", "Name": ""}), "Name must be specified."),
        (headers(HEADERS, "urn:other"), "ExtensionId must be specified."),
        (headers(HEADERS, ""), "ExtensionId must be specified."),
        (headers(HEADERS).replace("ExtensionId", "extensionId"), "ExtensionId must be specified."),
        (
            headers(HEADERS) + headers({"Name": "b.exe"}),
            "Multiple headers with name 'Name' and namespace 'http://tempuri.org/' found.",
        ),
        (
            headers({"SiteId": "3"}) * 2 + headers(HEADERS),
            "Multiple headers with name 'SiteId' and namespace 'http://tempuri.org/' found.",
        ),
        (headers({**HEADERS, "ExtensionId": "<x/>"}), None),
        (headers({**HEADERS, "ExtensionId": "five"}), None),
        (headers({**HEADERS, "ExtensionId": "2147483648"}), None),
        (headers({**HEADERS, "SiteId": "3.5"}), None),
    ],
)
@pytest.mark.parametrize("form", ["inline", "mtom"])
def test_headers_that_are_wrong_are_a_fault_before_any_content(
    edge: EdgeClient, world: World, form: str, own: str, text: str | None
) -> None:
    own = own.replace('xmlns:h=""', "").replace("h:", "") if 'xmlns:h=""' in own else own
    big = b"x" * 5_000_000
    data = inline(big, own).encode() if form == "inline" else related(root(own), attachment(big))
    stream = Stream(data)
    reply = edge.post(PATH, stream, "text/xml" if form == "inline" else MTOM)
    assert_nothing_streamed(reply, world)
    assert reply.fault_code == CLIENT
    assert reply.fault_text == text if text else "element '" in reply.fault_text.lower()
    assert reply.headers["connection"] == "close"
    assert stream.taken < 1_000_000
    assert world.begun_streams == 0


@pytest.mark.parametrize("place", ["after the body", "second header"])
def test_headers_out_of_place_are_a_fault(edge: EdgeClient, world: World, place: str) -> None:
    own = f'<s:Header xmlns:s="{SOAP11}">{headers(HEADERS)}</s:Header>'
    end, body = "</soap:Envelope>", "<soap:Body>"
    whole = message("QUJD", "")
    data = whole.replace(end, own + end) if place == "after the body" else whole.replace(body, own + body)
    reply = edge.post(PATH, data)
    assert_nothing_streamed(reply, world)
    assert reply.fault_code == CLIENT
    late = message("QUJD").replace(end, own + end)
    reply = edge.post(PATH, late)
    assert_nothing_streamed(reply, world)
    assert reply.fault_text == "The envelope must hold at most one Header, and after it exactly one Body."


def test_a_body_before_its_header_is_nobodys(edge: EdgeClient, world: World) -> None:
    head, body = headers(HEADERS) + security(), stream_message("QUJD")
    data = f'<s:Envelope xmlns:s="{SOAP11}"><s:Body>{body}</s:Body><s:Header>{head}</s:Header></s:Envelope>'
    reply = edge.post(PATH, data)
    assert reply.fault_code == SECURITY
    assert_nothing_streamed(reply, world)


@pytest.mark.parametrize("form", ["inline", "mtom"])
@pytest.mark.parametrize("own", [headers(HEADERS), ""], ids=["good headers", "none"])
def test_a_wrong_password_is_refused_before_the_content_and_before_the_headers(
    edge: EdgeClient, world: World, form: str, own: str
) -> None:
    big = b"x" * 5_000_000
    if form == "inline":
        data, content_type = message(base64.b64encode(big).decode(), own, "wrong").encode(), "text/xml"
    else:
        data, content_type = related(root(own, "wrong"), attachment(big)), MTOM
    stream = Stream(data)
    reply = edge.post(PATH, stream, content_type)
    assert reply.fault_code == SECURITY
    assert reply.headers["connection"] == "close"
    assert stream.taken < 300_000
    assert_nothing_streamed(reply, world)
    assert world.begun_streams == 0


@pytest.mark.parametrize("text", ["ExtensionId", "SiteId='3' is not valid."])
def test_what_the_service_refuses_of_the_headers_ends_the_upload_at_once(
    edge: EdgeClient, world: World, text: str
) -> None:
    site = ServiceError(grpc.StatusCode.PERMISSION_DENIED, error_reason_pb2.ERROR_REASON_SITE_UNKNOWN, text)
    world.refusal_at_once = invalid_field("extension_id", text) if text == "ExtensionId" else site
    stream = Stream(related(root(), attachment(b"x" * 60_000_000)))
    reply = edge.post(PATH, stream, MTOM)
    assert (reply.fault_code, reply.fault_text) == (CLIENT, text)
    assert stream.taken < 20_000_000
    assert_nothing_streamed(reply, world)


def test_the_services_limit_ends_the_upload_early(edge: EdgeClient, world: World) -> None:
    world.file_limit = 300_000
    stream = Stream(related(root(), attachment(b"x" * 30_000_000)))
    reply = edge.post(PATH, stream, MTOM)
    assert (reply.fault_code, reply.fault_text) == (CLIENT, "The file exceeds the maximum size of 500 MB.")
    assert stream.taken < 20_000_000
    assert_nothing_streamed(reply, world)


def test_its_request_has_a_bound_of_its_own(make_edge: MakeEdge, world: World) -> None:
    edge = make_edge(max_upload_bytes=1024, max_extension_upload_bytes=400_000)
    assert_streamed(edge.post(PATH, inline()), world)
    world.stored.clear()
    world.asked.clear()
    reply = edge.post(PATH, Stream(inline(CONTENT * 2).encode()))
    assert reply.fault_text == "The maximum message size quota for incoming messages (400000) has been exceeded."
    assert_nothing_streamed(reply, world)


@pytest.mark.parametrize(
    ("content_type", "data", "text"),
    [
        pytest.param(
            MTOM, related(root(), attachment())[:-30], "The message ends before its closing boundary.", id="cut"
        ),
        pytest.param(MTOM, related(root()), "The attachment 'file@example' is missing.", id="no attachment"),
        pytest.param(
            "text/xml",
            message(INCLUDE.format("f")).encode(),
            "The message names an attachment, but it has none.",
            id="xop without attachments",
        ),
        pytest.param(
            "text/xml", message("QUJ").encode(), "The content of the file is not base64.", id="base64 that ends early"
        ),
        pytest.param(
            "text/xml",
            envelope(f'<StreamMessage xmlns="{TEMPURI}"/>', headers(HEADERS) + security()).encode(),
            "The content of the file is missing.",
            id="no content",
        ),
        pytest.param(
            "text/xml",
            envelope(f'<StreamMessage xmlns="{TEMPURI}">QUJD</StreamMessage>', headers(HEADERS) + security()).encode(),
            "The content of the file is missing.",
            id="content without its element",
        ),
        pytest.param(
            "text/xml",
            message("QUJD").replace("</StreamMessage>", "</StreamMessage><b/>").encode(),
            "The Body must hold exactly one element.",
            id="two elements",
        ),
    ],
)
def test_what_is_wrong_with_the_body_is_a_fault_and_nothing_is_stored(
    edge: EdgeClient, world: World, content_type: str, data: bytes, text: str
) -> None:
    reply = edge.post(PATH, data, content_type)
    assert_nothing_streamed(reply, world)
    assert (reply.fault_code, reply.fault_text) == (CLIENT, text)
