"""Uploads in every form that partners send (contract section 8, decisions 13 and 15)."""

from __future__ import annotations

import base64
import os
import re
from email.parser import BytesParser
from typing import Any

import pytest

from edge.namespaces import TEMPURI
from tests.edge.client import EdgeClient, Stream, envelope
from tests.edge.conftest import MakeEdge
from tests.edge.fakes import FILE_ID, World
from tests.edge.uploads import (
    CONTENT,
    INCLUDE,
    MTOM,
    PATH,
    assert_stored,
    attachment,
    inline,
    part,
    related,
    root,
    upload,
)


@pytest.mark.parametrize("name_first", [True, False])
@pytest.mark.parametrize("has_length", [True, False])
def test_inline_base64_is_stored(edge: EdgeClient, world: World, name_first: bool, has_length: bool) -> None:
    data = inline(name_first=name_first).encode()
    assert_stored(edge.post(PATH, data if has_length else Stream(data)), world)
    [asked] = world.of("UploadFile")
    assert asked.request.complete
    assert asked.metadata["authorization"] == "Bearer token-11-1"


@pytest.mark.parametrize(
    ("content_type", "data"),
    [
        pytest.param(MTOM, related(root(), attachment()), id="as WCF sends it"),
        pytest.param("multipart/related; boundary=b-1", related(root(), attachment()), id="unquoted, without start"),
        pytest.param("Multipart/Related; Boundary=b-1", related(root(), attachment()), id="capitals"),
        pytest.param(MTOM, b"preamble\r\n" + related(root(), attachment()), id="preamble"),
        pytest.param(MTOM, related(root(), attachment())[2:], id="no line before the first delimiter"),
        pytest.param(MTOM, related(root(), attachment()) + b"epilogue", id="epilogue"),
        pytest.param(MTOM, related(root(), attachment(), end="--"), id="no line after the last delimiter"),
        pytest.param(
            MTOM,
            related(root("http%3A%2F%2Ftempuri.org%2F1"), attachment(Content_ID="<http://tempuri.org/1>")),
            id="percent-encoded cid",
        ),
        pytest.param(
            MTOM,
            related(root("http://tempuri.org/1"), attachment(Content_ID="<http%3A%2F%2Ftempuri.org%2F1>")),
            id="percent-encoded id",
        ),
        pytest.param(
            "multipart/related; boundary=b-1",
            related(
                part({"Content-Id": "<r>"}, envelope(upload(INCLUDE.format("f"))).encode()),
                part({"content-id": "f"}, CONTENT),
            ),
            id="Content-Id, without brackets, without types",
        ),
        pytest.param(
            MTOM,
            related(
                root(Content_Transfer_Encoding="8bit"),
                attachment(base64.encodebytes(CONTENT), Content_Transfer_Encoding="BASE64"),
            ),
            id="attachment in base64",
        ),
        pytest.param(
            MTOM,
            related(
                part(
                    {"Content-ID": "<root@example>", "Content-Transfer-Encoding": "base64"},
                    base64.encodebytes(envelope(upload(INCLUDE.format("file@example"))).encode()),
                ),
                attachment(),
            ),
            id="root in base64",
        ),
        pytest.param(
            MTOM, related(part({"Content-ID": "<root@example>"}, inline().encode())), id="content still inline"
        ),
        pytest.param(MTOM, related(attachment(), root()), id="attachment before the root"),
        pytest.param(
            MTOM, related(root(), attachment(b"x", Content_ID="<other>"), attachment()), id="a part that nothing names"
        ),
        pytest.param(
            'multipart/related; type="application/xop+xml"',
            b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b-1; start=root@example\r\n\r\n"
            + related(root(), attachment()),
            id="boundary and MIME headers in the body",
        ),
        pytest.param("multipart/related", related(root(), attachment())[2:], id="boundary only in the body"),
        pytest.param(
            "text/xml; charset=utf-8",
            b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b-1\r\n\r\n"
            + related(root(), attachment()),
            id="MIME headers in a body that calls itself XML",
        ),
        pytest.param(
            'multipart/related; boundary="uuid:1+id=2"; start="<root@example>"',
            related(root(), attachment(), boundary="uuid:1+id=2"),
            id="WCF's boundary",
        ),
    ],
)
def test_multipart_is_stored_however_it_is_put_together(
    edge: EdgeClient, world: World, content_type: str, data: bytes
) -> None:
    assert_stored(edge.post(PATH, data, content_type), world)


def test_content_that_looks_like_a_boundary_arrives_whole(edge: EdgeClient, world: World) -> None:
    content = b"\r\n--b-2\r\n--b-" * 50_000 + b"\r\n--b\r\n"
    assert_stored(edge.post(PATH, related(root(), attachment(content)), MTOM), world, content)


@pytest.mark.parametrize("size", [0, 1, 2, 3, 8191, 8192, 256 * 1024, 256 * 1024 + 1, 1_000_003])
def test_every_size_arrives_whole(edge: EdgeClient, world: World, size: int) -> None:
    content = os.urandom(size)
    assert_stored(edge.post(PATH, inline(content)), world, content)
    world.stored.clear()
    assert_stored(edge.post(PATH, related(root(), attachment(content)), MTOM), world, content)


def test_site_and_name_go_with_the_closing_message(edge: EdgeClient, world: World) -> None:
    body = upload(base64.b64encode(b"x").decode(), "<e:SiteId>9</e:SiteId><e:Name>ærø.pdf</e:Name>", name_first=True)
    assert edge.post(PATH, envelope(body)).status == 200
    [asked] = world.of("UploadFile")
    assert (asked.request.name, asked.request.site_id, asked.request.content) == ("ærø.pdf", 9, b"")
    assert world.stored == {"ærø.pdf": b"x"}


def test_base64_may_be_broken_into_lines(edge: EdgeClient, world: World) -> None:
    assert_stored(edge.post(PATH, envelope(upload(base64.encodebytes(CONTENT).decode().replace("\n", "\r\n")))), world)


def test_the_answer_is_mtom_as_wcf_writes_it(edge: EdgeClient, world: World) -> None:
    reply = edge.post(PATH, inline())
    match = re.fullmatch(
        r'multipart/related; type="application/xop\+xml";start="<http://tempuri.org/0>";boundary="(uuid:[^"]+)";'
        r'start-info="text/xml"',
        reply.headers["content-type"],
    )
    assert match is not None
    assert reply.headers["mime-version"] == "1.0"
    head = f"Content-Type: {reply.headers['content-type']}\r\n\r\n".encode()
    message: Any = BytesParser().parsebytes(head + reply.body)
    [only] = message.get_payload()
    assert only["Content-ID"] == "<http://tempuri.org/0>"
    assert only["Content-Type"] == 'application/xop+xml;charset=utf-8;type="text/xml"'
    assert reply.body.startswith(b"--uuid:")
    assert (
        f'<UploadFileResponse xmlns="{TEMPURI}"><UploadFileResult>{FILE_ID}</UploadFileResult></UploadFileResponse>'
        in only.get_payload()
    )


def test_the_answer_is_text_by_setting(make_edge: MakeEdge, world: World) -> None:
    reply = make_edge(upload_answer="text").post(PATH, related(root(), attachment()), MTOM)
    assert reply.headers["content-type"] == "text/xml; charset=utf-8"
    assert reply.text("UploadFileResult") == FILE_ID
