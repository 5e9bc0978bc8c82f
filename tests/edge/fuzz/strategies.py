"""What the fuzzers send: honest requests with something changed, and requests put together at random."""

from __future__ import annotations

import base64
from pathlib import Path

from hypothesis import strategies as st

from edge.namespaces import ADDRESSING, ORGANISATION, SOAP11, SOAP12, TEMPURI, WSSE, WSU, XOP, XSI

CORPUS = Path(__file__).parent / "corpus"
NAMESPACES = (SOAP11, SOAP12, TEMPURI, WSSE, WSU, XOP, XSI, ORGANISATION, "urn:x", "", *sorted(ADDRESSING))
# fmt: off
NAMES = (
    "Envelope", "Header", "Body", "Fault", "Security", "UsernameToken", "Username", "Password", "Nonce", "Created",
    "Timestamp", "Expires", "Include", "Data", "Type", "dataMessage", "fileMessage", "Content", "Name", "request",
    "Id", "AddMessage", "GetExtensions", "UploadFile", "RequestId", "ReplyTo", "x",
)
# fmt: on
TOKENS = [
    *(text.encode() for text in NAMESPACES),
    *(f"<{name}>".encode() for name in NAMES),
    *(f"</{name}>".encode() for name in NAMES),
    *(b"<!DOCTYPE x>", b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<?x ?>", b"&amp;", b"&#0;", b"&#x41;", b"&x;"),
    *(b'<?xml version="1.0" encoding="utf-16"?>', b"\xef\xbb\xbf", b"\xff\xfe", b"\x00", b"\xc0\x80", b"\xed\xa0\x80"),
    *(b"--", b"--b-1", b"--b-1--", b"\r\n", b"\r\n\r\n", b"\r", b"\n", b" ", b"\t", b"=", b"====", b"cid:", b"%40"),
    *(b"Content-ID: <file@example>\r\n", b"Content-Transfer-Encoding: base64\r\n", b'href="cid:file@example"'),
    *(b'xmlns=""', b'i:nil="true"', b'mustUnderstand="1"', b'actor="urn:x"', b"QUJD", b"<a>" * 70, b'"', b"'", b":"),
]


def seeds(target: str) -> dict[str, bytes]:
    """The committed corpus of a target, by file name."""
    return {path.name: path.read_bytes() for path in sorted((CORPUS / target).iterdir())}


tokens = st.one_of(st.sampled_from(TOKENS), st.binary(min_size=1, max_size=4))
cuts = st.lists(st.integers(1, 5000), min_size=1, max_size=4)
"""Sizes of the pieces in which a body comes, over and over."""


@st.composite
def mutated(draw: st.DrawFn, target: str) -> bytes:
    """A seed with up to eight places changed: something put in, taken out, exchanged or said twice."""
    data = draw(st.sampled_from(sorted(seeds(target).values())))
    for _ in range(draw(st.integers(1, 8))):
        start = draw(st.integers(0, len(data)))
        length = draw(st.sampled_from((0, 0, 0, 1, 2, 8, 50, 400)))
        piece = data[start : start + length]
        new = draw(st.one_of(tokens, st.just(piece * 2), st.just(b"")))
        data = data[:start] + new + data[start + length :]
    return data


texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=20)
attributes = st.dictionaries(
    st.sampled_from(("Type", "Id", "id", "href", "actor", "mustUnderstand", "x")),
    st.sampled_from(("", "1", "true", "#x", "cid:file@example", "PasswordText", "urn:x")),
    max_size=2,
)


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@st.composite
def elements(draw: st.DrawFn, children: st.SearchStrategy[str]) -> str:
    name, namespace = draw(st.sampled_from(NAMES)), draw(st.sampled_from(NAMESPACES))
    head = "".join(f' {key}="{value}"' for key, value in draw(attributes).items())
    inner = "".join(draw(st.lists(children, max_size=4)))
    return f'<{name} xmlns="{namespace}"{head}>{inner}</{name}>'


trees = st.recursive(texts.map(escaped), elements, max_leaves=12)

USERS = ("ana", "Ana", "ana ", "bo", "nobody", "")
PASSWORDS = ("right password", "other", "wrong", "", "right", "right password ")
TIMES = ("2001-01-01T00:00:00Z", "now", "", "9999-12-31T23:59:59Z", "2026-02-30T00:00:00Z", "0001-01-01T00:00:00+14:00")


def leaf(name: str, values: tuple[str, ...], prefix: str = "wsse") -> st.SearchStrategy[str]:
    kind = st.sampled_from(("", "", "", ' Type="PasswordText"', ' Type="x#PasswordDigest"', ' wsu:Id="i"'))
    split = st.sampled_from(("{}", "{}", "{}", "{}<!-- -->", "<![CDATA[{}]]>", "<x>{}</x>"))
    return st.builds(
        lambda value, form, attribute: f"<{prefix}:{name}{attribute}>{form.format(value)}</{prefix}:{name}>",
        st.sampled_from(values),
        split,
        kind,
    )


user_names, passwords = leaf("Username", USERS), leaf("Password", PASSWORDS)
moments = leaf("Created", TIMES, "wsu")
usual = st.tuples(leaf("Username", ("ana",)), leaf("Password", ("right password",))).map("".join)
token_parts = st.one_of(user_names, passwords, leaf("Nonce", ("a", "", "n" * 2000)), moments, trees)
usernames_tokens = st.lists(st.one_of(usual, token_parts), max_size=4).map(
    lambda parts: f"<wsse:UsernameToken>{''.join(parts)}</wsse:UsernameToken>"
)
timestamps = st.lists(st.one_of(moments, leaf("Expires", TIMES, "wsu")), max_size=3).map(
    lambda parts: f"<wsu:Timestamp>{''.join(parts)}</wsu:Timestamp>"
)
security_headers = st.lists(st.one_of(usernames_tokens, usernames_tokens, timestamps, trees), max_size=3).map(
    lambda parts: f'<wsse:Security xmlns:wsse="{WSSE}" xmlns:wsu="{WSU}">{"".join(parts)}</wsse:Security>'
)

NUMBERS = ("5009", "0", "-1", " 7 ", "2147483648", "5009.0", "", "five")
own_headers = st.one_of(
    *(leaf("Name", ("a.pdf", "", "a.exe", "n" * 2000), "t"), leaf("ExtensionId", NUMBERS, "t")),
    *(leaf("SiteId", NUMBERS, "t"), leaf("Name", ("a.pdf",), "wsu")),
).map(lambda header: header.replace(">", f' xmlns:t="{TEMPURI}" xmlns:wsu="{WSU}">', 1))
"""Headers of FileStreamService."""

BASE64_PIECES = ("QUJD", "QQ==", "QUI=", "=", "====", "A", "\n", " ", "-_", "é", "&#65;")
base64_texts = st.one_of(
    st.text("ABab01+/= \r\n\t", max_size=80),
    st.lists(st.sampled_from(BASE64_PIECES), max_size=20).map("".join),
    st.binary(max_size=300).map(lambda data: base64.encodebytes(data).decode()),
)
