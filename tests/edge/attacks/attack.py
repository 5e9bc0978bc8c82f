"""What an attack is: the request that carries it, and how the edge must meet it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from types import MappingProxyType

from edge.namespaces import SOAP11, TEMPURI
from tests.edge.client import XML, E, Stream, envelope, security
from tests.edge.streams import headers as stream_headers

SECURITY_START = "<wsse:Security "
REQUEST_ID = '<o:RequestId xmlns:o="urn:organisation-api">{}</o:RequestId>'


class Verdict(Enum):
    """How a request is met."""

    FAULT = auto()
    SECURITY = auto()
    """The one fault of WS-Security."""
    UNSUPPORTED = auto()
    """HTTP 415, or a fault."""
    ANSWER = auto()
    """What is odd about it is passed over, and the operation answered as ever."""
    HARMLESS = auto()
    """Answered or refused: either does no harm."""


@dataclass(frozen=True)
class Endpoint:
    """A service, one of its operations, and the rpc behind it; {} in members or own headers takes a text."""

    path: str
    element: str
    rpc: str
    members: str
    takes_uploads: bool = False
    answer: str = ""
    """Its element; "": named after the operation's."""
    headers: str = ""
    """The operation's own."""

    @property
    def answer_element(self) -> str:
        return self.answer or f"{self.element}Response"

    def body(self, text: str = "honest", attributes: str = "", inner: str = "") -> str:
        """The operation's element; inner stands before its members."""
        members = self.members.format(text)
        return f'<{self.element} xmlns="{TEMPURI}" xmlns:e="{E}"{attributes}>{inner}{members}</{self.element}>'

    def envelope(self, header: str | None = None, text: str = "honest", **body: str) -> str:
        """An honest request but for what is given; header stands in the place of the credentials."""
        header = security() if header is None else header
        return envelope(self.body(text, **body), self.headers.format(text) + header)


ENDPOINTS = (
    Endpoint(
        "/DataService.svc",
        "AddMessage",
        "AddMessage",
        "<dataMessage><e:Data>{}</e:Data><e:Type>2</e:Type></dataMessage>",
    ),
    Endpoint("/ReadDataService.svc", "ReadCourses", "ReadCourses", "<request><e:Id>{}</e:Id></request>"),
    Endpoint(
        "/FileService.svc",
        "UploadFile",
        "UploadFile",
        "<fileMessage><e:Content>VVVVVQ==</e:Content><e:Name>{}.pdf</e:Name></fileMessage>",
        takes_uploads=True,
    ),
    Endpoint(
        "/FileStreamService.svc",
        "StreamMessage",
        "UploadExtensionFile",
        "<Content>VVVVVQ==</Content>",
        takes_uploads=True,
        answer="FileStreamUploadResponse",
        headers=stream_headers({"ExtensionId": "5009", "Name": "{}.pdf"}),
    ),
)


@dataclass(frozen=True)
class Target:
    """Whom an attack is for; trap: URL of a port of ours that nobody may ask."""

    endpoint: Endpoint
    trap: str


@dataclass(frozen=True)
class Sent:
    """A request's body and head; before: bodies that are sent first."""

    body: bytes | Callable[[], Stream]
    content_type: str = XML
    headers: Mapping[str, str] = field(default_factory=dict)
    before: tuple[bytes, ...] = ()


Make = Callable[[Target], Sent]


@dataclass(frozen=True)
class Attack:
    """A named attack."""

    make: Make
    verdict: Verdict = Verdict.FAULT
    elsewhere: Verdict | None = None
    """At services that take no uploads; None: the same."""

    def verdict_at(self, endpoint: Endpoint) -> Verdict:
        return self.verdict if self.elsewhere is None or endpoint.takes_uploads else self.elsewhere


Table = Mapping[str, Attack]


def attacks(verdict: Verdict, makers: Mapping[str, Make], elsewhere: Verdict | None = None) -> Table:
    """Attacks that are met in the same way, by name."""
    return MappingProxyType({name: Attack(make, verdict, elsewhere) for name, make in makers.items()})


def request(target: Target, *, header: str | None = None, prolog: str = "", **body: str) -> bytes:
    """An honest request but for what is given."""
    return (prolog + target.endpoint.envelope(header, **body)).encode()


def with_header(header: str) -> Make:
    """Puts the header in the place of the credentials."""
    return lambda target: Sent(request(target, header=header.replace("TRAP", target.trap)))


def beside_security(header: str, **options: str) -> Make:
    return with_header(security(**options) + header)


def with_prolog(prolog: str, text: str = "honest") -> Make:
    return lambda target: Sent(request(target, prolog=prolog.replace("TRAP", target.trap), text=text))


def with_text(text: str) -> Make:
    """Puts markup in the place of the operation's text."""
    return lambda target: Sent(request(target, text=text))


def with_inner(inner: str, attributes: str = "") -> Make:
    """Puts elements before the members of the operation."""
    return lambda target: Sent(
        request(target, inner=inner.replace("TRAP", target.trap), attributes=attributes.replace("TRAP", target.trap))
    )


def changed(old: str, new: str) -> Make:
    """An honest request with something of its text exchanged."""

    def make(target: Target) -> Sent:
        text = request(target).decode()
        assert old in text
        return Sent(text.replace(old, new.replace("TRAP", target.trap)).encode())

    return make


def bytes_changed(old: bytes, new: bytes) -> Make:
    return lambda target: Sent(request(target).replace(old, new))


def whole(text: str) -> Make:
    """An envelope from its first byte to its last; {} is the operation, whose own headers precede the credentials."""

    def make(target: Target) -> Sent:
        own = target.endpoint.headers.format("honest")
        return Sent(
            text.replace("{}", target.endpoint.body()).replace(SECURITY_START, own + SECURITY_START, 1).encode()
        )

    return make


def envelope_of(content: str, namespace: str = SOAP11) -> Make:
    return whole(f'<soap:Envelope xmlns:soap="{namespace}">{content}</soap:Envelope>')
