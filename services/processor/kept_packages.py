"""What was read of packages, for the messages that name them again: one package often goes to many courses."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from cachetools import LRUCache

MOST_PACKAGES = 8
MOST_BYTES = 1024 * 1024
"""Unpacked. What was read of a package takes some times its XML in memory."""

Key = tuple[str, Callable[..., Any]]
"""The id of a file, under which nothing ever changes, and who read it."""


class KeptPackages:
    """The small packages that were used last; for any thread."""

    def __init__(self) -> None:
        self._kept: LRUCache[Key, Any] = LRUCache(MOST_PACKAGES)
        self._lock = threading.Lock()

    def find(self, key: Key) -> Any:
        """Returns what was read; None: it is not kept."""
        with self._lock:
            return self._kept.get(key)

    def keep(self, key: Key, found: object, unpacked_bytes: int) -> None:
        """Keeps what was read of a package that is small enough, in place of the one that was not used for longest."""
        if unpacked_bytes <= MOST_BYTES:
            with self._lock:
                self._kept[key] = found
