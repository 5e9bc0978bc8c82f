from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner, Result

from cli.access import app
from runtime.server import Host
from services.auth.service import build
from tests.auth.client import SERVICE_KEY, settings_for

Command = Callable[..., Result]


@pytest.fixture
def quiet() -> Iterator[None]:
    """Keeps the service's log out of what the command prints: both are this process."""
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    yield
    structlog.reset_defaults()


@pytest.fixture
def address(tmp_path: Path, quiet: None) -> Iterator[str]:
    """A running auth service with the catalogue's own types."""
    settings = settings_for(f"sqlite:///{tmp_path / 'access.sqlite'}")
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    host = Host(settings, [build(settings)])
    asyncio.run_coroutine_threadsafe(host.start(), loop).result(30)
    yield settings.listen
    asyncio.run_coroutine_threadsafe(host.stop(), loop).result(30)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture
def data(tmp_path: Path, address: str) -> Path:
    """The data folder of a system that runs."""
    folder = tmp_path / "data"
    (folder / "keys").mkdir(parents=True)
    (folder / "keys" / "service.key").write_text(SERVICE_KEY + "\n")
    (folder / "orgapi.json").write_text(json.dumps({"edge": "http://127.0.0.1:1", "grpc": address}))
    return folder


@pytest.fixture
def access(data: Path) -> Command:
    """Runs `orgapi access … --data DIR`."""

    def run(*arguments: str, stdin: str = "") -> Result:
        return CliRunner().invoke(app, [*arguments, "--data", str(data)], input=stdin)

    return run
