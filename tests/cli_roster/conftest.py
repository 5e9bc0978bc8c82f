"""Auth and PlatformService as `orgapi roster` finds them, with no worker that applies messages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import grpc
import pytest
import structlog
from organisation.v1 import access_admin_service_pb2, access_admin_service_pb2_grpc, platform_service_pb2
from organisation.v1.platform_service_pb2_grpc import add_PlatformServiceServicer_to_server
from sqlalchemy import Engine
from typer.testing import CliRunner, Result

from cli.main import app
from runtime.channels import open_channel
from runtime.database import open_engine
from runtime.migrations import upgrade
from runtime.server import Endpoint
from runtime.tokens import InternalIdentity
from services.auth.service import build
from services.auth.settings import AuthSettings
from services.processor.server import PlatformServicer
from services.processor.sites import Sites
from tests.auth.client import SERVICE_KEY, settings_for
from tests.support.hosting import hosted_on_a_thread, write_data_folder

SITE = 7
Import = Callable[..., Result]


class Platform:
    """PlatformService over a store."""

    name = "platform"

    def __init__(self, engine: Engine, settings: AuthSettings) -> None:
        self._engine = engine
        self._settings = settings
        self._endpoints: list[Endpoint] = []

    def endpoints(self) -> Sequence[Endpoint]:
        if not self._endpoints:
            channel = open_channel(self._settings.auth_address, self._settings)
            servicer = PlatformServicer(self._engine, Sites(channel, InternalIdentity("service:test", SERVICE_KEY)))
            platform = platform_service_pb2.DESCRIPTOR.services_by_name["PlatformService"]
            self._endpoints = [Endpoint(platform, add_PlatformServiceServicer_to_server, servicer)]
        return self._endpoints

    async def start(self) -> None:
        upgrade(self._engine, "content", "lms.migrations")

    async def check(self) -> None:
        """Always ready."""

    async def stop(self) -> None:
        self._engine.dispose()


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return open_engine(f"sqlite:///{tmp_path / 'content.sqlite'}")


@pytest.fixture
def address(tmp_path: Path, engine: Engine) -> Iterator[str]:
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    settings = settings_for(f"sqlite:///{tmp_path / 'access.sqlite'}")
    with hosted_on_a_thread(settings, [build(settings), Platform(engine, settings)]) as address:
        yield address
    structlog.reset_defaults()


@pytest.fixture
def import_roster(tmp_path: Path, address: str) -> Import:
    """Runs `orgapi roster import … --data DIR` on a system that has one site."""
    folder = write_data_folder(tmp_path / "data", SERVICE_KEY, address)
    with grpc.insecure_channel(address) as channel:
        access_admin_service_pb2_grpc.AccessAdminServiceStub(channel).CreateSite(
            access_admin_service_pb2.CreateSiteRequest(site_id=SITE, name="Planets"),
            metadata=InternalIdentity("operator:test", SERVICE_KEY).metadata(),
        )

    def run(file: Path, *arguments: str, site: int = SITE) -> Result:
        command = ["roster", "import", str(file), "--site", str(site), "--data", str(folder), *arguments]
        return CliRunner().invoke(app, command)

    return run
