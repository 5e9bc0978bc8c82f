"""Uploads that are refused, cut off or too large leave nothing (contract section 8, decision 15)."""

from __future__ import annotations

import base64
import tracemalloc

import grpc
import pytest
from organisation.v1 import error_reason_pb2

from edge.namespaces import SOAP11, TEMPURI, WSSE
from runtime.errors import ServiceError, unauthenticated
from tests.edge.client import EdgeClient, Stream, envelope, security
from tests.edge.conftest import MakeEdge
from tests.edge.fakes import World
from tests.edge.uploads import (
    CLIENT,
    INCLUDE,
    MTOM,
    PATH,
    assert_nothing_stored,
    assert_stored,
    attachment,
    inline,
    part,
    related,
    root,
    upload,
)


@pytest.mark.parametrize(
    ("content_type", "data", "text"),
    [
        pytest.param(
            MTOM, related(root("nobody"), attachment()), "The attachment 'nobody' is missing.", id="no such cid"
        ),
        pytest.param(MTOM, related(root()), "The attachment 'file@example' is missing.", id="no attachment"),
        pytest.param(
            MTOM, related(root(), attachment())[:-30], "The message ends before its closing boundary.", id="cut"
        ),
        pytest.param(
            MTOM, related(root(), attachment())[:700], "The message ends before its closing boundary.", id="cut in root"
        ),
        pytest.param(
            "multipart/related; boundary=other",
            related(root(), attachment()),
            "The boundary of the message is not in its body.",
            id="wrong boundary",
        ),
        pytest.param(MTOM, b"", "The boundary of the message is not in its body.", id="empty body"),
        pytest.param(
            "multipart/related", b"hello", "The boundary of the message is missing, or cannot be one.", id="no boundary"
        ),
        pytest.param(
            f"multipart/related; boundary={'b' * 10_000}",
            b"x",
            "The boundary of the message is missing, or cannot be one.",
            id="boundary of 10 kB",
        ),
        pytest.param(
            MTOM,
            related(root(), attachment(), attachment()),
            "The attachment 'file@example' is there twice.",
            id="twice",
        ),
        pytest.param(
            MTOM,
            related(root(), *[attachment(b"", Content_ID=f"<{n}>") for n in range(100)]),
            "The message has more than 16 parts.",
            id="many parts",
        ),
        pytest.param(
            MTOM,
            related(attachment(b"x" * 1_100_000), root()),
            "The root part must begin within the first MiB of the message.",
            id="root too late",
        ),
        pytest.param(
            MTOM.replace("root@example", "nowhere"),
            related(root(), attachment()),
            "The root part of the message is missing.",
            id="start names no part",
        ),
        pytest.param(
            MTOM,
            related(root(Content_Transfer_Encoding="quoted-printable"), attachment()),
            "The transfer encoding 'quoted-printable' of a part is not supported.",
            id="unknown transfer encoding",
        ),
        pytest.param(
            MTOM,
            related(root(), attachment(b"!!!!", Content_Transfer_Encoding="base64")),
            "A part is not base64 as it says.",
            id="attachment that is no base64",
        ),
        pytest.param(
            "text/xml",
            envelope(upload(INCLUDE.format("file"))).encode(),
            "The message names an attachment, but it has none.",
            id="xop without attachments",
        ),
        pytest.param(
            MTOM,
            related(
                part(
                    {"Content-ID": "<root@example>"},
                    envelope(upload(INCLUDE.format("x").replace("cid:", "http://"))).encode(),
                )
            ),
            "The xop:Include must name an attachment of the message by its cid.",
            id="xop to the web",
        ),
        pytest.param(
            "text/xml", envelope(upload("!!!!")).encode(), "The content of the file is not base64.", id="not base64"
        ),
        pytest.param(
            "text/xml", envelope(upload("QUJ")).encode(), "The content of the file is not base64.", id="cut base64"
        ),
        pytest.param(
            "text/xml",
            envelope(upload("QQ==QQ==")).encode(),
            "The content of the file is not base64.",
            id="padding inside",
        ),
        pytest.param(
            "text/xml",
            envelope(upload("QUJD====")).encode(),
            "The content of the file is not base64.",
            id="padding of a whole group",
        ),
        pytest.param(
            "text/xml", envelope(upload("æøå=")).encode(), "The content of the file is not base64.", id="letters"
        ),
        pytest.param(
            "text/xml",
            envelope(upload("<b>QUJD</b>")).encode(),
            "The content of the file must be base64 text or one xop:Include.",
            id="element in the content",
        ),
        pytest.param(
            "text/xml",
            envelope(
                f'<UploadFile xmlns="{TEMPURI}"><fileMessage><Name>a.pdf</Name></fileMessage></UploadFile>'
            ).encode(),
            "The content of the file is missing.",
            id="no content",
        ),
        pytest.param("text/xml", inline().encode()[:-40], None, id="inline cut off"),
    ],
)
def test_what_is_wrong_is_a_fault_and_nothing_is_stored(
    edge: EdgeClient, world: World, content_type: str, data: bytes, text: str | None
) -> None:
    reply = edge.post(PATH, data, content_type)
    assert_nothing_stored(reply, world)
    assert reply.fault_code == CLIENT
    if text is not None:
        assert reply.fault_text == text
    else:
        assert reply.fault_text.startswith("The message is not well-formed XML")


