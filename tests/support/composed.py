"""The deployment of docker-compose.yml as plain processes: the same commands and variables, other addresses."""

from __future__ import annotations

import os
import re
import secrets
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import yaml

from runtime.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
ORDER = ("auth", "files", "ingest", "processor", "read", "edge")


class ComposedSystem:
    """Starts each service of the compose file with what the file says, hosts and paths mapped to this machine's."""

    def __init__(
        self, folder: Path, databases: dict[str, str], volatile_url: str, changes: dict[str, str] | None = None
    ) -> None:
        self.folder = folder
        self.service_key = secrets.token_hex(24)
        self.ports = {name: free_port() for name in ORDER}
        self.edge = f"http://127.0.0.1:{self.ports['edge']}"
        self._databases = databases
        self._volatile_url = volatile_url
        self._changes = changes or {}
        self._variables = {"ORGAPI_SERVICE_KEY": self.service_key, "ORGAPI_AUTH_KEY": secrets.token_hex(24)}
        self._services: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def address(self, name: str) -> str:
        return f"127.0.0.1:{self.ports[name]}"

    def start(self) -> None:
        for name in ORDER:
            self.start_service(name)
        self.wait_until_ready()

    def start_service(self, name: str) -> None:
        service = self._services[name]
        environment = {key: self.mapped(name, value) for key, value in service["environment"].items()} | self._changes
        log = (self.folder / f"{name}.log").open("ab")
        self._processes[name] = subprocess.Popen(
            [sys.executable, "-m", "cli", *service["command"]], env=os.environ | environment, stdout=log, stderr=log
        )
        log.close()

    def mapped(self, name: str, value: str) -> str:
        """Puts this machine's addresses and secrets in the place of the compose network's."""
        value = re.sub(r"\$\{(\w+)[^}]*\}", lambda found: self._variables.get(found[1], ""), value)
        if value.startswith("postgresql://"):
            return self._databases[value.rpartition("/")[2]]
        if value.startswith("redis://"):
            return self._volatile_url
        if value == "0.0.0.0:50051":
            return self.address(name)
        if value == "8080":
            return str(self.ports["edge"])
        for peer in ORDER:
            value = value.replace(f"{peer}:50051", self.address(peer))
        return value.replace("/var/lib/orgapi", str(self.folder)).replace("0.0.0.0", "127.0.0.1")

    def wait_until_ready(self, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while True:
            try:
                urllib.request.urlopen(f"{self.edge}/readyz", timeout=5).close()
                break
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                ended = [name for name, process in self._processes.items() if process.poll() is not None]
                if ended or time.monotonic() > deadline:
                    logs = "".join((self.folder / f"{name}.log").read_text()[-2000:] for name in ended or ORDER)
                    raise AssertionError(f"not ready; ended: {ended}\n{logs}") from None
                time.sleep(0.1)

    def pid(self, name: str) -> int:
        return self._processes[name].pid

    def kill(self, name: str) -> None:
        self._processes[name].kill()
        self._processes[name].wait()

    def stop(self) -> None:
        for name in reversed(ORDER):
            self._processes[name].terminate()
        for process in self._processes.values():
            process.wait(30)
