"""Requests to FileStreamService as partners put them together."""

from __future__ import annotations

import base64

from edge.namespaces import TEMPURI
from tests.edge.client import Reply, envelope, security
from tests.edge.fakes import FILE_ID, World
from tests.edge.uploads import CONTENT, INCLUDE, part

PATH = "/FileStreamService.svc"
HEADERS = {"ExtensionId": "5009", "Name": "rocket.jpg"}


def headers(values: dict[str, str], namespace: str = TEMPURI) -> str:
    return "".join(f'<h:{name} xmlns:h="{namespace}">{value}</h:{name}>' for name, value in values.items())


def stream_message(content: str) -> str:
    return f'<StreamMessage xmlns="{TEMPURI}"><Content>{content}</Content></StreamMessage>'


def message(content: str, own: str = headers(HEADERS), password: str = "right password") -> str:
    """An envelope whose headers stand before and after the Security header."""
    return envelope(stream_message(content), own + security(password=password))


def inline(content: bytes = CONTENT, own: str = headers(HEADERS)) -> str:
    return message(base64.b64encode(content).decode(), own)


def root(own: str = headers(HEADERS), password: str = "right password", **fields: str) -> bytes:
    head = {"Content-ID": "<root@example>", "Content-Type": 'application/xop+xml;charset=utf-8;type="text/xml"'}
    more = {name.replace("_", "-"): value for name, value in fields.items()}
    return part(head | more, message(INCLUDE.format("file@example"), own, password).encode())


def assert_streamed(reply: Reply, world: World, content: bytes = CONTENT, name: str = "rocket.jpg") -> None:
    assert reply.status == 200, reply.body
    answer = f'<FileStreamUploadResponse xmlns="{TEMPURI}"><FileId>{FILE_ID}</FileId></FileStreamUploadResponse>'
    assert answer.encode() in reply.body
    assert world.stored == {name: content}
    assert "connection" not in reply.headers


def assert_nothing_streamed(reply: Reply, world: World) -> None:
    assert (reply.status, reply.headers["content-type"]) == (500, "text/xml; charset=utf-8")
    assert b"<faultcode" in reply.body
    assert not world.stored
    assert not world.of("UploadExtensionFile")
