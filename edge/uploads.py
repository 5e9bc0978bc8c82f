"""An upload as a gRPC client stream: pieces of content first, then a closing message with the rest (decision 13)."""

from __future__ import annotations

import contextlib
import queue
from collections.abc import Iterator
from typing import Any

import grpc
from google.protobuf.message import Message

from edge.backend import Backend
from edge.base64_pieces import Base64Pieces
from edge.call import Call
from edge.contract import Operation
from edge.faults import client_fault
from edge.statuses import fault_of

PIECE_BYTES = 1024 * 1024
"""The most that the files service takes at once: each piece costs both sides about as much as copying it."""
WAITING_PIECES = 1
LOOK_SECONDS = 0.2


class UploadStream:
    """Bytes on their way to the files service. Without finish nothing of them is stored."""

    def __init__(self, backend: Backend, operation: Operation, call: Call, opening: Message | None = None) -> None:
        """opening: a request that goes before the content."""
        self._request_class: Any = operation.request.message_class
        self._field = next(member.field for member in operation.request.members if member.is_stream)
        self._waiting: queue.Queue[Message | None] = queue.Queue(WAITING_PIECES)
        self._pieces: list[bytes] = []
        self._size = 0
        self._ended = False
        self._answer = backend.stream(operation, self._requests(), call.metadata())
        if opening is not None:
            self._put(opening)

    def write(self, data: bytes) -> None:
        """Takes at most PIECE_BYTES; waits while the service is slow. Raises its fault as soon as it refuses."""
        if self._size + len(data) > PIECE_BYTES:
            self._flush()
        self._pieces.append(data)
        self._size += len(data)

    def finish(self, request: Any) -> Message:
        """Sends the closing message and returns the response; raises grpc.RpcError."""
        self._flush()
        if "complete" in request.DESCRIPTOR.fields_by_name:
            request.complete = True
        self._put(request)
        self._ended = True
        self._release()
        response: Message = self._answer.result()
        return response

    def abort(self) -> None:
        """Ends the stream without its closing message, unless it has ended."""
        if self._ended:
            return
        self._ended = True
        self._answer.cancel()
        self._release()

    def _requests(self) -> Iterator[Message]:
        while (request := self._waiting.get()) is not None:
            yield request

    def _flush(self) -> None:
        if self._pieces:
            content = self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)
            self._pieces.clear()
            self._size = 0
            self._put(self._request_class(**{self._field: content}))

    def _put(self, request: Message | None) -> None:
        while True:
            if self._answer.done():
                self._fail()
            try:
                self._waiting.put(request, timeout=LOOK_SECONDS)
            except queue.Full:
                continue
            return

    def _fail(self) -> None:
        """The service has answered before the end: that can only be a refusal."""
        self._ended = True
        self._release()
        try:
            self._answer.result()
        except grpc.RpcError as error:
            raise fault_of(error) from None
        raise client_fault("The upload was ended by the service.")

    def _release(self) -> None:
        """Lets the thread of gRPC that waits for requests end once it has sent what waits, if the call still runs."""
        while not self._answer.done():
            try:
                self._waiting.put(None, timeout=LOOK_SECONDS)
            except queue.Full:
                continue
            return
        with contextlib.suppress(queue.Empty):
            while True:
                self._waiting.get_nowait()
        self._waiting.put(None)


def finish_upload(call: Call, request: Message) -> Message:
    """Closes the upload of a call with the members that came beside the content."""
    if call.upload is None:
        raise client_fault("The content of the file is missing.")
    return call.upload.finish(request)


class Base64Stream:
    """Decodes base64 as it comes and passes the bytes on."""

    def __init__(self, upload: UploadStream) -> None:
        self._upload = upload
        self._pieces = Base64Pieces()

    def write(self, data: bytes) -> None:
        """Takes a piece of base64 text; raises a fault for what is none."""
        try:
            content = self._pieces.decode(data)
        except ValueError:
            raise base64_fault() from None
        if content:
            self._upload.write(content)

    def close(self) -> None:
        """Raises a fault where the text ends within a group of four."""
        try:
            self._pieces.close()
        except ValueError:
            raise base64_fault() from None


def base64_fault() -> Exception:
    return client_fault("The content of the file is not base64.")
