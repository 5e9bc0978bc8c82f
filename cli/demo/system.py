"""Starts `orgapi up --demo` as a process of its own, and ends it."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

START_SECONDS = 120.0
STOP_SECONDS = 40.0
SHOWN_LINES = 15
COMMAND = (sys.executable, "-m", "cli", "up", "--demo", "--port", "0", "--data")


class SystemFailedError(RuntimeError):
    """The system did not start, or did not end as it should; the text tells the end of its log."""


@dataclass(frozen=True)
class System:
    """The running system as it tells of itself."""

    edge: str
    access: dict[str, Any]
    """What demo.json says: user names, passwords, sites, vendor, people."""


@contextmanager
def running(folder: Path) -> Iterator[System]:
    """Runs the system with its data and its log in the folder; raises SystemFailedError when it fails at either end."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    log = folder / "log"
    with log.open("ab") as errors:
        command, environment = [*COMMAND, str(folder)], os.environ | {"PYTHONFAULTHANDLER": "1"}
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, env=environment)
    try:
        ready = wait_until_ready(process, log)
        access = json.loads((folder / "demo.json").read_text(encoding="utf-8"))
        yield System(str(ready["edge"]), access)
    finally:
        status = stop(process)
    if status != 0:
        raise SystemFailedError(f"The system ended with status {status}.\n{end_of(log)}")


def wait_until_ready(process: subprocess.Popen[bytes], log: Path) -> dict[str, Any]:
    """Returns the line that the system prints when all is healthy."""
    deadline = time.monotonic() + START_SECONDS
    output = process.stdout
    while output is not None and time.monotonic() < deadline:
        readable, _, _ = select.select([output], [], [], 0.5)
        line = output.readline() if readable else b""
        if line:
            answer: dict[str, Any] = json.loads(line)
            return answer
        if process.poll() is not None:
            break
    raise SystemFailedError(f"The system did not start (status {process.poll()}).\n{end_of(log)}")


def stop(process: subprocess.Popen[bytes]) -> int:
    """Asks the process to end and returns its exit status.

    One that takes too long is aborted: Python's fault handler then writes into the log where its threads stand.
    """
    if process.poll() is None:
        process.terminate()
    try:
        return process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGABRT)
        return process.wait()
    finally:
        if process.stdout is not None:
            process.stdout.close()


def end_of(log: Path) -> str:
    """Returns the last lines of the log."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return "\n".join(lines[-SHOWN_LINES:])
