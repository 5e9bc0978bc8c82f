"""Where the bytes of files lie: a port, and the local folder behind it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import BinaryIO, Protocol
from urllib.parse import unquote, urlsplit

from services.files.local_blobs import LocalBlobs


class BlobWriter(Protocol):
    """Bytes on their way in. Every method may be called from any thread."""

    file_id: str

    def write(self, piece: bytes) -> None:
        """Appends and hashes a piece; does nothing once discarded."""
        ...

    def place(self) -> bytes:
        """Puts the bytes on disk under their id; returns their SHA-256. From here on discard does nothing."""
        ...

    def finish(self) -> None:
        """Says that the index knows the file."""
        ...

    def abandon(self) -> None:
        """Leaves it to the next sweep, which asks the index."""
        ...

    def discard(self) -> None:
        """Removes everything, unless place was called."""
        ...


class BlobStore(Protocol):
    """The bytes of files, by id. Failures are OSError; a missing file is FileNotFoundError."""

    def prepare(self) -> None:
        """Makes what it needs, once, at start-up."""
        ...

    def check(self) -> None:
        """Raises OSError when nothing can be written just now."""
        ...

    def begin(self) -> BlobWriter:
        """Begins a file under a new id."""
        ...

    def open(self, file_id: str) -> BinaryIO:
        """Opens a file for reading."""
        ...

    def delete(self, file_id: str) -> None:
        """Removes a file; it may be gone already."""
        ...

    def sweep(self, known: Callable[[Collection[str]], Collection[str]]) -> int:
        """Removes what writers that died left behind; known says which ids the index has. Returns how many."""
        ...


def open_blob_store(url: str) -> BlobStore:
    """Opens a store by file:///FOLDER."""
    parts = urlsplit(url)
    if parts.scheme != "file" or parts.netloc not in ("", "localhost") or not parts.path.startswith("/"):
        raise ValueError(f"ORGAPI_FILES_STORE_URL must be file:///FOLDER, not {url!r}")
    return LocalBlobs(Path(unquote(parts.path)))
