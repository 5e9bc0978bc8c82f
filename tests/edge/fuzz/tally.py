"""Counts what the fuzzers have sent and how it was met."""

from __future__ import annotations

import os
import sys
import time
from collections import Counter

PROGRESS_SECONDS = 10.0


class Tally:
    """The counts of one target."""

    def __init__(self, target: str) -> None:
        self._target = target
        self._met: Counter[str] = Counter()
        self._began = time.monotonic()
        self._told = self._began

    def add(self, met: str) -> None:
        self._met[met] += 1
        now = time.monotonic()
        if now - self._told > PROGRESS_SECONDS and "ORGAPI_FUZZ_EXAMPLES" in os.environ:
            self._told = now
            sys.__stderr__.write(f"{self.line()}\n")  # type: ignore[union-attr]

    def line(self) -> str:
        counts = ", ".join(f"{count} {met}" for met, count in self._met.most_common())
        rate = self._met.total() / max(time.monotonic() - self._began, 0.001)
        return f"{self._target}: {self._met.total()} sent ({rate:.0f}/s): {counts or 'nothing'}"


TALLIES: dict[str, Tally] = {}


def tally(target: str) -> Tally:
    return TALLIES.setdefault(target, Tally(target))
