"""HTTP as the edge speaks it: requests as WSGI gives them, and plain answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any

Environ = Mapping[str, Any]
StartResponse = Callable[[str, list[tuple[str, str]]], object]

HOST = re.compile(r"(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9._-]{1,253})(:[0-9]{1,5})?")
PREFIX = "/contentimport"

OK = "200 OK"
BAD_REQUEST = "400 Bad Request"
NOT_FOUND = "404 Not Found"
METHOD_NOT_ALLOWED = "405 Method Not Allowed"
UNSUPPORTED = "415 Unsupported Media Type"
FAULT = "500 Internal Server Error"
UNAVAILABLE = "503 Service Unavailable"

TEXT = "text/plain; charset=utf-8"
HTML = "text/html; charset=utf-8"
XML = "text/xml; charset=utf-8"


@dataclass(slots=True)
class Response:
    """An answer; closes: the connection ends with it."""

    status: str
    content_type: str
    body: bytes
    headers: list[tuple[str, str]] = field(default_factory=list)
    closes: bool = False

    def start(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Sends the head as WSGI has it; returns the body."""
        start_response(self.status, self.head(environ))
        return [self.content(environ)]

    def head(self, environ: Environ) -> list[tuple[str, str]]:
        """Returns the headers. A request's Connection: close is echoed."""
        headers = [
            ("Content-Type", self.content_type),
            ("Content-Length", str(len(self.body))),
            ("Cache-Control", "private"),
            *self.headers,
        ]
        if self.closes or "close" in environ.get("HTTP_CONNECTION", "").lower():
            headers.append(("Connection", "close"))
        return headers

    def content(self, environ: Environ) -> bytes:
        """Returns the body, left out for HEAD."""
        return b"" if environ["REQUEST_METHOD"] == "HEAD" else self.body


def text_response(status: str, text: str, *headers: tuple[str, str]) -> Response:
    return Response(status, TEXT, text.encode(), list(headers))


class Addresses:
    """Works out under which address a request reached us: configured, or told by it, or by a proxy that is trusted."""

    def __init__(self, public_url: str, trusted_proxies: Iterable[str]) -> None:
        self._public_url = public_url.rstrip("/")
        self._networks: list[IPv4Network | IPv6Network] = [ip_network(n, strict=False) for n in trusted_proxies]

    def base(self, environ: Environ) -> str | None:
        """Returns the URL above the .svc, without its slash; None where the request's Host cannot be one."""
        if self._public_url:
            return self._public_url
        forwarded = self._is_trusted(environ.get("REMOTE_ADDR", ""))
        scheme = environ.get("wsgi.url_scheme", "http")
        host = environ.get("HTTP_HOST", "")
        if forwarded:
            scheme = first(environ.get("HTTP_X_FORWARDED_PROTO", "")).lower() or scheme
            host = first(environ.get("HTTP_X_FORWARDED_HOST", "")) or host
        if scheme not in {"http", "https"} or HOST.fullmatch(host) is None:
            return None
        path: str = environ["PATH_INFO"]
        return f"{scheme}://{host}{path[: len(PREFIX)] if has_prefix(path) else ''}"

    def _is_trusted(self, remote: str) -> bool:
        if not self._networks:
            return False
        try:
            address = ip_address(remote)
        except ValueError:
            return False
        return any(address in network for network in self._networks)


def first(header: str) -> str:
    """Returns the first of a list of values: what the proxy nearest the client has said."""
    return header.partition(",")[0].strip()


def has_prefix(path: str) -> bool:
    return path[: len(PREFIX) + 1].lower() == PREFIX + "/"


def service_path(path: str) -> str:
    """Returns a request's path below the root or /ContentImport/, in small letters, as IIS compares paths."""
    return (path[len(PREFIX) + 1 :] if has_prefix(path) else path.removeprefix("/")).lower()
