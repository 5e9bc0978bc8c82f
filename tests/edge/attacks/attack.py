"""What an attack is: the request that carries it, and how the edge must meet it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from types import MappingProxyType

from edge.namespaces import SOAP11, TEMPURI
from tests.edge.client import XML, E, Stream, envelope, security

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
    """A service, one of its operations, and the rpc behind it; {} in the members takes a text."""

    path: str
    operation: str
    rpc: str
    members: str
    takes_uploads: bool = False

    def body(self, text: str = "honest", attributes: str = "", inner: str = "") -> str:
        """The operation's element; inner stands before its members."""
        members = self.members.format(text)
        return f'<{self.operation} xmlns="{TEMPURI}" xmlns:e="{E}"{attributes}>{inner}{members}</{self.operation}>'


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
    return (prolog + envelope(target.endpoint.body(**body), header)).encode()


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
    """An envelope from its first byte to its last; {} is the operation."""
    return lambda target: Sent(text.replace("{}", target.endpoint.body()).encode())


def envelope_of(content: str, namespace: str = SOAP11) -> Make:
    return whole(f'<soap:Envelope xmlns:soap="{namespace}">{content}</soap:Envelope>')
