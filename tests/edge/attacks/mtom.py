"""Attacks on the framing of uploads, and on what a root part refers to."""

from __future__ import annotations

from types import MappingProxyType

from edge.namespaces import XOP
from tests.edge.attacks.attack import Make, Sent, Table, Target, Verdict, attacks, request
from tests.edge.client import security
from tests.edge.uploads import INCLUDE, MTOM, attachment, part, related

MEBI = 1024 * 1024
XOP_PASSWORD = f'<xop:Include xmlns:xop="{XOP}" href="cid:file@example"/>'
ROOT = {"Content-ID": "<root@example>", "Content-Type": 'application/xop+xml;charset=utf-8;type="text/xml"'}


def root_of(target: Target, href: str = "file@example", header: str | None = None, **fields: str) -> bytes:
    """The root part; where there is no content in the operation, an honest envelope."""
    data = request(target, header=header).replace(b"VVVVVQ==", INCLUDE.format(href).encode())
    return part(ROOT | {name.replace("_", "-"): value for name, value in fields.items()}, data)


def parts(*others: bytes, href: str = "file@example", content_type: str = MTOM) -> Make:
    return lambda target: Sent(related(root_of(target, href), *others), content_type)


def framed(start: bytes, end: bytes = b"--\r\n", content_type: str = MTOM) -> Make:
    def make(target: Target) -> Sent:
        data = related(root_of(target), attachment(b"x"), end="")
        return Sent(start + data.removeprefix(b"\r\n") + end, content_type)

    return make


def cut(length: int) -> Make:
    return lambda target: Sent(related(root_of(target), attachment(b"x" * 1000))[:length], MTOM)


def header_in(part_header: str) -> Make:
    """Raw lines in the head of the attachment."""
    return lambda target: Sent(
        related(root_of(target), b"Content-ID: <file@example>\r\n" + part_header.encode() + b"\r\n\r\nx"), MTOM
    )


def including(markup: str) -> Make:
    def make(target: Target) -> Sent:
        data = request(target).replace(b"VVVVVQ==", markup.replace("TRAP", target.trap).encode())
        return Sent(related(part(ROOT, data), attachment(b"x")), MTOM)

    return make


