"""What is appended to the message log, and what comes of it."""

from __future__ import annotations

from typing import Final, NamedTuple

from organisation.v1 import data_service_pb2 as pb

from runtime.errors import ServiceError

IN_QUEUE: Final = int(pb.DATA_MESSAGE_STATUS_IN_QUEUE)
ERRORS: Final = int(pb.DATA_MESSAGE_STATUS_ERRORS)
ERROR: Final = int(pb.DATA_MESSAGE_STATUS_TYPE_ERROR)


class Detail(NamedTuple):
    """A status detail; `type` is a DataMessageStatusType."""

    entity: str
    message: str
    sync_key: str
    type: int


class Submission(NamedTuple):
    """A message that access has let pass. Moments are microseconds; digest is 32 bytes where there is a client key."""

    credential_id: int
    partner_id: int
    site_id: int
    message_type: str
    data: bytes
    received_at: int
    checked_at: int
    details: tuple[Detail, ...] = ()
    """Why the schema refuses it; none: it is to be applied."""
    client_key: str = ""
    digest: bytes = b""
    organisations: tuple[str, ...] = ()
    """Keys of the organisations that the credential is narrowed to."""
    is_synchronous: bool = False
    """Whether it is applied before AddMessage answers (decision 9)."""
    is_normal: bool = False
    """Whether data is in the form of its schema as it was sent, so that nobody need normalise it again."""

    @property
    def place(self) -> tuple[int, int]:
        """What its lane is for: (credential_id, site_id)."""
        return self.credential_id, self.site_id

    @property
    def enters_lane(self) -> bool:
        """Whether a processor will claim it."""
        return not self.details and not self.is_synchronous

    @property
    def is_awaited(self) -> bool:
        """Whether its sender waits until it is applied."""
        return self.is_synchronous and not self.details


Outcome = int | ServiceError
"""The MessageId of a message on disk, or why it was not recorded."""
