"""Uploads in every form in which partners send them, and bodies that come slowly, in part, or not at all."""

from __future__ import annotations

import time
from dataclasses import dataclass

from tests.edge import streams, uploads
from tests.edge.client import XML, Reply, Stream
from tests.edge.fakes import World
from tests.edge.uploads import MTOM, attachment, related

END_OF_LINE = len("\r\n")


@dataclass(frozen=True)
class Form:
    """A service and the encoding of its content."""

    path: str
    content_type: str

    @property
    def is_mtom(self) -> bool:
        return self.content_type == MTOM

    @property
    def is_stream(self) -> bool:
        return self.path == streams.PATH

    def request(self, content: bytes = uploads.CONTENT, password: str = "right password") -> bytes:
        if self.is_mtom:
            body = related(streams.root() if self.is_stream else uploads.root(), attachment(content))
        else:
            body = (streams.inline(content) if self.is_stream else uploads.inline(content)).encode()
        return body.replace(b"right password", password.encode())

    def assert_stored(self, reply: Reply, world: World, content: bytes = uploads.CONTENT) -> None:
        check = streams.assert_streamed if self.is_stream else uploads.assert_stored
        check(reply, world, content)

    def shortest_whole(self, request: bytes) -> int:
        """So many bytes of a request make it whole: the line after a closing boundary need not end."""
        return len(request) - END_OF_LINE * self.is_mtom


FORMS = {
    "FileService, mtom": Form(uploads.PATH, MTOM),
    "FileService, inline": Form(uploads.PATH, XML),
    "FileStreamService, mtom": Form(streams.PATH, MTOM),
    "FileStreamService, inline": Form(streams.PATH, XML),
}


class Gone(Stream):
    """The client goes away after so many bytes."""

    def __init__(self, data: bytes, after: int) -> None:
        super().__init__(data)
        self._after = after

    def read(self, size: int = -1) -> bytes:
        if self.taken >= self._after:
            raise OSError("gone")
        return super().read(size)


class Dripping(Stream):
    """Small pieces with pauses between them."""

    def __init__(self, data: bytes, size: int = 1000, pause: float = 0.05) -> None:
        super().__init__(data)
        self._size, self._pause = size, pause

    def read(self, size: int = -1) -> bytes:
        time.sleep(self._pause)
        return super().read(min(size, self._size))


def wait_for_streams_to_end(world: World) -> None:
    """Waits until no service is being sent anything."""
    deadline = time.monotonic() + 10
    while world.broken_streams < world.begun_streams and time.monotonic() < deadline:
        time.sleep(0.01)
    assert world.broken_streams == world.begun_streams
