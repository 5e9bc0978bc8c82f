"""Tells the files service, after the transaction, what content uses and what it has let go (decision 13).

A crash before this leaves reservations that the files service asks about by itself (PlatformService.GetFileUse).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import grpc
import structlog
from organisation.v1.file_storage_service_pb2 import FileHolder, HeldFiles
from sqlalchemy import Engine

from lms.lanes import used_files
from runtime.database import reading
from services.processor.assignment import Assignment
from services.processor.context import UsedFile
from services.processor.peers import Files, held_files

log = structlog.get_logger()

Rpc = Callable[[Sequence[HeldFiles]], None]
MessageKey = tuple[int, int]
"""Credential and number of a message."""


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
        ended = [*reserved, *(one for one in healed if one in used)]
        credential_id = self._assignment.credential_id
        self._call(self._files.confirm, {(credential_id, one): used.get(one, []) for one in ended})

    def release(self, files: Iterable[UsedFile]) -> None:
        """Releases files that updated content uses no longer."""
        released: dict[MessageKey, list[str]] = {}
        for file in files:
            released.setdefault((file.credential_id, file.message_id), []).append(file.file_id)
        self._call(self._files.release, released)

    def _call(self, rpc: Rpc, files: Mapping[MessageKey, Sequence[str]]) -> None:
        site_id = self._assignment.site_id
        held = [
            held_files(FileHolder(credential_id=credential_id, message_id=message_id, site_id=site_id), ids)
            for (credential_id, message_id), ids in files.items()
        ]
        try:
            rpc(held)
        except grpc.RpcError as error:
            log.warning("files not settled", messages=list(files), cause=repr(error))
