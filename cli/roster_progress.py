"""How far an import is: a bar in a terminal, a line now and then in a pipe; both on standard error."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, Protocol, TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn

from oneroster.roster import Roster

LINE_SECONDS: Final = 5.0


@dataclass
class Reading:
    """How much of a set was read, and sent."""

    source: Roster
    rows: int = 0
    ended: bool = False
    total: int = field(init=False)

    def __post_init__(self) -> None:
        self.total = self.source.size

    @property
    def part(self) -> float:
        """Returns how much was read, from 0 to 1."""
        return min(self.source.source.meter.read / self.total, 1.0) if self.total else 1.0

    @property
    def step(self) -> str:
        """Returns what goes on."""
        return "Comparing the rest, and storing" if self.ended else "Reading and comparing"


class Display(Protocol):
    def update(self, reading: Reading) -> None:
        """Shows how far it is."""


class Bar:
    """A bar of rich."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task = progress.add_task("", total=1.0, rows=0)

    def update(self, reading: Reading) -> None:
        self._progress.update(self._task, description=reading.step, completed=reading.part, rows=reading.rows)


class Lines:
    """A line every few seconds."""

    def __init__(self, output: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._output = output
        self._clock = clock
        self._started = self._last = clock()

    def update(self, reading: Reading) -> None:
        now = self._clock()
        if now - self._last < LINE_SECONDS:
            return
        self._last = now
        seconds = now - self._started
        self._output.write(f"{seconds:.0f} s: {reading.step}: {reading.rows:,} rows, {reading.part:.0%} read\n")
        self._output.flush()


@contextmanager
def shown() -> Iterator[Display]:
    """Gives what shows progress on standard error."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield Lines(sys.stderr)
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[rows]:,} rows"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        yield Bar(progress)
