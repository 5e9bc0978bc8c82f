from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner, Result

from cli.access import app
from services.auth.service import build
from tests.auth.client import SERVICE_KEY, settings_for
from tests.support.hosting import hosted_on_a_thread, write_data_folder

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
    with hosted_on_a_thread(settings, [build(settings)]) as address:
        yield address


@pytest.fixture
def data(tmp_path: Path, address: str) -> Path:
    """The data folder of a system that runs."""
    return write_data_folder(tmp_path / "data", SERVICE_KEY, address)


@pytest.fixture
def access(data: Path) -> Command:
    """Runs `orgapi access … --data DIR`."""

    def run(*arguments: str, stdin: str = "") -> Result:
        return CliRunner().invoke(app, [*arguments, "--data", str(data)], input=stdin)

    return run
