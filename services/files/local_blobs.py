"""Bytes in a local folder: 256 folders by the first two digits of the id, and incoming/ for what is on its way.

A file is written under incoming/, locked by its writer; at the close it is linked under its id, and the link in
incoming/ goes when the index has committed. So a file in incoming/ that nobody locks belongs to a writer that died, and
the index alone says whether the bytes are wanted. Several processes may share the folder.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import threading
from collections.abc import Callable, Collection
from pathlib import Path
from typing import BinaryIO

from services.files.ids import new_file_id, parse_file_id

FLUSH_BYTES = 8 * 1024 * 1024


class LocalBlobs:
    """The folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.incoming = folder / "incoming"

    def prepare(self) -> None:
        self.incoming.mkdir(parents=True, exist_ok=True)
        for number in range(256):
            (self.folder / f"{number:02x}").mkdir(exist_ok=True)
        sync_folder(self.folder)
        sync_folder(self.folder.parent)

    def check(self) -> None:
        if not os.access(self.incoming, os.W_OK):
            raise OSError(f"{self.incoming} cannot be written")

    def path(self, file_id: str) -> Path:
        return self.folder / file_id[:2] / file_id

    def begin(self) -> LocalBlob:
        while True:
            file_id = new_file_id()
            file = (self.incoming / file_id).open("xb")
            fcntl.flock(file, fcntl.LOCK_EX)
            if os.fstat(file.fileno()).st_nlink:
                return LocalBlob(self, file_id, file)
            file.close()  # a sweep came between opening and locking, and took it for a leftover

    def open(self, file_id: str) -> BinaryIO:
        return self.path(file_id).open("rb")

    def delete(self, file_id: str) -> None:
        self.path(file_id).unlink(missing_ok=True)

    def sweep(self, known: Callable[[Collection[str]], Collection[str]]) -> int:
        dead = [(path, lock) for path in self.incoming.iterdir() if (lock := lock_if_free(path)) is not None]
        ids = [path.name for path, _ in dead if parse_file_id(path.name) == path.name]
        wanted = known(ids) if ids else ()
        for path, lock in dead:
            if path.name not in wanted:
                self.delete(path.name)
            path.unlink(missing_ok=True)
            lock.close()
        return len(dead)


class LocalBlob:
    """A file on its way in."""

    def __init__(self, blobs: LocalBlobs, file_id: str, file: BinaryIO) -> None:
        self.file_id = file_id
        self._blobs = blobs
        self._file = file
        self._hash = hashlib.sha256()
        self._lock = threading.Lock()
        self._placed = False
        self._unflushed = 0

    def write(self, piece: bytes) -> None:
        with self._lock:
            if not self._file.closed:
                self._file.write(piece)
                self._hash.update(piece)
                self._flush_now_and_then(len(piece))

    def _flush_now_and_then(self, size: int) -> None:
        """Lets a large file go to the disk while it comes, and its pages be used again.

        To take new pages costs more than to fill them, and what is on disk already need not be waited for at the end.
        """
        self._unflushed += size
        if self._unflushed >= FLUSH_BYTES and hasattr(os, "posix_fadvise"):
            self._file.flush()
            os.posix_fadvise(self._file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            self._unflushed = 0

    def place(self) -> bytes:
        with self._lock:
            self._placed = True
            self._file.flush()
            os.fsync(self._file.fileno())
            path = self._blobs.path(self.file_id)
            path.hardlink_to(self._blobs.incoming / self.file_id)
            sync_folder(path.parent)
            return self._hash.digest()

    def finish(self) -> None:
        with self._lock:
            (self._blobs.incoming / self.file_id).unlink(missing_ok=True)
            self._file.close()

    def abandon(self) -> None:
        with self._lock:
            self._file.close()

    def discard(self) -> None:
        with self._lock:
            if not self._placed and not self._file.closed:
                (self._blobs.incoming / self.file_id).unlink(missing_ok=True)
                self._file.close()


def sync_folder(path: Path) -> None:
    """Puts a folder's own entries on disk."""
    number = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def lock_if_free(path: Path) -> BinaryIO | None:
    """Returns the file locked for us; None where a living writer has it, or it has gone."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file
