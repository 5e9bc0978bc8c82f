"""Two systems that every end-to-end test runs against: all on one machine, and each service alone over real servers."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import pytest
from sqlalchemy import create_engine, make_url, text

from cli.provision import provision
from runtime.tokens import InternalIdentity
from tests.support.composed import ComposedSystem
from tests.support.embedded import EmbeddedSystem
from tests.support.partner import Partner
from tests.support.valkey import ValkeyServer

STORES = ("access", "messages", "content", "files")


@dataclass(frozen=True)
class System:
    """Where a running system is, and what its demo site was given."""

    edge: str
    addresses: dict[str, str]
    service_key: str
    demo: dict[str, Any]

    def channel(self, service: str) -> grpc.Channel:
        return grpc.insecure_channel(self.addresses[service])

    def operator(self) -> InternalIdentity:
        return InternalIdentity("operator:test", self.service_key)


@pytest.fixture(scope="module", params=["embedded", "composed"])
def system(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "embedded":
        yield from embedded(folder)
    else:
        yield from composed(folder, request.getfixturevalue("postgres_server"))


def embedded(folder: Path) -> Iterator[System]:
    running = EmbeddedSystem(folder, "--demo")
    running.start()
    address = running.ready["grpc"]
    services = ("auth", "ingest", "files", "processor", "read")
    yield System(running.ready["edge"], dict.fromkeys(services, address), running.service_key, running.demo)
    assert running.stop() == 0


def composed(folder: Path, postgres_server: str) -> Iterator[System]:
    databases = {store: make_database(postgres_server, f"{store}_{uuid.uuid4().hex}") for store in STORES}
    valkey = ValkeyServer(folder / "valkey")
    valkey.start()
    running = ComposedSystem(folder, databases, valkey.url)
    running.start()
    metadata = InternalIdentity("operator:test", running.service_key).metadata()
    with (
        grpc.insecure_channel(running.address("auth")) as auth,
        grpc.insecure_channel(running.address("processor")) as processor,
    ):
        demo = provision(auth, processor, metadata)
    addresses = {name: running.address(name) for name in running.ports}
    yield System(running.edge, addresses, running.service_key, demo)
    running.stop()
    valkey.stop()


def make_database(server: str, name: str) -> str:
    url = make_url(server)
    admin = create_engine(url.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    admin.dispose()
    return url.set(drivername="postgresql", database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="module")
def partner(system: System) -> Iterator[Partner]:
    """The demo's site-bound credential."""
    opened = Partner(system.edge, system.demo["username"], system.demo["password"])
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def roaming(system: System) -> Iterator[Partner]:
    """The demo's all-sites credential."""
    opened = Partner(system.edge, system.demo["all_sites_username"], system.demo["all_sites_password"])
    yield opened
    opened.close()
