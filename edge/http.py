"""HTTP as the edge speaks it: the head of a request, and plain answers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from edge.download_stream import DownloadStream

Headers = list[tuple[str, str]]
"""Of an answer; the server writes their names in small letters."""

HOST = re.compile(r"(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9._-]{1,253})(:[0-9]{1,5})?")
LONGEST_HOST = 253 + len(":65535")
PREFIX = "/contentimport"

OK = 200
PARTIAL = 206
NOT_MODIFIED = 304
BAD_REQUEST = 400
NOT_FOUND = 404
METHOD_NOT_ALLOWED = 405
UNSUPPORTED = 415
RANGE_NOT_SATISFIABLE = 416
FAULT = 500
UNAVAILABLE = 503

TEXT = "text/plain; charset=utf-8"
HTML = "text/html; charset=utf-8"
XML = "text/xml; charset=utf-8"


class Body(Protocol):
    """The body of a request."""

    async def piece(self) -> bytes:
        """Returns the next bytes; b"" at the end, or where the client has gone."""
        ...


@dataclass(slots=True)
class Request:
    """The head of a request, and its body.

    headers: by name in small letters; values of one that came twice are joined by a comma.
    """

    method: str
    path: str
    query: str
    scheme: str
    remote: str
    headers: Mapping[str, str]
    body: Body
    header_count: int
    """Of those that were sent, one that came twice counted twice."""

    def header(self, name: str) -> str:
        """Returns a header's value; "" where it was not sent."""
        return self.headers.get(name, "")

    @property
    def content_encoding(self) -> str:
        """The Content-Encoding in small letters; identity where none was sent."""
        sent = self.headers.get("content-encoding")
        return "identity" if sent is None else sent.strip().lower()

    @property
    def declared_length(self) -> int | None:
        """The Content-Length; None where there is none that holds: a Transfer-Encoding stands above it (RFC 9112)."""
        value = self.headers.get("content-length", "")
        return int(value) if value.isdecimal() and "transfer-encoding" not in self.headers else None


@dataclass(slots=True)
class Response:
    """An answer; closes: the connection ends with it. stream: the body, where it is not at hand.

    size: of the body that HEAD leaves out, where that is neither of them.
    """

    status: int
    content_type: str
    body: bytes
    headers: Headers = field(default_factory=list)
    closes: bool = False
    stream: DownloadStream | None = None
    size: int | None = None

    def head(self, request: Request) -> Headers:
        """Returns the headers. A request's Connection: close is echoed."""
        headers = [
            ("content-type", self.content_type),
            ("content-length", str(self.length())),
            ("cache-control", "private"),
            *self.headers,
        ]
        if self.closes or "close" in request.header("connection").lower():
            headers.append(("connection", "close"))
        return headers

    def length(self) -> int:
        """Returns how many bytes the body has."""
        if self.stream is not None:
            return self.stream.size
        return len(self.body) if self.size is None else self.size

    def content(self, request: Request) -> bytes:
        """Returns the body, left out for HEAD."""
        return b"" if request.method == "HEAD" else self.body


def text_response(status: int, text: str, *headers: tuple[str, str]) -> Response:
    return Response(status, TEXT, text.encode(), list(headers))


class Addresses:
    """Works out under which address a request reached us: configured, or told by it, or by a proxy that is trusted."""

    def __init__(self, public_url: str, trusted_proxies: Iterable[str]) -> None:
        self._public_url = public_url.rstrip("/")
        self._networks: list[IPv4Network | IPv6Network] = [ip_network(n, strict=False) for n in trusted_proxies]

    def base(self, request: Request) -> str | None:
        """Returns the URL above the .svc, without its slash; None where the request's Host cannot be one."""
        if self._public_url:
            return self._public_url
        scheme, host = request.scheme, request.header("host")
        if self._networks and self._is_trusted(request.remote):
            scheme = first(request.header("x-forwarded-proto")).lower() or scheme
            host = first(request.header("x-forwarded-host")) or host
        if len(host) > LONGEST_HOST:  # it is not even remembered
            return None
        return base_url(scheme, host, request.path[: len(PREFIX)] if has_prefix(request.path) else "")

    def _is_trusted(self, remote: str) -> bool:
        try:
            address = ip_address(remote)
        except ValueError:
            return False
        return any(address in network for network in self._networks)


@lru_cache(maxsize=100)
def base_url(scheme: str, host: str, prefix: str) -> str | None:
    """Returns the URL of a host; None for what cannot be one."""
    if scheme not in {"http", "https"} or HOST.fullmatch(host) is None:
        return None
    return f"{scheme}://{host}{prefix}"


def first(header: str) -> str:
    """Returns the first of a list of values: what the proxy nearest the client has said."""
    return header.partition(",")[0].strip()


def has_prefix(path: str) -> bool:
    return path[: len(PREFIX) + 1].lower() == PREFIX + "/"


def local_path(path: str) -> str:
    """Returns a request's path below the root or /ContentImport/."""
    return path[len(PREFIX) + 1 :] if has_prefix(path) else path.removeprefix("/")


def service_path(path: str) -> str:
    """Returns a request's local path in small letters, as IIS compares paths."""
    return local_path(path).lower()
