"""What is measured: the deployment of docker-compose.yml as processes, on SQLite, with one edge worker."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
import psutil

from cli.provision import provision
from runtime.tokens import InternalIdentity
from tests.support.composed import ComposedSystem
from tests.support.valkey import ValkeyServer

GIB = 1024**3
ONE_WORKER = {"ORGAPI_WORKERS": "1", "ORGAPI_LOG_LEVEL": "info"}
"""The yardstick has one process, too; the services take the other core."""
LIMITS = {"ORGAPI_FILES_MAX_BYTES": str(2 * GIB), "ORGAPI_MAX_UPLOAD_BYTES": str(3 * GIB)}
"""The 50 MiB limit of the contract is lifted for the large upload."""
STORES = ("access", "messages", "content", "files")


class MeasuredSystem:
    """A running deployment with its demo site."""

    def __init__(self, running: ComposedSystem, demo: dict[str, Any]) -> None:
        self._running = running
        self.demo = demo
        self.edge = running.edge
        self.ingest = running.address("ingest")
        self.auth = running.address("auth")
        self.identity = InternalIdentity("operator:bench", running.service_key)

    def pids(self, *services: str) -> list[int]:
        return [self._running.pid(service) for service in services]

    @contextmanager
    def accepting_alone(self) -> Iterator[None]:
        """Holds the processor, so that accepting is measured by itself; the yardstick applies nothing either."""
        with processor_held(psutil.Process(self._running.pid("processor"))):
            yield


@contextmanager
def processor_held(processor: psutil.Process) -> Iterator[None]:
    """Stops a process for as long as the context lasts."""
    processor.suspend()
    try:
        yield
    finally:
        processor.resume()


class ExampleDeployment:
    """The deployment as the world of the examples is built in it (tests.support.example_world.Running)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._valkey = ValkeyServer(folder / "valkey")
        databases = {store: f"sqlite:///{folder / store}.sqlite" for store in STORES}
        self._composed = ComposedSystem(folder, databases, self._valkey.url, ONE_WORKER)
        self.auth = self._composed.address("auth")
        self.ingest = self._composed.address("ingest")
        self.service_key = self._composed.service_key
        self.ready: dict[str, Any] = {"grpc": self.auth, "edge": self._composed.edge}

    def pid(self, service: str) -> int:
        return self._composed.pid(service)

    def start(self) -> None:
        self._valkey.start()
        self._composed.start()

    def stop(self) -> int:
        self._composed.stop()
        self._valkey.stop()
        return 0


@contextmanager
def measured_system(folder: Path) -> Iterator[MeasuredSystem]:
    """Starts the deployment below a folder, and ends it."""
    folder.mkdir()
    valkey = ValkeyServer(folder / "valkey")
    valkey.start()
    databases = {store: f"sqlite:///{folder / store}.sqlite" for store in STORES}
    running = ComposedSystem(folder, databases, valkey.url, LIMITS | ONE_WORKER)
    running.start()
    try:
        metadata = InternalIdentity("operator:bench", running.service_key).metadata()
        with (
            grpc.insecure_channel(running.address("auth")) as auth,
            grpc.insecure_channel(running.address("processor")) as processor,
        ):
            demo = provision(auth, processor, metadata)
        yield MeasuredSystem(running, demo)
    finally:
        running.stop()
        valkey.stop()
