"""The edge as a process of its own, in front of the services of a test."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

from cli.readiness import ask
from runtime.ports import free_port
from tests.edge.fakes import FakeBackend


class EdgeProcess:
    def __init__(self, backend: FakeBackend, scheme: str = "http", **settings: str) -> None:
        self.port = free_port()
        self.url = f"{scheme}://127.0.0.1:{self.port}"
        addresses = {f"ORGAPI_{name}_ADDRESS": backend.address for name in ("AUTH", "INGEST", "READ", "FILES")}
        more = {f"ORGAPI_{name.upper()}": value for name, value in settings.items()}
        env = {**os.environ, **addresses, "ORGAPI_LISTEN_PORT": str(self.port), **more}
        self.process = subprocess.Popen([sys.executable, "-m", "edge"], env=env, stderr=subprocess.PIPE)
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + 30
        while True:
            try:
                ask(f"{self.url}/healthz", 5)
                return
            except OSError:
                assert self.process.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.05)

    def stop(self) -> str:
        """Ends the process as an operator does; returns its log."""
        self.process.send_signal(signal.SIGTERM)
        _, log = self.process.communicate(timeout=20)
        assert self.process.returncode == 0
        return log.decode()
