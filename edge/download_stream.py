"""A body that comes from the files service and goes to the client, a piece at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import grpc
import structlog
from organisation.v1.file_service_pb2 import ReadDownloadRequest, ReadDownloadResponse

from edge.http import Receive

if TYPE_CHECKING:
    ReadCall = grpc.aio.UnaryStreamCall[ReadDownloadRequest, ReadDownloadResponse]

Send = Callable[[dict[str, Any]], Awaitable[None]]

log = structlog.get_logger()


class DownloadStream:
    """The bytes of one answer. It must be sent or closed."""

    def __init__(
        self, call: ReadCall, size: int, idle_seconds: float, request_id: str, ended: Callable[[], None]
    ) -> None:
        """idle_seconds: longest time that the client may take for a piece. ended: called once, at the end."""
        self.size = size
        self._call = call
        self._idle_seconds = idle_seconds
        self._request_id = request_id
        self._ended = ended
        self._is_closed = False

    async def send(self, receive: Receive, send: Send) -> None:
        """Sends the bytes until all are sent or the client has gone.

        Where they end before, the answer is shorter than its Content-Length, and the HTTP server cuts the connection:
        no client takes it for the whole file.
        """
        tasks = [asyncio.ensure_future(self._send_all(send)), asyncio.ensure_future(disconnected(receive))]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self.close()

    def close(self) -> None:
        """Lets go of the files service."""
        if not self._is_closed:
            self._is_closed = True
            self._call.cancel()
            self._ended()

    async def _send_all(self, send: Send) -> None:
        left = self.size
        try:
            while left > 0:
                answer = await self._call.read()
                if not isinstance(answer, ReadDownloadResponse):
                    break
                left -= len(answer.content)
                event = {"type": "http.response.body", "body": answer.content, "more_body": left > 0}
                async with asyncio.timeout(self._idle_seconds):
                    await send(event)
        except (grpc.aio.AioRpcError, TimeoutError) as error:
            log.info("download ended early", request_id=self._request_id, left=left, cause=repr(error))


async def disconnected(receive: Receive) -> None:
    """Returns when the client has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
