"""The edge in this process, with the services behind it as a test wants them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from edge.backend import Backend
from edge.contract import Service
from edge.descriptors import load_services
from edge.router import Router
from edge.settings import EdgeSettings
from runtime.volatile import InProcessState
from tests.edge.client import EdgeClient
from tests.edge.fakes import FakeBackend, World
from tests.edge.process import EdgeProcess
from tests.support.loop_thread import LoopThread

MakeEdge = Callable[..., EdgeClient]


def memory_that_began_long_ago() -> InProcessState:
    """Returns the memory of nonces of an edge that has run for an hour: one that begins knows none made before."""
    memory = InProcessState()
    memory._born -= 3600
    return memory


@pytest.fixture(autouse=True)
def logs() -> Iterator[None]:
    """Plain lines: the default renderer takes seconds for a stack trace, and shows the locals in it."""
    processors: list[structlog.typing.Processor] = [
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(),
    ]
    structlog.configure(processors=processors, logger_factory=structlog.PrintLoggerFactory())
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def services() -> tuple[Service, ...]:
    return load_services()


@pytest.fixture(scope="session")
def backend() -> Iterator[FakeBackend]:
    fake = FakeBackend()
    yield fake
    fake.stop()


@pytest.fixture
def world(backend: FakeBackend) -> World:
    """What the services answer to this test."""
    return backend.reset()


@pytest.fixture(scope="session")
def loop() -> Iterator[LoopThread]:
    """The event loop that the edges of a session run on."""
    thread = LoopThread()
    yield thread
    thread.stop()


@pytest.fixture
def make_edge(
    backend: FakeBackend, world: World, services: tuple[Service, ...], loop: LoopThread, tmp_path: Path
) -> Iterator[MakeEdge]:
    """Makes edges with settings of their own."""
    made: list[Router] = []

    def make(nonces: Any = None, **settings: Any) -> EdgeClient:
        address = backend.address
        addresses = dict.fromkeys(("auth_address", "ingest_address", "read_address", "files_address"), address)
        chosen = EdgeSettings(**{**addresses, **settings})
        memory = nonces or memory_that_began_long_ago()
        made.append(Router(chosen, services, Backend(chosen, services), memory, tmp_path))
        return EdgeClient(made[-1], loop)

    yield make
    for router in made:
        loop.wait(router.close())


@pytest.fixture
def edge(make_edge: MakeEdge) -> EdgeClient:
    """The edge with its default settings."""
    return make_edge()


@pytest.fixture
def process(backend: FakeBackend, world: World) -> Iterator[EdgeProcess]:
    started = EdgeProcess(backend, upload_answer="text")
    yield started
    if started.process.poll() is None:
        started.stop()