@pytest.mark.parametrize("form", ["inline", "mtom"])
def test_a_wrong_password_is_refused_before_the_content_is_read(edge: EdgeClient, world: World, form: str) -> None:
    header = security(password="wrong")
    big = b"x" * 5_000_000
    if form == "inline":
        data, content_type = envelope(upload(base64.b64encode(big).decode()), header).encode(), "text/xml"
    else:
        inner = envelope(upload(INCLUDE.format("file@example")), header).encode()
        data, content_type = related(part({"Content-ID": "<root@example>"}, inner), attachment(big)), MTOM
    stream = Stream(data)
    reply = edge.post(PATH, stream, content_type)
    assert reply.fault_code == f"{{{WSSE}}}InvalidSecurity"
    assert reply.headers["connection"] == "close"
    assert stream.taken < 300_000
    assert_nothing_stored(reply, world)
    assert world.received_bytes == 0


def test_the_root_part_is_bounded(edge: EdgeClient, world: World) -> None:
    body = upload("QUJD", f"<e:Name>{'n' * 300_000}</e:Name>", name_first=True)
    reply = edge.post(PATH, envelope(body))
    assert reply.fault_text == "The message is larger than 262144 bytes without the content of its file."
    assert_nothing_stored(reply, world)


@pytest.mark.parametrize("start", ["<!--", "<?pi ", "<a b='"], ids=["comment", "pi", "attribute"])
def test_a_token_without_end_does_not_fill_the_memory(edge: EdgeClient, world: World, start: str) -> None:
    stream = Stream(start.encode() + b"x" * 5_000_000)
    reply = edge.post(PATH, stream)
    assert reply.fault_text == "A tag or comment of the message is longer than 65536 bytes."
    assert stream.taken < 400_000


@pytest.mark.parametrize("start", ["<!--", "<?pi "], ids=["comment", "pi"])
def test_a_token_without_end_in_the_content_does_not_fill_the_memory(
    edge: EdgeClient, world: World, start: str
) -> None:
    stream = Stream(envelope(upload(f"QUJD{start}")).partition("</e:Content>")[0].encode() + b"x" * 20_000_000)
    reply = edge.post(PATH, stream)
    assert reply.fault_text == "A tag or comment of the message is longer than 65536 bytes."
    assert stream.taken < 5_000_000
    assert_nothing_stored(reply, world)


