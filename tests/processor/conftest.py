from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from organisation.v1 import data_service_pb2
from sqlalchemy import Engine, Select, func, select, text

from lms.tables import file_use
from runtime.database import open_engine, reading
from runtime.server import Host
from runtime.settings import ServiceSettings
from services.processor.handler import own_handlers
from services.processor.service import ProcessorService, build
from services.processor.settings import ProcessorSettings
from tests.processor.assessment_world import add_assessment_world
from tests.processor.peers import Lane, Peers
from tests.processor.world import SITE, add_world
from tests.support.manual_texts import assert_in_manual

KEY = "0123456789abcdef0123456789abcdef"
BLOCKED = (
    select(func.count())
    .select_from(text("pg_stat_activity"))
    .where(text("datname = current_database() AND wait_event_type = 'Lock'"))
)


@dataclass(frozen=True)
class Outcome:
    """What became of a message, in plain words."""

    status: str
    details: list[tuple[str, str, str, str]]

    @property
    def texts(self) -> list[str]:
        return [detail[1] for detail in self.details]

    @property
    def keys(self) -> list[str]:
        return [detail[2] for detail in self.details]


class Platform:
    """A processor with its peers, and what is in its store."""

    def __init__(self, peers: Peers, engine: Engine, host: Host) -> None:
        self.peers = peers
        self.engine = engine
        self.host = host
        self.lane = Lane(1, 11, SITE)

    async def send(self, message_type: str, data: str, lane: Lane | None = None) -> Outcome:
        """Puts one message into a lane and waits for its outcome."""
        lane = lane or self.lane
        self.peers.lanes.put(lane, message_type, data)
        return await self.outcome(lane, len(lane.messages))

    async def outcome(self, lane: Lane, lane_seq: int, seconds: float = 20) -> Outcome:
        async with asyncio.timeout(seconds):
            while lane_seq not in lane.outcomes:
                await lane.reported()
        outcome = lane.outcomes[lane_seq]
        status = data_service_pb2.DataMessageStatus.Name(outcome.status).removeprefix("DATA_MESSAGE_STATUS_")
        kinds = data_service_pb2.DataMessageStatusType.Name
        for detail in outcome.status_details:
            assert_in_manual(lane.messages[lane_seq - 1].message_type, detail.message)
        return Outcome(
            status.capitalize(),
            [
                (one.entity, one.message, one.sync_key, kinds(one.type).removeprefix("DATA_MESSAGE_STATUS_TYPE_"))
                for one in outcome.status_details
            ],
        )

    def rows(self, query: Select[Any]) -> list[Any]:
        with reading(self.engine) as connection:
            return list(connection.execute(query))

    def values(self, query: Select[Any]) -> list[Any]:
        with reading(self.engine) as connection:
            return list(connection.scalars(query))


@dataclass
class Both:
    """A processor with two workers, and two lanes."""

    platform: Platform
    one: Lane = field(default_factory=lambda: Lane(1, 11, SITE))
    other: Lane = field(default_factory=lambda: Lane(2, 12, SITE))

    def add(self, *, single_use: bool = True) -> str:
        """Uploads a file; returns its id."""
        return self.platform.peers.files.add(SITE, "a.txt", single_use=single_use)

    async def send(self, message_type: str, data: str, lane: Lane | None = None) -> Outcome:
        return await self.platform.send(message_type, data, lane or self.one)

    async def send_together(self, *sent: tuple[Lane, str, str]) -> list[Outcome]:
        """Puts messages in such that those of a lane come in one batch, and the lanes at once."""
        self.one.leased = self.other.leased = True
        places = []
        for lane, message_type, data in sent:
            self.platform.peers.lanes.put(lane, message_type, data)
            places.append((lane, len(lane.messages)))
        self.one.leased = self.other.leased = False
        return [await self.platform.outcome(lane, place, 60) for lane, place in places]

    def users(self, file_id: str) -> int:
        return len(self.platform.rows(select(file_use).where(file_use.c.file_id == file_id)))

    async def blocked(self) -> None:
        """Waits until a worker waits for another's row; SQLite has no two transactions that write at once."""
        if self.platform.engine.dialect.name == "postgresql":
            while self.platform.values(BLOCKED) == [0]:  # noqa: ASYNC110 (a state of the server's)
                await asyncio.sleep(0.01)


def settings_for(url: str, address: str, **more: Any) -> ProcessorSettings:
    return ProcessorSettings(
        service_key=KEY,
        database_url=url,
        listen="127.0.0.1:0",
        auth_address=address,
        ingest_address=address,
        files_address=address,
        processor_wait_milliseconds=50,
        **more,
    )


@pytest.fixture
def assessment_world(engine: Engine) -> None:
    """Scales, learning objectives and pupils."""
    with engine.begin() as connection:
        add_assessment_world(connection)


@pytest.fixture
async def peers_host() -> AsyncIterator[tuple[Peers, str]]:
    peers = Peers()
    host = Host(ServiceSettings(service_key=KEY, listen="127.0.0.1:0", drain_seconds=1), [peers])
    port = await host.start()
    yield peers, f"127.0.0.1:{port}"
    await host.stop()


@pytest.fixture
def engine(content_url: str) -> Iterator[Engine]:
    """A migrated store with the world in it."""
    engine = open_engine(content_url)
    with engine.begin() as connection:
        add_world(connection)
    yield engine
    engine.dispose()


@pytest.fixture
async def platform(content_url: str, engine: Engine, peers_host: tuple[Peers, str]) -> AsyncIterator[Platform]:
    peers, address = peers_host
    settings = settings_for(content_url, address)
    host = Host(settings, [build(settings)])
    await host.start()
    yield Platform(peers, engine, host)
    await host.stop()


@pytest.fixture
async def both(content_url: str, engine: Engine, peers_host: tuple[Peers, str]) -> AsyncIterator[Both]:
    peers, address = peers_host
    settings = settings_for(content_url, address, processor_workers=2)
    host = Host(settings, [ProcessorService(settings, own_handlers())])
    await host.start()
    yield Both(Platform(peers, engine, host))
    await host.stop()
