"""`orgapi up` as a process, as its users start it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any


class EmbeddedSystem:
    """Runs `orgapi up --data DIR --port 0`; `ready` is the JSON line that it printed."""

    def __init__(self, folder: Path, *arguments: str, env: dict[str, str] | None = None) -> None:
        self.folder = folder
        self.ready: dict[str, Any] = {}
        self._arguments = arguments
        self._env = env or {}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "cli", "up", "--data", str(self.folder), "--port", "0", *self._arguments]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                command, env=os.environ | self._env, stdout=subprocess.PIPE, stderr=log, start_new_session=True
            )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise AssertionError(f"orgapi up ended:\n{(self.folder / 'log').read_text()[-4000:]}")
        self.ready = json.loads(line)

    @property
    def demo(self) -> dict[str, Any]:
        loaded: dict[str, Any] = json.loads((self.folder / "demo.json").read_text())
        return loaded

    @property
    def service_key(self) -> str:
        return (self.folder / "keys" / "service.key").read_text().strip()

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        """Ends it and its edge at once, as a power cut would."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        self.end()

    def stop(self) -> int:
        """Asks it to end; returns its exit status."""
        assert self._process is not None
        self._process.terminate()
        return self.end()

    def end(self) -> int:
        assert self._process is not None
        status = self._process.wait(40)
        if self._process.stdout is not None:
            self._process.stdout.close()
        return status
