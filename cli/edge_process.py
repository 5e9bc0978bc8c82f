"""The edge beside the embedded services: a child process with one worker."""

from __future__ import annotations

import os
import subprocess
import sys
import time

from cli.readiness import ask

READY_SECONDS = 60.0
STOP_SECONDS = 20.0


class EdgeDiedError(RuntimeError):
    """The edge ended before it was ready; its log says why."""


class EdgeProcess:
    """Starts `python -m edge` with its settings as environment variables, and ends it."""

    def __init__(self, port: int, settings: dict[str, str]) -> None:
        scheme = "https" if os.environ.get("ORGAPI_HTTPS_CERTIFICATE") else "http"
        self.url = f"{scheme}://127.0.0.1:{port}"
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts the process; its standard output goes to ours for errors, since ours carries one JSON line alone."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "edge"], env=os.environ | self._settings, stdout=sys.stderr.fileno()
        )

    def wait_until_ready(self) -> None:
        """Returns when the edge and what it needs are ready; raises EdgeDiedError or TimeoutError."""
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            if self.ended():
                raise EdgeDiedError("The edge did not start; see its log above.")
            try:
                ask(f"{self.url}/readyz", 2)
                return
            except OSError:
                pass
            time.sleep(0.05)
        raise TimeoutError("The edge was not ready within a minute; see its log above.")

    def ended(self) -> bool:
        return self._process is not None and self._process.poll() is not None

    def stop(self) -> None:
        """Asks it to end, and ends it if it does not."""
        if self._process is None or self.ended():
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
