"""The edge as an RSGI application, granian's own interface: requests in the form of http.py, and their answers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable

from edge.body import drain
from edge.http import Request
from edge.router import Router
from edge.rsgi_types import HTTPProtocol, Scope


class EdgeRsgi:
    """The RSGI application."""

    def __init__(self, router: Router) -> None:
        self._router = router

    async def __rsgi__(self, scope: Scope, protocol: HTTPProtocol) -> None:
        request = request_of(scope, protocol)
        response = await self._router.respond(request)
        head = response.head(request)
        if response.stream is not None:
            await response.stream.send(protocol, response.status, head)
            return
        protocol.response_bytes(response.status, head, response.content(request))
        if response.closes:
            await drain(request.body)


class RsgiBody:
    """Implements http.Body."""

    __slots__ = ("_pieces", "_protocol")

    def __init__(self, protocol: HTTPProtocol) -> None:
        self._protocol = protocol
        self._pieces: AsyncIterator[bytes] | None = None

    async def piece(self) -> bytes:
        if self._pieces is None:
            self._pieces = aiter(self._protocol)
        try:
            return await anext(self._pieces)
        except StopAsyncIteration:
            return b""


def request_of(scope: Scope, protocol: HTTPProtocol) -> Request:
    pairs = scope.headers.items()
    return Request(
        scope.method,
        scope.path,
        scope.query_string,
        scope.scheme,
        scope.client.rpartition(":")[0].strip("[]"),
        headers_of(pairs),
        RsgiBody(protocol),
        len(pairs),
    )


def headers_of(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Returns headers by name; what came twice is joined by a comma.

    The server gives names in small letters, and leaves out what has a value beyond ASCII.
    """
    headers: dict[str, str] = {}
    for name, value in pairs:
        headers[name] = f"{headers[name]},{value}" if name in headers else value
    return headers
