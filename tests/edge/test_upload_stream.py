"""An upload's stream to the files service: when the service answers is not always when it is expected."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from google.protobuf.message import Message
from organisation.v1 import file_service_pb2

from edge.call import Call
from edge.contract import Operation
from edge.descriptors import load_services
from edge.faults import SoapFault
from edge.uploads import PIECE_BYTES, UploadStream

SERVICE, OPERATION = next((s, o) for s in load_services() for o in s.operations if o.name == "UploadFile")
ANSWER = file_service_pb2.UploadFileResponse(file_id="f")


class Stream:
    """Takes requests on a thread and answers after so many, or when one says that it is the last."""

    def __init__(self, requests: Iterator[Message], most: int | None, *, answers: bool) -> None:
        self._done = threading.Event()
        self._answers = answers
        self.came: list[Any] = []
        self.thread = threading.Thread(target=self._take, args=(requests, most))
        self.thread.start()

    def _take(self, requests: Iterator[Message], most: int | None) -> None:
        for request in requests:
            self.came.append(request)
            if self.came[-1].complete or len(self.came) == most:
                self._done.set()

    def done(self) -> bool:
        return self._done.wait(0.1) if self.came and self.came[-1].complete else self._done.is_set()

    def result(self) -> Message:
        self._done.wait(5)
        if not self._answers:
            raise grpc.RpcError
        return ANSWER


class Backend:
    def __init__(self, most: int | None = None, *, answers: bool = True) -> None:
        self._most = most
        self._answers = answers
        self.made: Stream

    def stream(self, operation: Operation, requests: Iterator[Message], metadata: object) -> Stream:
        self.made = Stream(requests, self._most, answers=self._answers)
        return self.made


def upload_to(backend: Any) -> UploadStream:
    return UploadStream(backend, OPERATION, Call(SERVICE, "r"))


def test_an_answer_at_once_after_the_closing_message_is_no_refusal() -> None:
    for _ in range(20):
        backend = Backend()
        upload = upload_to(backend)
        upload.write(b"content")
        assert upload.finish(file_service_pb2.UploadFileRequest(name="a.pdf")) == ANSWER
        backend.made.thread.join(5)
        assert not backend.made.thread.is_alive()
        assert [request.complete for request in backend.made.came] == [False, True]


def test_an_answer_before_the_closing_message_ends_the_upload() -> None:
    backend = Backend(most=1)
    upload = upload_to(backend)
    upload.write(b"x" * PIECE_BYTES)
    upload.write(b"x")  # only what comes next sends a piece
    assert backend.made._done.wait(5)
    with pytest.raises(SoapFault, match="ended by the service"):
        upload.write(b"x" * PIECE_BYTES)
    upload.abort()
    backend.made.thread.join(5)
    assert not backend.made.thread.is_alive()
