"""Services as a process of ours would run them: on the loop of a test, or on a thread of their own."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from runtime.server import Host, Service
from runtime.settings import ServiceSettings
from tests.support.loop_thread import LoopThread


@asynccontextmanager
async def hosted(settings: ServiceSettings, service: Service) -> AsyncIterator[Host]:
    """Runs a service on the loop of the test; the host has its port."""
    host = Host(settings, [service])
    await host.start()
    try:
        yield host
    finally:
        await host.stop()


@contextmanager
def hosted_on_a_thread(settings: ServiceSettings, services: Sequence[Service]) -> Iterator[str]:
    """Runs services for tests that are not coroutines; gives their address."""
    loop = LoopThread()
    host = Host(settings, services)
    loop.wait(host.start())
    yield settings.listen
    loop.wait(host.stop())
    loop.stop()


def write_data_folder(folder: Path, service_key: str, address: str) -> Path:
    """Returns what `orgapi up --data` leaves of a running system for the commands that ask it."""
    (folder / "keys").mkdir(parents=True)
    (folder / "keys" / "service.key").write_text(service_key + "\n")
    (folder / "orgapi.json").write_text(json.dumps({"edge": "http://127.0.0.1:1", "grpc": address}))
    return folder
