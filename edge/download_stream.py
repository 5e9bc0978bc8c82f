"""A body that comes from the files service and goes to the client, a piece at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import grpc
import structlog
from organisation.v1.file_service_pb2 import ReadDownloadRequest, ReadDownloadResponse

from edge.http import UNAVAILABLE, Headers
from edge.pipe import PIPE_BYTES, Pipe
from edge.rsgi_types import HTTPProtocol

if TYPE_CHECKING:
    ReadCall = grpc.aio.UnaryStreamCall[ReadDownloadRequest, ReadDownloadResponse]

COME_AGAIN: Headers = [("Retry-After", "1")]

log = structlog.get_logger()


class DownloadStream:
    """The bytes of one answer. It must be sent."""

    def __init__(
        self,
        call: ReadCall,
        size: int,
        pipes: Path,
        idle_seconds: float,
        request_id: str,
        ended: Callable[[], None],
    ) -> None:
        """pipes: folder for a pipe. idle_seconds: longest time that the client may take for a piece.

        ended: called once, at the end.
        """
        self.size = size
        self._call = call
        self._pipes = pipes
        self._idle_seconds = idle_seconds
        self._request_id = request_id
        self._ended = ended
        self._left = size

    async def send(self, protocol: HTTPProtocol, status: int, head: Headers) -> None:
        """Answers with the bytes, until all are sent or the client has gone.

        Where they end before, the answer is shorter than its Content-Length, and the HTTP server cuts the connection:
        no client takes it for the whole file.
        """
        tasks = [
            asyncio.ensure_future(self._send(protocol, status, head)),
            asyncio.ensure_future(disconnected(protocol)),
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._call.cancel()
            self._ended()

    async def _send(self, protocol: HTTPProtocol, status: int, head: Headers) -> None:
        try:
            if self.size <= PIPE_BYTES:
                await self._send_at_once(protocol, status, head)
            else:
                await self._send_in_pieces(protocol, status, head)
        except (OSError, TimeoutError) as error:
            self._log_end(error)

    async def _send_at_once(self, protocol: HTTPProtocol, status: int, head: Headers) -> None:
        pieces = []
        while piece := await self._piece():
            pieces.append(piece)
        if self._left <= 0:
            protocol.response_bytes(status, head, b"".join(pieces))
        else:
            protocol.response_empty(UNAVAILABLE, COME_AGAIN)

    async def _send_in_pieces(self, protocol: HTTPProtocol, status: int, head: Headers) -> None:
        try:
            made = Pipe(self._pipes)
        except OSError:
            protocol.response_empty(UNAVAILABLE, COME_AGAIN)
            raise
        with closing(made) as pipe:
            protocol.response_file(status, head, str(pipe.path))
            while piece := await self._piece():
                async with asyncio.timeout(self._idle_seconds):
                    await pipe.write(piece)

    async def _piece(self) -> bytes:
        """Returns the next bytes; b"" at the end, and where the files service ends early."""
        if self._left <= 0:
            return b""
        try:
            answer = await self._call.read()
        except grpc.aio.AioRpcError as error:
            self._log_end(error)
            return b""
        if not isinstance(answer, ReadDownloadResponse):
            return b""
        self._left -= len(answer.content)
        return answer.content

    def _log_end(self, cause: Exception) -> None:
        log.info("download ended early", request_id=self._request_id, left=self._left, cause=repr(cause))


async def disconnected(protocol: HTTPProtocol) -> None:
    """Returns when the client has gone."""
    await protocol.client_disconnect()
