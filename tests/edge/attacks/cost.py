"""What a request costs this process."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.edge.client import Reply

CPU_SECONDS = 0.05
MEMORY_BYTES = 64 * 1024 * 1024
TRIES = 5
"""The best counts: on a busy machine the same work takes more of the CPU's time."""


@dataclass(frozen=True)
class Cost:
    """cpu: of all threads, so the client's and the services' too: the edge's own is less."""

    cpu: float
    memory: int

    @property
    def is_fair(self) -> bool:
        return self.cpu <= CPU_SECONDS and self.memory <= MEMORY_BYTES


def measured(ask: Callable[[], Reply]) -> tuple[Reply, Cost]:
    """Asks and returns the answer with what it cost, the peak of resident memory included."""
    Path("/proc/self/clear_refs").write_text("5")
    before = resident("VmRSS")
    started = time.process_time()
    reply = ask()
    cpu = time.process_time() - started
    return reply, Cost(cpu, resident("VmHWM") - before)


def resident(name: str) -> int:
    """A figure of this process's memory in bytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:"))
