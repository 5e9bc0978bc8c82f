"""Synchronous messages that have not ended, in SQL (decision 9). Each function runs in a transaction of its own."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from organisation.v1 import lane_service_pb2, synchronous_service_pb2
from sqlalchemy import Connection, and_, bindparam, delete, select, update

from services.ingest import moments
from services.ingest.lanes import CLAIM_BYTES, MessageEnd, write_ends
from services.ingest.tables import message, payload, unapplied

MOST_TOGETHER: Final = 100
LONGEST_REST: Final = 60 * moments.SECOND

DUE: Final = select(unapplied.c.credential_id).where(unapplied.c.due_at <= bindparam("now")).distinct()
OF_MESSAGE: Final = and_(
    unapplied.c.credential_id == message.c.credential_id, unapplied.c.message_id == message.c.message_id
)
OLDEST: Final = (
    select(
        unapplied.c.message_id,
        unapplied.c.organisations,
        unapplied.c.failures,
        unapplied.c.due_at,
        message.c.site_id,
        message.c.size,
    )
    .join(message, OF_MESSAGE)
    .where(unapplied.c.credential_id == bindparam("credential"))
    .order_by(unapplied.c.message_id)
    .limit(MOST_TOGETHER)
)
WORK: Final = (
    select(message.c.message_id, message.c.message_type, payload.c.data, payload.c.is_normal, unapplied.c.failures)
    .join(payload)
    .join(unapplied, OF_MESSAGE)
    .where(
        message.c.credential_id == bindparam("credential"),
        message.c.message_id.in_(bindparam("messages", expanding=True)),
    )
    .order_by(message.c.message_id)
)
TAKE_OUT: Final = (
    delete(unapplied)
    .where(
        unapplied.c.credential_id == bindparam("credential"),
        unapplied.c.message_id.in_(bindparam("messages", expanding=True)),
    )
    .returning(unapplied.c.message_id)
)
POSTPONE: Final = (
    update(unapplied)
    .where(unapplied.c.credential_id == bindparam("b_credential"), unapplied.c.message_id == bindparam("b_message"))
    .values(failures=bindparam("b_failures"), due_at=bindparam("b_due"))
)


@dataclass(frozen=True, slots=True)
class Portion:
    """The oldest messages of a credential that can be applied together."""

    request: synchronous_service_pb2.ApplyMessagesRequest

    @property
    def first(self) -> lane_service_pb2.LaneMessage:
        """The message that all others wait for."""
        return self.request.messages[0]


def due(connection: Connection) -> list[int]:
    """Returns credentials with messages that no sender waits for any more, or that have rested."""
    return list(connection.scalars(DUE, {"now": moments.now()}))


def oldest(connection: Connection, credential_id: int) -> Portion | None:
    """Returns what is to be applied next; None where nothing is, or where the first message rests."""
    rows = connection.execute(OLDEST, {"credential": credential_id}).all()
    if not rows or (rows[0].failures and rows[0].due_at > moments.now()):
        return None
    together: list[int] = []
    size = 0
    for row in rows:
        size += row.size
        if (row.site_id, row.organisations) != (rows[0].site_id, rows[0].organisations):
            break
        if together and size > CLAIM_BYTES:
            break
        together.append(row.message_id)
    work = connection.execute(WORK, {"credential": credential_id, "messages": together})
    return Portion(
        synchronous_service_pb2.ApplyMessagesRequest(
            credential_id=credential_id,
            site_id=rows[0].site_id,
            organisation_sync_keys=json.loads(rows[0].organisations),
            messages=[
                lane_service_pb2.LaneMessage(
                    message_id=number, message_type=kind, data=data.decode(), is_normal=is_normal, attempts=failures
                )
                for number, kind, data, is_normal, failures in work
            ],
        )
    )


def end(connection: Connection, credential_id: int, ends: Mapping[int, MessageEnd]) -> Sequence[int]:
    """Stores what became of messages, by MessageId; returns those that had not ended, whoever else reports them."""
    fresh = sorted(connection.scalars(TAKE_OUT, {"credential": credential_id, "messages": list(ends)}))
    if fresh:
        write_ends(connection, credential_id, {number: ends[number] for number in fresh})
    return fresh


def postpone(connection: Connection, credential_id: int, message_id: int, failures: int) -> None:
    """Notes how often a message has failed for a while, and lets it rest the longer."""
    rest = min(2 ** min(failures - 1, 30) * moments.SECOND, LONGEST_REST)
    values = {"b_failures": failures, "b_due": moments.now() + rest}
    connection.execute(POSTPONE, {"b_credential": credential_id, "b_message": message_id, **values})