def test_text_without_end_does_not_fill_the_memory(edge: EdgeClient, world: World) -> None:
    stream = Stream(f'<s:Envelope xmlns:s="{SOAP11}"><s:Header>'.encode() + b"x" * 5_000_000)
    reply = edge.post(PATH, stream)
    assert reply.fault_text == "The message is larger than 262144 bytes without the content of its file."
    assert stream.taken < 2_000_000


def test_utf_16_is_read_too(edge: EdgeClient, world: World) -> None:
    assert_stored(edge.post(PATH, inline().encode("utf-16"), "text/xml"), world)


def test_the_request_is_bounded(make_edge: MakeEdge, world: World) -> None:
    edge = make_edge(max_upload_bytes=100_000)
    for body in (inline().encode(), Stream(inline().encode())):
        reply = edge.post(PATH, body)
        assert reply.fault_text == "The maximum message size quota for incoming messages (100000) has been exceeded."
        assert reply.headers["connection"] == "close"
        assert_nothing_stored(reply, world)


def test_the_services_limit_ends_the_upload_early(edge: EdgeClient, world: World) -> None:
    world.file_limit = 300_000
    stream = Stream(related(root(), attachment(b"x" * 30_000_000)))
    reply = edge.post(PATH, stream, MTOM)
    assert (reply.fault_code, reply.fault_text) == (CLIENT, "The file exceeds the maximum size of 50 MB.")
    assert reply.headers["connection"] == "close"
    assert stream.taken < 20_000_000
    assert_nothing_stored(reply, world)


def test_the_services_refusal_of_a_name_is_passed_on(edge: EdgeClient, world: World) -> None:
    world.answers["UploadFile"] = ServiceError(
        grpc.StatusCode.INVALID_ARGUMENT,
        error_reason_pb2.ERROR_REASON_FILE_NAME_DENIED,
        "Files with extension '.exe' are not allowed.",
    )
    reply = edge.post(PATH, inline())
    assert (reply.fault_code, reply.fault_text) == (CLIENT, "Files with extension '.exe' are not allowed.")
    assert not world.stored


def test_an_upload_that_the_service_calls_unauthenticated_is_a_security_fault(edge: EdgeClient, world: World) -> None:
    world.answers["UploadFile"] = unauthenticated()
    assert edge.post(PATH, inline()).fault_code == f"{{{WSSE}}}InvalidSecurity"


def test_each_partner_uploads_as_itself(edge: EdgeClient, world: World) -> None:
    body = upload(base64.b64encode(b"bo's").decode())
    assert edge.post(PATH, envelope(body, security("bo", "other"))).status == 200
    assert edge.post(PATH, inline()).status == 200
    assert [str(a.metadata["authorization"]).split("-")[1] for a in world.of("UploadFile")] == ["12", "11"]


def test_an_operation_that_is_no_upload_takes_no_content(edge: EdgeClient, world: World) -> None:
    reply = edge.post(PATH, inline().replace("UploadFile", "Nope"))
    assert b"ActionNotSupported" in reply.body
    assert world.received_bytes == 0


def test_memory_does_not_grow_with_the_upload(edge: EdgeClient, world: World) -> None:
    class Endless(Stream):
        """40 MB of content without ever being in memory."""

        def __init__(self) -> None:
            super().__init__(b"")
            start = related(root(), b"")[: -len("\r\n--b-1--\r\n")]
            head = b"Content-ID: <file@example>\r\n\r\n"
            self._pieces = iter([start + head, *[b"y" * 262_144] * 160, b"\r\n--b-1--\r\n"])

        def read(self, size: int = -1) -> bytes:
            return next(self._pieces, b"")

    world.file_limit = 1
    edge.post(PATH, inline())
    world.file_limit = 100 * 1024 * 1024
    tracemalloc.start()
    reply = edge.request("POST", PATH, content_type=MTOM, body=Endless())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert reply.status == 200, reply.body
    [stored] = world.stored.values()
    assert len(stored) == 160 * 262_144
    assert peak - len(stored) * 2 < 20_000_000
