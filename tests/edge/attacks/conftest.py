"""One edge that meets all attacks one after the other, as the door to the outside does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from edge.backend import Backend
from edge.contract import Service
from edge.router import Router
from edge.settings import EdgeSettings
from runtime.volatile import InProcessState
from tests.edge.attacks.trap import Trap
from tests.edge.client import EdgeClient
from tests.edge.fakes import FakeBackend
from tests.support.loop_thread import LoopThread


@pytest.fixture(scope="session")
def attacked(
    backend: FakeBackend, services: tuple[Service, ...], loop: LoopThread, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[EdgeClient]:
    addresses: dict[str, Any] = dict.fromkeys(
        ("auth_address", "ingest_address", "read_address", "files_address"), backend.address
    )
    settings = EdgeSettings(**addresses)
    router = Router(settings, services, Backend(settings, services), InProcessState(), tmp_path_factory.mktemp("pipes"))
    yield EdgeClient(router, loop)
    loop.wait(router.close())


@pytest.fixture(scope="session")
def trap() -> Iterator[Trap]:
    made = Trap()
    yield made
    made.close()
