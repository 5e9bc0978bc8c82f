"""What was read of packages, for the messages that name them again: one package often goes to many courses."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

MOST_PACKAGES = 8
MOST_BYTES = 1024 * 1024
"""Unpacked. What was read of a package takes some times its XML in memory."""

Key = tuple[str, Callable[..., Any]]
"""The id of a file, under which nothing ever changes, and who read it."""


class KeptPackages:
    """The small packages that were used last; for any thread."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Key, Any] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, key: Key) -> Any:
        """Returns what was read; None: it is not kept."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def keep(self, key: Key, found: object, unpacked_bytes: int) -> None:
        """Keeps what was read of a package that is small enough, in place of the one that was not used for longest."""
        if unpacked_bytes > MOST_BYTES:
            return
        with self._lock:
            self._kept[key] = found
            self._kept.move_to_end(key)
            if len(self._kept) > MOST_PACKAGES:
                self._kept.popitem(last=False)
