"""How fast each credential may call: a token bucket a credential, in this worker's memory."""

from __future__ import annotations

import math
from collections.abc import Callable

MOST_KNOWN = 10_000


class Rates:
    """Holds back credentials that call faster than their rate, beyond what they have saved up. For one event loop."""

    def __init__(self, per_second: float, burst: int, clock: Callable[[], float]) -> None:
        """per_second 0: no limit. clock: seconds, monotonic."""
        self._per_second = per_second
        self._burst = burst
        self._clock = clock
        self._spent: dict[int, tuple[float, float]] = {}
        """What is missing from a credential's full bucket, and since when."""

    def wait_of(self, credential_id: int) -> int:
        """Takes one call of a credential; returns 0, or in how many whole seconds it may come again."""
        if not self._per_second:
            return 0
        now = self._clock()
        spent, since = self._spent.get(credential_id, (0.0, now))
        spent = max(0.0, spent - (now - since) * self._per_second)
        if spent + 1 > self._burst:
            return math.ceil((spent + 1 - self._burst) / self._per_second)
        if len(self._spent) >= MOST_KNOWN:
            self._forget_full(now)
        self._spent[credential_id] = (spent + 1, now)
        return 0

    def _forget_full(self, now: float) -> None:
        self._spent = {
            known: (spent, since)
            for known, (spent, since) in self._spent.items()
            if spent > (now - since) * self._per_second
        }
