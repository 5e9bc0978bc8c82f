"""Processes that a benchmark starts, each on its own port, and ends."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import psutil

from runtime.ports import free_port


@contextmanager
def process(module: str, *arguments: str, env: dict[str, str] | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """Runs `python -m module`, quiet, for as long as the context lasts."""
    command = [sys.executable, "-m", module, *arguments]
    child = subprocess.Popen(command, env=os.environ | (env or {}), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        yield child
    finally:
        child.terminate()
        child.wait(30)
        if child.stdout is not None:
            child.stdout.close()


@contextmanager
def listening(module: str, env: dict[str, str] | None = None) -> Iterator[str]:
    """Runs a server that takes its port as its argument; gives host:port once it accepts connections."""
    port = free_port()
    with process(module, str(port), env=env):
        deadline = time.monotonic() + 30
        while not accepts(port):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{module} does not listen")
            time.sleep(0.05)
        yield f"127.0.0.1:{port}"


def accepts(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def run_json(module: str, *arguments: str) -> dict[str, Any]:
    """Runs `python -m module` to its end and returns the JSON object that it prints."""
    output = subprocess.run([sys.executable, "-m", module, *arguments], check=True, stdout=subprocess.PIPE).stdout
    value: dict[str, Any] = json.loads(output)
    return value


def family(pid: int) -> list[psutil.Process]:
    """Returns a process and everything it started."""
    parent = psutil.Process(pid)
    return [parent, *parent.children(recursive=True)]


def resident_bytes(pids: Iterable[int]) -> int:
    """Returns the resident memory of processes and everything they started, together."""
    return sum(member.memory_info().rss for pid in pids for member in family(pid))
