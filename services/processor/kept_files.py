"""What was read of files, for the messages that name them again: one package often goes to many courses."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from cachetools import LRUCache

MOST_PACKAGES = 8
MOST_BYTES = 1024 * 1024
"""Unpacked. What was read of a package takes some times its XML in memory."""
MOST_STARTS = 1000
"""Of some bytes each."""

Key = tuple[str, Callable[..., Any]]
"""The id of a file, under which nothing ever changes, and who read it."""


class KeptFiles:
    """What was read of the small packages, and the first bytes of the files, that were used last; for any thread."""

    def __init__(self) -> None:
        self._packages: LRUCache[Key, Any] = LRUCache(MOST_PACKAGES)
        self._starts: LRUCache[str, bytes] = LRUCache(MOST_STARTS)
        self._lock = threading.Lock()

    def package(self, key: Key) -> Any:
        """Returns what was read of a package; None: it is not kept."""
        with self._lock:
            return self._packages.get(key)

    def keep_package(self, key: Key, found: object, unpacked_bytes: int) -> None:
        """Keeps what was read of a package that is small enough, in place of the one that was not used for longest."""
        if unpacked_bytes <= MOST_BYTES:
            with self._lock:
                self._packages[key] = found

    def start(self, file_id: str) -> bytes | None:
        """Returns the first bytes of a file; None: they are not kept."""
        with self._lock:
            return self._starts.get(file_id)

    def keep_start(self, file_id: str, start: bytes) -> None:
        """Keeps the first bytes of a file."""
        with self._lock:
            self._starts[file_id] = start
