"""Tells the files service, after the transaction, what content uses and what it has let go (decision 13).

A crash before this leaves reservations that the files service asks about by itself (PlatformService.GetFileUse).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import grpc
import structlog
from organisation.v1 import file_storage_service_pb2
from sqlalchemy import Engine

from lms.lanes import used_files
from runtime.database import reading
from services.processor.assignment import Assignment
from services.processor.context import UsedFile
from services.processor.peers import Files

log = structlog.get_logger()

Rpc = Callable[[file_storage_service_pb2.FileHolder, Sequence[str]], None]


class Settlement:
    """Confirms and releases files for one credential on one site."""

    def __init__(self, engine: Engine, files: Files, assignment: Assignment) -> None:
        self._engine = engine
        self._files = files
        self._assignment = assignment

    def confirm(self, reserved: Sequence[int], healed: Sequence[int]) -> None:
        """Confirms what content uses by these messages.

        reserved: messages that have ended and had reservations, so that what they do not use is let go; healed: those
        that an earlier claim applied, of which only the uses are known.
        """
        if not reserved and not healed:
            return
        with reading(self._engine) as connection:
            used = used_files(connection, self._assignment.credential_id, [*reserved, *healed])
        for message_id in [*reserved, *(one for one in healed if one in used)]:
            self._call(self._files.confirm, message_id, self._assignment.credential_id, used.get(message_id, []))

    def release(self, files: Iterable[UsedFile]) -> None:
        """Releases files that updated content uses no longer."""
        for file in files:
            self._call(self._files.release, file.message_id, file.credential_id, [file.file_id])

    def _call(self, rpc: Rpc, message_id: int, credential_id: int, file_ids: Sequence[str]) -> None:
        holder = file_storage_service_pb2.FileHolder(
            credential_id=credential_id, message_id=message_id, site_id=self._assignment.site_id
        )
        try:
            rpc(holder, file_ids)
        except grpc.RpcError as error:
            log.warning("files not settled", credential=credential_id, message=message_id, cause=repr(error))
