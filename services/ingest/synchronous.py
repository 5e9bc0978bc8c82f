"""Has synchronous messages applied (decision 9): at once for who waits, later where the processor was away.

The store says what is to be applied, in the order of MessageIds; whoever asks for it anew after a crash, or beside
another process, gets the outcomes of the first time. So nothing that this module remembers can be missed.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Final

import grpc
import structlog
from organisation.v1 import synchronous_service_pb2 as pb

from runtime.errors import ServiceError
from runtime.tokens import InternalIdentity
from services.ingest import answers, moments, unapplied
from services.ingest.reader import Reader
from services.ingest.signals import EndedMessages
from services.ingest.worker import StoreWorker

if TYPE_CHECKING:
    from organisation.v1.synchronous_service_pb2_grpc import SynchronousServiceAsyncStub

APPLY_SECONDS: Final = 120.0
SWEEP_SECONDS: Final = 1.0

log = structlog.get_logger()


class Synchronous:
    """Sends messages to the processor, those of one credential in rounds, one round at a time."""

    def __init__(
        self,
        processor: SynchronousServiceAsyncStub,
        identity: InternalIdentity,
        worker: StoreWorker,
        reader: Reader,
        ended: EndedMessages,
    ) -> None:
        self._processor = processor
        self._identity = identity
        self._worker = worker
        self._reader = reader
        self._ended = ended
        self._running: dict[int, asyncio.Task[None]] = {}
        self._coming: dict[int, asyncio.Task[None]] = {}
        self._sweeping: asyncio.Task[None] | None = None
        self._is_away = False

    def start(self) -> None:
        """Begins to look for what was left behind."""
        self._sweeping = asyncio.create_task(self._sweep())

    async def stop(self) -> None:
        """Drops what is under way; it is taken up again after the next start."""
        tasks = [*self._running.values(), *self._coming.values()]
        if self._sweeping is not None:
            tasks.append(self._sweeping)
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def apply(self, credential_id: int, seconds: float) -> None:
        """Has the messages applied that the credential has recorded by now; returns when the time is over, too."""
        await asyncio.wait((self._next_round(credential_id),), timeout=seconds)

    def _next_round(self, credential_id: int) -> asyncio.Task[None]:
        """Returns a round that has not begun, so that it sees what is recorded by now."""
        coming = self._coming.get(credential_id)
        if coming is None:
            coming = self._coming[credential_id] = asyncio.create_task(self._round(credential_id))
        return coming

    async def _round(self, credential_id: int) -> None:
        """Applies all that waits, as far as it goes."""
        before = self._running.get(credential_id)
        if before is not None:
            await asyncio.wait((before,))
        mine = self._running[credential_id] = self._coming.pop(credential_id)
        try:
            await self._apply_all(credential_id)
        finally:
            if self._running[credential_id] is mine:
                del self._running[credential_id]

    async def _apply_all(self, credential_id: int) -> None:
        try:
            while (portion := await self._reader.read(unapplied.oldest, credential_id)) is not None:
                if not await self._apply(portion):
                    break
        except grpc.aio.AioRpcError as error:
            if not self._is_away:
                log.warning("synchronous messages wait", code=error.code().name, cause=error.details())
            self._is_away = True
        except ServiceError as error:
            log.warning("synchronous messages wait", credential=credential_id, cause=error.text)
        except Exception as error:
            log.error("synchronous messages wait", credential=credential_id, exc_info=error)

    async def _apply(self, portion: unapplied.Portion) -> bool:
        """Applies messages and stores what became of them; returns whether to go on."""
        request = portion.request
        answer = await self._processor.ApplyMessages(request, metadata=self._identity.metadata(), timeout=APPLY_SECONDS)
        self._is_away = False
        now = moments.now()
        ends = {number: answers.end_of(outcome, now) for number, outcome in answer.outcomes.items()}
        if ends:
            fresh = await self._worker.run(lambda store: unapplied.end(store, request.credential_id, ends))
            self._ended.ended((request.credential_id, number) for number in fresh)
        if answer.hindrance == pb.HINDRANCE_FAILED:
            failed = next(one for one in request.messages if one.message_id not in ends)
            count = failed.attempts + 1
            await self._worker.run(
                lambda store: unapplied.postpone(store, request.credential_id, failed.message_id, count)
            )
        return answer.hindrance == pb.HINDRANCE_UNSPECIFIED and bool(ends)

    async def _sweep(self) -> None:
        """Takes up what no sender waits for, until cancelled."""
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            with contextlib.suppress(Exception):  # the store is away, which the health check says
                for credential_id in await self._reader.read(unapplied.due):
                    self._next_round(credential_id)
