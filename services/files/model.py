"""What the service knows of a file, and for whom files are held."""

from __future__ import annotations

import time
from dataclasses import dataclass

from google.protobuf.timestamp_pb2 import Timestamp
from organisation.v1 import file_service_pb2, file_storage_service_pb2

from runtime.errors import invalid_field

PIECE_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A row of the index. Times are milliseconds since 1970."""

    file_id: str
    site_id: int
    credential_id: int
    name: str
    size: int
    sha256: bytes
    content_type: str
    created_at: int
    expires_at: int | None
    """None while content uses the file."""
    single_use: bool = False
    """Whether one element alone may use it."""

    def description(self) -> file_service_pb2.FileDescription:
        return file_service_pb2.FileDescription(
            file_id=self.file_id,
            name=self.name,
            size=self.size,
            sha256=self.sha256,
            content_type=self.content_type,
            expires_at=timestamp(self.expires_at),
            single_use=self.single_use,
        )


@dataclass(frozen=True, slots=True)
class Holder:
    """A message that holds files."""

    credential_id: int
    message_id: int
    site_id: int

    @classmethod
    def of(cls, holder: file_storage_service_pb2.FileHolder) -> Holder:
        if not (holder.credential_id and holder.message_id and holder.site_id):
            raise invalid_field("holder", "holder must name credential, message and site.")
        return cls(holder.credential_id, holder.message_id, holder.site_id)


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def timestamp(milliseconds: int | None) -> Timestamp | None:
    if milliseconds is None:
        return None
    return Timestamp(seconds=milliseconds // 1000, nanos=milliseconds % 1000 * 1_000_000)
