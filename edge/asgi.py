"""The edge as granian runs it: small calls on the event loop, uploads, large calls and questions on threads.

Both ways lead through the same application (wsgi.py); only what it waits for differs (waiting.py).
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from edge.body import LateInput
from edge.http import Response
from edge.settings import EdgeSettings
from edge.waiting import on_loop
from edge.wsgi import EdgeApplication

SMALL_BODY = 64 * 1024
"""A larger body is parsed on a thread: it would hold up the loop."""

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Environ = dict[str, Any]


class EdgeAsgi:
    """The ASGI application."""

    def __init__(self, settings: EdgeSettings, application: EdgeApplication) -> None:
        self._settings = settings
        self._application = application
        self._threads = ThreadPoolExecutor(settings.waiting_threads, "edge-waiting")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        environ = environ_of(scope)
        if self._application.is_call(environ):
            response = await self._call(environ, receive)
        else:
            response = await self._on_thread(environ, ThreadInput(receive, asyncio.get_running_loop()))
        headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in response.head(environ)]
        await send({"type": "http.response.start", "status": int(response.status[:3]), "headers": headers})
        await send({"type": "http.response.body", "body": response.content(environ)})

    async def _call(self, environ: Environ, receive: Receive) -> Response:
        """Reads the body, within its limits, and answers; a request that is too large is not read further."""
        limit = self._settings.max_request_bytes
        source: io.BytesIO | LateInput
        try:
            async with asyncio.timeout(self._settings.call_timeout_seconds):
                source = io.BytesIO(await read_body(environ, receive, limit))
        except TimeoutError:
            source = LateInput()
        if isinstance(source, io.BytesIO) and len(source.getbuffer()) > SMALL_BODY:
            return await self._on_thread(environ, source)
        environ["wsgi.input"] = source
        return await on_loop(partial(self._application.respond, environ))

    async def _on_thread(self, environ: Environ, source: object) -> Response:
        environ["wsgi.input"] = source
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._application.respond, environ)


class ThreadInput:
    """wsgi.input for a thread, over the events of the loop."""

    def __init__(self, receive: Receive, loop: asyncio.AbstractEventLoop) -> None:
        self._receive = receive
        self._loop = loop
        self._left = b""
        self._ended = False

    def read(self, size: int = -1, /) -> bytes:
        """Returns the next bytes, at most so many; b"" at the end, or where the client has gone."""
        while not self._left and not self._ended:
            event = asyncio.run_coroutine_threadsafe(next_event(self._receive), self._loop).result()
            self._left = event.get("body", b"")
            self._ended = not event.get("more_body", False)
        size = len(self._left) if size < 0 else size
        piece, self._left = self._left[:size], self._left[size:]
        return piece


async def next_event(receive: Receive) -> dict[str, Any]:
    return await receive()


async def read_body(environ: Environ, receive: Receive, limit: int) -> bytes:
    """Returns the body; of one that is larger than the limit, no more than it takes to see that."""
    declared = environ["CONTENT_LENGTH"]
    if declared.isascii() and declared.isdigit() and int(declared) > limit:
        return b""
    event = await receive()
    if not event.get("more_body", False):
        body: bytes = event.get("body", b"")
        return body
    pieces = [event.get("body", b"")]
    size = len(pieces[0])
    while event.get("more_body", False) and size <= limit:
        event = await receive()
        pieces.append(event.get("body", b""))
        size += len(pieces[-1])
    return b"".join(pieces)


def environ_of(scope: Scope) -> Environ:
    """Returns the request as WSGI would have it."""
    client = scope.get("client")
    environ: Environ = {
        "REQUEST_METHOD": scope["method"],
        "PATH_INFO": scope["path"],
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "CONTENT_TYPE": "",
        "CONTENT_LENGTH": "",
        "REMOTE_ADDR": client[0] if client else "",
        "wsgi.url_scheme": scope["scheme"],
    }
    for raw_name, raw_value in scope["headers"]:
        name = raw_name.decode("latin-1").upper().replace("-", "_")
        value = raw_value.decode("latin-1")
        key = name if name in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{name}"
        environ[key] = f"{environ[key]},{value}" if environ.get(key) else value
    return environ
