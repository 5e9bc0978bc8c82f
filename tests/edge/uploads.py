"""Upload requests as partners put them together, and what must have come of them."""

from __future__ import annotations

import base64

from edge.namespaces import SOAP11, TEMPURI, XOP
from tests.edge.client import E, Reply, envelope
from tests.edge.fakes import FILE_ID, World

PATH = "/FileService.svc"
CONTENT = bytes(range(256)) * 1100
CLIENT = f"{{{SOAP11}}}Client"
INCLUDE = f'<xop:Include xmlns:xop="{XOP}" href="cid:{{}}"/>'


def upload(content: str, rest: str = "<e:Name>rocket.jpg</e:Name>", *, name_first: bool = False) -> str:
    element = f"<e:Content>{content}</e:Content>"
    members = rest + element if name_first else element + rest
    return f'<UploadFile xmlns="{TEMPURI}"><fileMessage xmlns:e="{E}">{members}</fileMessage></UploadFile>'


def inline(content: bytes = CONTENT, *, name_first: bool = False) -> str:
    return envelope(upload(base64.b64encode(content).decode(), name_first=name_first))


def part(headers: dict[str, str], data: bytes) -> bytes:
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return head.encode() + b"\r\n" + data


def related(*parts: bytes, boundary: str = "b-1", end: str = "--\r\n") -> bytes:
    return b"".join(b"\r\n--" + boundary.encode() + b"\r\n" + p for p in parts) + f"\r\n--{boundary}{end}".encode()


def root(href: str = "file@example", **headers: str) -> bytes:
    fields = {"Content-ID": "<root@example>", "Content-Type": 'application/xop+xml;charset=utf-8;type="text/xml"'}
    return part(
        fields | {k.replace("_", "-"): v for k, v in headers.items()}, envelope(upload(INCLUDE.format(href))).encode()
    )


def attachment(content: bytes = CONTENT, **headers: str) -> bytes:
    fields = {"Content-ID": "<file@example>", "Content-Transfer-Encoding": "binary"}
    return part(fields | {k.replace("_", "-"): v for k, v in headers.items()}, content)


MTOM = 'multipart/related; type="application/xop+xml"; start="<root@example>"; boundary="b-1"; start-info="text/xml"'


def assert_stored(reply: Reply, world: World, content: bytes = CONTENT, name: str = "rocket.jpg") -> None:
    assert reply.status == 200, reply.body
    assert f"<UploadFileResult>{FILE_ID}</UploadFileResult>".encode() in reply.body
    assert world.stored == {name: content}
    assert "connection" not in reply.headers


def assert_nothing_stored(reply: Reply, world: World) -> None:
    assert (reply.status, reply.headers["content-type"]) == (500, "text/xml; charset=utf-8")
    assert b"<faultcode" in reply.body
    assert not world.stored
    assert not world.of("UploadFile")
