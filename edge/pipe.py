"""Named pipes that the HTTP server reads as files.

What an RSGI stream is given it takes at once, and holds for a client that is slow; a file is read as fast as the client
takes it. So a pipe holds its writer back, and breaks when the client goes.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import secrets
from contextlib import ExitStack
from pathlib import Path

PIPE_BYTES = 64 * 1024
"""What it holds before it is read. Whoever has less to send needs no pipe."""


class Pipe:
    """Both ends, until the server has opened the path for itself. For one event loop.

    Nothing else ever has its path: the server opens it at a time of its own, which may be after the pipe is gone.
    """

    def __init__(self, folder: Path) -> None:
        """Raises OSError where there is no room, or no number left for another file, and leaves nothing then."""
        self.path = folder / secrets.token_hex(16)
        self._reading: int | None
        with ExitStack() as undo:
            os.mkfifo(self.path, 0o600)
            undo.callback(self.path.unlink)
            self._reading = os.open(self.path, os.O_RDONLY | os.O_NONBLOCK)
            undo.callback(os.close, self._reading)
            self._writing = os.open(self.path, os.O_WRONLY | os.O_NONBLOCK)
            undo.callback(os.close, self._writing)
            if hasattr(fcntl, "F_SETPIPE_SZ"):  # a kernel of large pages makes larger pipes; only Linux has the call
                fcntl.fcntl(self._writing, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
            undo.pop_all()
        self._written = 0

    def close(self) -> None:
        """Ends what the reader gets."""
        self._let_go_of_reading()
        os.close(self._writing)

    async def write(self, data: bytes) -> None:
        """Writes all of it, as the reader takes it; raises BrokenPipeError once the reader has gone."""
        left = memoryview(data)
        while left:
            try:
                count = os.write(self._writing, left)
            except BlockingIOError:
                await self._room()
                continue
            left = left[count:]
            self._written += count
            if self._written > PIPE_BYTES:  # somebody has read, who else than the server?
                self._let_go_of_reading()

    async def _room(self) -> None:
        loop = asyncio.get_running_loop()
        has_room = asyncio.Event()
        loop.add_writer(self._writing, has_room.set)
        try:
            await has_room.wait()
        finally:
            loop.remove_writer(self._writing)

    def _let_go_of_reading(self) -> None:
        """Else the pipe would not break when the server lets go of it."""
        if self._reading is not None:
            os.close(self._reading)
            self._reading = None
            self.path.unlink(missing_ok=True)
