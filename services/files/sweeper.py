"""What runs beside the calls: settles what was never confirmed, and removes what has expired."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

import structlog
from organisation.v1.platform_service_pb2 import FileUse, GetFileUseRequest, MessageKey

from runtime.tokens import InternalIdentity
from services.files.blobs import BlobStore
from services.files.expiry import Expiry
from services.files.ids import parse_file_id
from services.files.index import FileIndex
from services.files.model import Holder, now_ms
from services.files.reservations import HolderKey, Reservations

if TYPE_CHECKING:
    from organisation.v1.platform_service_pb2_grpc import PlatformServiceAsyncStub

ASKED_AT_ONCE = 1000
TIMEOUT_SECONDS = 30.0

log = structlog.get_logger()


class Sweeper:
    """Looks every now and then; any number of processes may run one."""

    def __init__(
        self, blobs: BlobStore, index: FileIndex, reservations: Reservations, expiry: Expiry, identity: InternalIdentity
    ) -> None:
        self._blobs = blobs
        self._index = index
        self._reservations = reservations
        self._expiry = expiry
        self._identity = identity

    async def run(self, processor: PlatformServiceAsyncStub, pause_seconds: float, settle_seconds: float) -> None:
        """Runs until cancelled; what fails is tried again at the next look."""
        while True:
            await asyncio.sleep(pause_seconds)
            try:
                await self.settle(processor, now_ms() - int(settle_seconds * 1000))
            except Exception as error:
                log.warning("reservations not settled", cause=repr(error))
            try:
                await asyncio.to_thread(self.remove)
            except Exception as error:
                log.warning("expired files not removed", cause=repr(error))

    def remove(self) -> None:
        """Removes what writers that died left behind, and every file whose days are over and that nobody holds."""
        leftovers = self._blobs.sweep(self._index.known)
        expired = 0
        while marked := self._expiry.mark(now_ms()):
            expired += marked
        while file_ids := self._expiry.marked():
            for file_id in file_ids:
                self._blobs.delete(file_id)
            self._expiry.forget(file_ids)
        if leftovers or expired:
            log.info("files removed", leftovers=leftovers, expired=expired)

    async def settle(self, processor: PlatformServiceAsyncStub, reserved_before: int) -> None:
        """Asks the processor about messages that reserved files before then and never confirmed (decision 13)."""
        after: HolderKey = (0, 0)
        while holders := await asyncio.to_thread(self._reservations.unsettled, reserved_before, after, ASKED_AT_ONCE):
            request = GetFileUseRequest(
                messages=[MessageKey(credential_id=h.credential_id, message_id=h.message_id) for h in holders]
            )
            answer = await processor.GetFileUse(request, metadata=self._identity.metadata(), timeout=TIMEOUT_SECONDS)
            await asyncio.to_thread(self._settle_page, holders, answer.uses, reserved_before)
            after = (holders[-1].credential_id, holders[-1].message_id)

    def _settle_page(self, holders: Sequence[Holder], uses: Sequence[FileUse], reserved_before: int) -> None:
        for holder, use in zip(holders, uses, strict=True):
            if use.ended:
                used = {file_id for text in use.file_ids if (file_id := parse_file_id(text)) is not None}
                self._reservations.confirm({holder: used}, now_ms(), reserved_before)
