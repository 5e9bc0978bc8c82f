from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from organisation.v1 import data_service_pb2
from sqlalchemy import Engine, Select

from runtime.database import open_engine, reading
from runtime.migrations import upgrade
from runtime.server import Host
from runtime.settings import ServiceSettings
from services.processor.service import build
from services.processor.settings import ProcessorSettings
from tests.processor.peers import Lane, Peers
from tests.processor.world import SITE, add_world
from tests.support.manual_texts import assert_in_manual

KEY = "0123456789abcdef0123456789abcdef"


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
async def peers_host() -> AsyncIterator[tuple[Peers, str]]:
    peers = Peers()
    host = Host(ServiceSettings(service_key=KEY, listen="127.0.0.1:0", drain_seconds=1), [peers])
    port = await host.start()
    yield peers, f"127.0.0.1:{port}"
    await host.stop()


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A migrated store with the world in it."""
    engine = open_engine(database_url)
    upgrade(engine, "content", "lms.migrations")
    with engine.begin() as connection:
        add_world(connection)
    yield engine
    engine.dispose()


@pytest.fixture
async def platform(database_url: str, engine: Engine, peers_host: tuple[Peers, str]) -> AsyncIterator[Platform]:
    peers, address = peers_host
    settings = settings_for(database_url, address)
    host = Host(settings, [build(settings)])
    await host.start()
    yield Platform(peers, engine, host)
    await host.stop()