INNER = related(part({"Content-ID": "<file@example>"}, b"x"), boundary="b-2")
REFUSED = attacks(
    Verdict.FAULT,
    {
        "missing part": parts(href="nobody"),
        "missing part among others": parts(*[attachment(b"x", Content_ID=f"<{n}>") for n in range(5)]),
        "duplicate cid": parts(attachment(b"x"), attachment(b"y")),
        "duplicate cid in another spelling": parts(attachment(b"x"), attachment(b"y", Content_ID="<file%40example>")),
        "cid loop to the root": parts(attachment(b"x"), href="root@example"),
        "cid in another case": parts(attachment(b"x", Content_ID="<FILE@example>")),
        "boundary of 10 kb": parts(
            attachment(b"x"), content_type=f"multipart/related; boundary={'b' * 10_000}; start=x"
        ),
        "boundary without characters": parts(attachment(b"x"), content_type='multipart/related; boundary=" "'),
        "boundary of control characters": parts(attachment(b"x"), content_type='multipart/related; boundary="\x01"'),
        "boundary that never comes": parts(attachment(b"x"), content_type="multipart/related; boundary=other"),
        "part count 100,000": parts(*[b"\r\n"] * 100_000),
        "part count just too many": parts(*[attachment(b"", Content_ID=f"<{n}>") for n in range(17)]),
        "xop to the web": including(f'<xop:Include xmlns:xop="{XOP}" href="TRAP/x"/>'),
        "xop to a file": including(f'<xop:Include xmlns:xop="{XOP}" href="file:///etc/passwd"/>'),
        "xop without an href": including(f'<xop:Include xmlns:xop="{XOP}"/>'),
        "xop twice": including(INCLUDE.format("file@example") * 2),
        "xop in xop": including(INCLUDE.format("x").replace("/>", f">{INCLUDE.format('file@example')}</xop:Include>")),
        "xop and text": including(INCLUDE.format("file@example") + "QUJD"),
        "text and xop": including("QUJD" + INCLUDE.format("file@example")),
        "text in xop": including(INCLUDE.format("file@example").replace("/>", ">QUJD</xop:Include>")),
        "xop of no namespace": including('<Include href="cid:file@example"/>'),
        "preamble of 1 MiB": framed(b"p" * MEBI + b"\r\n"),
        "no closing boundary": framed(b"", b""),
        "cut in the root": cut(700),
        "cut in the attachment": cut(1600),
        "cut in a header": cut(40),
        "header without colon": header_in("nonsense"),
        "header with nul": header_in("X: \x00\r\nContent-Transfer-Encoding: x"),
        "header name of control characters": header_in("A\x01B: x"),
        "unknown transfer encoding": header_in("Content-Transfer-Encoding: x-uuencode"),
        "base64 part that is none": parts(attachment(b"!!!!", Content_Transfer_Encoding="base64")),
        "root that is no xml": lambda _: Sent(related(part(ROOT, b"x"), attachment(b"x")), MTOM),
        "root with a dtd": lambda target: Sent(
            related(part(ROOT, request(target, prolog="<!DOCTYPE x>")), attachment(b"x")), MTOM
        ),
        "root too late": lambda target: Sent(related(attachment(b"x" * (MEBI + 9)), root_of(target)), MTOM),
        "start that names nothing": parts(attachment(b"x"), content_type=MTOM.replace("root@", "nobody@")),
        "multipart in the attachment's place": lambda target: Sent(related(root_of(target), INNER), MTOM),
        "multipart without a part": lambda _: Sent(b"--b-1--\r\n", MTOM),
        "empty multipart": lambda _: Sent(b"", MTOM),
    },
    Verdict.UNSUPPORTED,
)
STRANGERS = attacks(
    Verdict.SECURITY,
    {
        "xop in header": lambda target: Sent(
            related(root_of(target, header=security(password=XOP_PASSWORD)), attachment(b"right password")), MTOM
        ),
        "upload of a stranger": lambda target: Sent(
            related(root_of(target, header=security(password="wrong")), attachment(b"x" * 4 * MEBI)), MTOM
        ),
    },
    Verdict.UNSUPPORTED,
)
IGNORED = attacks(
    Verdict.ANSWER,
    {
        "xop in an unknown header": lambda target: Sent(
            related(root_of(target, header=security() + f"<x>{XOP_PASSWORD}</x>"), attachment(b"x")), MTOM
        ),
        "boundary within the content": parts(attachment(b"a\r\n--b-2\r\nb--b-1c--\r\n--b-x")),
        "content-location of a file": parts(attachment(b"x", Content_Location="file:///etc/passwd")),
        "content-type lies": parts(attachment(b"<script/>", Content_Type="text/xml; charset=utf-7")),
        "message within a part": parts(attachment(b"x", Content_Type="message/external-body; access-type=URL")),
        "other parts": parts(attachment(b"x"), attachment(b"y", Content_ID="<other>")),
        "epilogue": framed(b"", b"--\r\n" + b"e" * MEBI),
    },
    Verdict.UNSUPPORTED,
)
EITHER = attacks(
    Verdict.HARMLESS,
    {
        "header flood": header_in("\r\n".join(f"X-{n}: y" for n in range(100_000))),
        "header of 4 MiB": header_in("X: " + "y" * (4 * MEBI)),
        "header name of 4 MiB": header_in("X" * (4 * MEBI) + ": y"),
        "boundary by half": parts(attachment(b"\r\n--b-" * 200_000)),
        "delimiters of line ends": parts(attachment(b"\r" * MEBI)),
        "percent in a cid": parts(attachment(b"x"), href="%" * 10_000),
    },
    Verdict.UNSUPPORTED,
)
MTOM_ATTACKS: Table = MappingProxyType({**REFUSED, **STRANGERS, **IGNORED, **EITHER})
