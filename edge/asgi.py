"""The edge as an ASGI application: requests in the form of http.py, and their answers on the wire."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from edge.body import drain
from edge.download_stream import Send
from edge.http import Receive, Request
from edge.router import Router

Scope = dict[str, Any]


class EdgeAsgi:
    """The ASGI application."""

    def __init__(self, router: Router) -> None:
        self._router = router

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request = request_of(scope, receive)
        response = await self._router.respond(request)
        start = {"type": "http.response.start", "status": response.status, "headers": response.head(request)}
        if response.stream is not None:
            try:
                await send(start)
                await response.stream.send(receive, send)
            finally:
                response.stream.close()
            return
        await send(start)
        await send({"type": "http.response.body", "body": response.content(request)})
        if response.closes:
            await drain(receive)


def request_of(scope: Scope, receive: Receive) -> Request:
    client = scope.get("client")
    return Request(
        scope["method"],
        scope["path"],
        scope["query_string"].decode("latin-1"),
        scope["scheme"],
        client[0] if client else "",
        headers_of(scope["headers"]),
        receive,
        len(scope["headers"]),
    )


def headers_of(pairs: Iterable[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """Returns headers by name in small letters; what came twice is joined by a comma."""
    headers: dict[bytes, bytes] = {}
    for name, value in pairs:
        key = name.lower()
        headers[key] = headers[key] + b"," + value if key in headers else value
    return headers
