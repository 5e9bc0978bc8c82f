"""Reserves files for messages, and asks the processor about those that are in the way."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import TYPE_CHECKING

import grpc
import structlog

from services.files.errors import file_awaited
from services.files.model import Holder, Reserved, now_ms
from services.files.reservations import Reservations
from services.files.single_use import HeldError
from services.files.sweeper import ASKED_AT_ONCE, Sweeper

if TYPE_CHECKING:
    from organisation.v1.platform_service_pb2_grpc import PlatformServiceAsyncStub

log = structlog.get_logger()


class Claims:
    """What ReserveFiles does."""

    def __init__(self, reservations: Reservations, sweeper: Sweeper, processor: PlatformServiceAsyncStub) -> None:
        self._reservations = reservations
        self._sweeper = sweeper
        self._processor = processor

    async def reserve(self, holder: Holder, file_ids: Collection[str]) -> dict[str, Reserved]:
        """Reserves files, by their ids; UNAVAILABLE while one for a single use is another credential's.

        A message that ended without a word, as in a crash, is settled at once: the sweep asks an hour later.
        """
        try:
            return await asyncio.to_thread(self._reservations.reserve, holder, file_ids, now_ms())
        except HeldError as held:
            await self._settle(held)
        try:
            return await asyncio.to_thread(self._reservations.reserve, holder, file_ids, now_ms())
        except HeldError as held:
            raise file_awaited() from held

    async def _settle(self, held: HeldError) -> None:
        try:
            await self._sweeper.settle_page(self._processor, held.holders[:ASKED_AT_ONCE], now_ms())
        except grpc.aio.AioRpcError as error:
            log.warning("reservations not settled", cause=repr(error))
