"""What the ingest service is made of. Made on the event loop that it runs on."""

from __future__ import annotations

import asyncio

from organisation.v1.synchronous_service_pb2_grpc import SynchronousServiceStub
from sqlalchemy import Engine

from catalogue.model import Catalogue
from runtime.access import AccessClient
from runtime.channels import open_channel
from runtime.tokens import InternalIdentity
from runtime.volatile import VolatileState
from services.ingest.acceptance import Acceptance
from services.ingest.admin_server import MessageAdminServicer
from services.ingest.lane_server import LaneServicer
from services.ingest.reader import Reader
from services.ingest.server import DataServicer
from services.ingest.settings import IngestSettings
from services.ingest.signals import EndedMessages, LaneSignal
from services.ingest.synchronous import Synchronous
from services.ingest.worker import Limits, StoreWorker


class Parts:
    """The parts and how they hang together."""

    def __init__(self, settings: IngestSettings, catalogue: Catalogue, engine: Engine, volatile: VolatileState) -> None:
        self._channel = open_channel(settings.auth_address, settings)
        self._processor = open_channel(settings.processor_address, settings)
        self._signal = LaneSignal(volatile)
        self._reader = Reader(engine)
        self._workers = workers_of(settings, engine, self._signal)
        identity = InternalIdentity("service:ingest", settings.service_key.get_secret_value())
        access = AccessClient(self._channel, identity)
        self._acceptance = Acceptance(catalogue, access)
        ended = EndedMessages(settings.ingest_waiters)
        processor = SynchronousServiceStub(self._processor)
        self._synchronous = Synchronous(processor, identity, self._workers[-1], self._reader, ended)
        self.data = DataServicer(
            catalogue, access, self._acceptance, self._workers[0], self._reader, ended, self._synchronous
        )
        self.admin = MessageAdminServicer(self._reader)
        self.lanes = LaneServicer(self._workers[-1], self._signal, ended)

    def start(self) -> None:
        """Starts the threads that write; the schema is up to date by now."""
        for worker in self._workers:
            worker.start()
        self._synchronous.start()

    async def check(self) -> None:
        """Raises when the store does not answer, or is no longer written to."""
        for worker in self._workers:
            worker.check()
        await self._reader.check()

    async def stop(self) -> None:
        """Writes what waits, then lets go of everything."""
        await self._synchronous.stop()
        for worker in self._workers:
            await worker.stop()
        await self._signal.close()
        await self._channel.close()
        await self._processor.close()
        await asyncio.to_thread(self._reader.close)
        await asyncio.to_thread(self._acceptance.close)


def workers_of(settings: IngestSettings, engine: Engine, signal: LaneSignal) -> tuple[StoreWorker, ...]:
    """Returns who appends and, last, who works on lanes: the same on SQLite, whose writers only wait for each other."""
    limits = Limits(
        settings.ingest_queue_messages,
        settings.ingest_queue_bytes,
        settings.ingest_batch_messages,
        settings.ingest_batch_bytes,
    )
    names = ("ingest-writer",) if engine.dialect.name == "sqlite" else ("ingest-writer", "ingest-lanes")
    return tuple(StoreWorker(name, engine, limits, signal.rouse) for name in names)
