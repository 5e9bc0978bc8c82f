"""`orgapi demo`."""

from __future__ import annotations

import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from cli.demo.rehearsal import rehearse
from cli.demo.show import Show
from cli.demo.system import SystemFailedError

Data = Annotated[Path | None, typer.Option("--data", help="Folder for databases, files, keys and the log; it is kept.")]
Keep = Annotated[bool, typer.Option("--keep", help="Keep the temporary folder that is used without --data.")]

SHOWN_COMPLAINTS = 20
WIDTH_OF_A_PIPE = 100


def demo(data: Data = None, keep: Keep = False) -> None:
    """Start everything, build a course as a partner would, read it back, and tell whether all is as it should be."""
    started = time.perf_counter()
    # Told to end, it unwinds, so that the system which it started ends too.
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    show = Show(Console(width=None if sys.stdout.isatty() else WIDTH_OF_A_PIPE))
    folder = data or Path(tempfile.mkdtemp(prefix="orgapi-demo-"))
    try:
        complaints = rehearse(show, folder)
    except (SystemFailedError, TimeoutError, LookupError) as error:
        complaints = [str(error)]
    finally:
        if data is None and not keep:
            shutil.rmtree(folder, ignore_errors=True)
        else:
            show.say(f"Kept: {folder} (start it again with `orgapi up --data {folder}`)")
    for complaint in complaints[:SHOWN_COMPLAINTS]:
        show.warn(complaint)
    if complaints:
        show.warn(f"{len(complaints)} things are not as they should be.")
        raise typer.Exit(1)
    show.say(f"All is as it should be, after {time.perf_counter() - started:.1f} s from start to stop.")
