"""Whatever comes, there is an answer in the protocol's form, nothing is stored by half, and the next one is served.

make test sends a few examples of each, the same ones every time; make fuzz sends many, new ones every time.
"""

from __future__ import annotations

import base64
import itertools
import re
from collections.abc import Sequence
from email.message import Message
from email.parser import BytesParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from edge.elements import Element
from edge.namespaces import SOAP11, TEMPURI, WSSE
from tests.edge.attacks.attack import ENDPOINTS, Endpoint
from tests.edge.attacks.test_attacks import CODES, NEVER
from tests.edge.client import XML, EdgeClient, Reply, Stream, envelope, security
from tests.edge.fakes import FakeBackend, World
from tests.edge.fuzz.strategies import base64_texts, cuts, mutated, own_headers, security_headers, seeds, tokens, trees
from tests.edge.fuzz.tally import tally
from tests.edge.uploads import MTOM, attachment, part, related, root, upload

SETTINGS = settings.get_profile("fuzz")
FILES, STREAMS = (endpoint for endpoint in ENDPOINTS if endpoint.takes_uploads)
ENDPOINT = st.sampled_from(ENDPOINTS)
WSSE_PREFIX = {"o": WSSE}
BASE64 = re.compile("(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
PARTNERS = {"ana": "right password", "bo": "other"}


class Pieces(Stream):
    """A body in pieces of these sizes."""

    waits = False

    def __init__(self, data: bytes, sizes: Sequence[int]) -> None:
        super().__init__(data)
        self._sizes = itertools.cycle(sizes)

    def read(self, size: int = -1) -> bytes:
        return super().read(next(self._sizes))


def body_of(reply: Reply) -> Element:
    """The envelope of an answer, be it MTOM."""
    content = reply.body
    content_type = reply.headers["content-type"]
    if content_type.startswith("multipart/related"):
        message = BytesParser().parsebytes(f"Content-Type: {content_type}\r\n\r\n".encode() + content)
        first = message.get_payload(0)
        assert isinstance(first, Message)
        content = bytes(first.get_payload(decode=True))
    tree = etree.fromstring(content)
    assert tree.tag == f"{{{SOAP11}}}Envelope"
    return tree


def ask(
    target: str,
    edge: EdgeClient,
    backend: FakeBackend,
    endpoint: Endpoint,
    body: bytes | Stream,
    content_type: str = XML,
) -> tuple[Reply, World]:
    """Sends what a fuzzer has made, checks how it is met, and that an honest request is answered after it."""
    world = backend.reset()
    reply = edge.post(endpoint.path, body, content_type)
    tree = body_of(reply)
    if reply.status == 200:
        assert len(world.asked) == 1
        assert tree.find(f".//{{{SOAP11}}}Fault") is None
    else:
        assert reply.status == 500
        assert reply.fault_code in CODES
        assert tree.find(".//detail") is None
        assert not world.asked
        assert not world.stored
        assert not [secret for secret in NEVER if secret in reply.body and secret != b".py"]
    tally(target).add("answered" if reply.status == 200 else reply.fault_code.rpartition("}")[2])
    stored = dict(world.stored)
    assert edge.post(endpoint.path, endpoint.envelope(text="next")).status == 200
    world.stored = stored
    return reply, world


def check_sender(body: bytes) -> None:
    """Who is served has proved who it is, by another parser's reading, to which any name of a namespace is one."""
    tree = etree.fromstring(body.strip(), etree.XMLParser(remove_comments=True, remove_pis=True, recover=True))
    users = tree.findall(".//o:Security/o:UsernameToken/o:Username", WSSE_PREFIX)
    words = tree.findall(".//o:Security/o:UsernameToken/o:Password", WSSE_PREFIX)
    assert any(PARTNERS.get(user.text or "") == word.text for user in users for word in words)


@given(endpoint=ENDPOINT, data=mutated("envelope"), sizes=cuts)
@settings(SETTINGS)
def test_an_envelope_with_something_changed(
    attacked: EdgeClient, backend: FakeBackend, endpoint: Endpoint, data: bytes, sizes: list[int]
) -> None:
    reply, _ = ask("envelope", attacked, backend, endpoint, Pieces(data, sizes))
    if reply.status == 200:
        check_sender(data)


@given(endpoint=ENDPOINT, header=trees, body=trees, inner=trees, sizes=cuts)
@settings(SETTINGS)
def test_an_envelope_of_anything(
    attacked: EdgeClient, backend: FakeBackend, endpoint: Endpoint, header: str, body: str, inner: str, sizes: list[int]
) -> None:
    data = endpoint.envelope(security() + header, inner).replace("</soap:Body>", f"{body}</soap:Body>").encode()
    ask("envelope", attacked, backend, endpoint, Pieces(data, sizes))


@given(endpoint=ENDPOINT, header=security_headers)
@settings(SETTINGS)
def test_a_security_header_of_anything(
    attacked: EdgeClient, backend: FakeBackend, endpoint: Endpoint, header: str
) -> None:
    data = endpoint.envelope(header).encode()
    reply, _ = ask("security", attacked, backend, endpoint, data)
    if reply.status == 200:
        check_sender(data)


@given(endpoint=ENDPOINT, data=mutated("security"))
@settings(SETTINGS)
def test_a_security_header_with_something_changed(
    attacked: EdgeClient, backend: FakeBackend, endpoint: Endpoint, data: bytes
) -> None:
    body = endpoint.envelope("HERE").encode().replace(b"HERE", data)
    reply, _ = ask("security", attacked, backend, endpoint, body)
    if reply.status == 200:
        check_sender(body)


@given(data=mutated("framing"), sizes=cuts, with_boundary=st.booleans())
@settings(SETTINGS)
def test_a_framing_with_something_changed(
    attacked: EdgeClient, backend: FakeBackend, data: bytes, sizes: list[int], with_boundary: bool
) -> None:
    content_type = MTOM if with_boundary else "multipart/related"
    ask("framing", attacked, backend, FILES, Pieces(data, sizes), content_type)


@given(
    content=st.lists(tokens, max_size=20).map(b"".join),
    others=st.lists(st.tuples(st.booleans(), tokens), max_size=3),
    as_base64=st.booleans(),
    sizes=cuts,
)
@settings(SETTINGS)
def test_an_attachment_of_anything_arrives_whole(
    attacked: EdgeClient,
    backend: FakeBackend,
    content: bytes,
    others: list[tuple[bool, bytes]],
    as_base64: bool,
    sizes: list[int],
) -> None:
    wanted = (
        attachment(base64.encodebytes(content), Content_Transfer_Encoding="base64")
        if as_base64
        else attachment(content)
    )
    before = [part({"Content-ID": f"<b{n}>"}, data) for n, (first, data) in enumerate(others) if first]
    after = [part({"Content-ID": f"<a{n}>"}, data) for n, (first, data) in enumerate(others) if not first]
    boundary = "a-boundary-that-is-in-no-token"
    body = related(*before, root(), wanted, *after, boundary=boundary)
    reply, world = ask("framing", attacked, backend, FILES, Pieces(body, sizes), MTOM.replace("b-1", boundary))
    assert reply.status == 200, reply.body
    assert world.stored == {"rocket.jpg": content}


@given(text=base64_texts, sizes=cuts)
@settings(SETTINGS)
def test_base64_is_stored_as_another_decoder_reads_it_or_refused(
    attacked: EdgeClient, backend: FakeBackend, text: str, sizes: list[int]
) -> None:
    body = envelope(upload(text)).encode()
    reply, world = ask("base64", attacked, backend, FILES, Pieces(body, sizes))
    plain = re.sub("[ \t\r\n]", "", text.replace("&#65;", "A"))
    if BASE64.fullmatch(plain) is None:
        assert reply.status == 500
    else:
        assert reply.status == 200, reply.body
        assert world.stored == {"rocket.jpg": base64.b64decode(plain)}


@given(text=base64_texts, sizes=cuts)
@settings(SETTINGS)
def test_a_part_in_base64_is_stored_as_another_decoder_reads_it_or_refused(
    attacked: EdgeClient, backend: FakeBackend, text: str, sizes: list[int]
) -> None:
    body = related(root(), attachment(text.encode(), Content_Transfer_Encoding="base64"))
    reply, world = ask("base64", attacked, backend, FILES, Pieces(body, sizes), MTOM)
    plain = re.sub("[ \t\r\n]", "", text)
    if BASE64.fullmatch(plain) is None:
        assert reply.status == 500
    else:
        assert reply.status == 200, reply.body
        assert world.stored == {"rocket.jpg": base64.b64decode(plain)}


@given(data=mutated("base64"), sizes=cuts)
@settings(SETTINGS)
def test_an_inline_upload_with_something_changed(
    attacked: EdgeClient, backend: FakeBackend, data: bytes, sizes: list[int]
) -> None:
    ask("base64", attacked, backend, FILES, Pieces(data, sizes))


@given(data=mutated("streams"), sizes=cuts, with_boundary=st.booleans())
@settings(SETTINGS)
def test_a_stream_with_something_changed(
    attacked: EdgeClient, backend: FakeBackend, data: bytes, sizes: list[int], with_boundary: bool
) -> None:
    content_type = MTOM if with_boundary else "multipart/related"
    ask("streams", attacked, backend, STREAMS, Pieces(data, sizes), content_type)


@given(data=mutated("headers"), after=st.booleans())
@settings(SETTINGS)
def test_the_headers_of_a_stream_with_something_changed(
    attacked: EdgeClient, backend: FakeBackend, data: bytes, after: bool
) -> None:
    body = stream_with_headers(data, after=after)
    _, world = ask("headers", attacked, backend, STREAMS, body)
    check_name(body, world)


@given(own=st.lists(own_headers, max_size=5).map("".join), others=trees, after=st.booleans())
@settings(SETTINGS)
def test_the_headers_of_a_stream_of_anything(
    attacked: EdgeClient, backend: FakeBackend, own: str, others: str, after: bool
) -> None:
    body = stream_with_headers((own + others).encode(), after=after)
    _, world = ask("headers", attacked, backend, STREAMS, body)
    check_name(body, world)


def stream_with_headers(own: bytes, *, after: bool) -> bytes:
    """A request whose own headers stand before the credentials, or after them."""
    header = security() + "HERE" if after else "HERE" + security()
    return envelope(STREAMS.body(), header).encode().replace(b"HERE", own)


def check_name(body: bytes, world: World) -> None:
    """What is stored has the name that a header says, by another parser's reading."""
    if world.stored:
        tree = etree.fromstring(body, etree.XMLParser(remove_comments=True, remove_pis=True, recover=True))
        names = [element.text for element in tree.findall(f"*/{{{TEMPURI}}}Name")]
        assert list(world.stored) in [[name] for name in names]


TARGETS = {
    "envelope": ENDPOINTS,
    "security": ENDPOINTS,
    "framing": (FILES,),
    "base64": (FILES,),
    "streams": (STREAMS,),
    "headers": (STREAMS,),
}
SEEDS = [pytest.param(target, name, id=f"{target}: {name}") for target in TARGETS for name in seeds(target)]


@pytest.mark.parametrize(("target", "name"), SEEDS)
def test_a_seed_is_met(attacked: EdgeClient, backend: FakeBackend, target: str, name: str) -> None:
    data = seeds(target)[name]
    for endpoint in TARGETS[target]:
        body = data
        if target == "security":
            body = endpoint.envelope("HERE").encode().replace(b"HERE", data)
        if target == "headers":
            body = stream_with_headers(data, after=False)
        for sizes in ((7, 300), (100_000,)):
            content_type = MTOM if target in {"framing", "streams"} else XML
            ask(target, attacked, backend, endpoint, Pieces(body, sizes), content_type)
