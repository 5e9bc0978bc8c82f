"""Looking messages and lanes up. Every function reads one state of the store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, Select, bindparam, literal_column, select, text, tuple_

from services.ingest.submission import Detail
from services.ingest.tables import detail, lane, message, payload

FINISHED: Final = 2

STATUS: Final = select(message.c.status).where(
    message.c.credential_id == bindparam("credential"), message.c.message_id == bindparam("message")
)
WHOLE: Final = (
    select(message, payload.c.data)
    .join(payload)
    .where(message.c.credential_id == bindparam("credential"), message.c.message_id == bindparam("message"))
)
DETAILS: Final = (
    select(detail.c.entity, detail.c.message, detail.c.sync_key, detail.c.type)
    .where(detail.c.credential_id == bindparam("credential"), detail.c.message_id == bindparam("message"))
    .order_by(detail.c.position)
)


class Result(NamedTuple):
    """What GetMessageResult tells; details only of a message that has ended."""

    status: int
    details: Sequence[Detail]


@dataclass(frozen=True, slots=True)
class Filter:
    """What a search is for; what is empty does not filter. Moments are microseconds, until is exclusive."""

    statuses: Sequence[int] = ()
    message_types: Sequence[str] = ()
    received_from: int | None = None
    received_until: int | None = None
    site_id: int | None = None
    partner_ids: Sequence[int] = ()
    credential_ids: Sequence[int] = ()


def find_result(connection: Connection, credential_id: int, message_id: int) -> Result | None:
    """Returns the state of a credential's message; None when it has no such message."""
    key = {"credential": credential_id, "message": message_id}
    status = connection.execute(STATUS, key).scalar_one_or_none()
    if status is None:
        return None
    return Result(status, find_details(connection, credential_id, message_id))


def find_details(connection: Connection, credential_id: int, message_id: int) -> list[Detail]:
    """Returns the details of a message, in order."""
    key = {"credential": credential_id, "message": message_id}
    return [Detail(*row) for row in connection.execute(DETAILS, key)]


def find_message(connection: Connection, credential_id: int, message_id: int) -> tuple[Row[Any], list[Detail]] | None:
    """Returns the columns of table message with the data, and the details; None when there is no such message."""
    row = connection.execute(WHOLE, {"credential": credential_id, "message": message_id}).first()
    return None if row is None else (row, find_details(connection, credential_id, message_id))


def newest_of_credential(
    connection: Connection, credential_id: int, wanted: Filter, size: int, before: int | None
) -> Sequence[Row[Any]]:
    """Returns a credential's messages, newest first: those with a MessageId below `before`."""
    statement = select(message).where(message.c.credential_id == credential_id, *conditions(wanted))
    if before is not None:
        statement = statement.where(message.c.message_id < before)
    return connection.execute(statement.order_by(message.c.message_id.desc()).limit(size)).all()


def newest(
    connection: Connection, wanted: Filter, size: int, before: tuple[int, int, int] | None
) -> Sequence[Row[Any]]:
    """Returns messages of everybody, newest first: those before a key (received_at, credential_id, message_id)."""
    key = (message.c.received_at, message.c.credential_id, message.c.message_id)
    statement: Select[Any] = select(message).where(*conditions(wanted))
    if before is not None:
        # The plain bound beside the row comparison is what an index on received_at can be entered with.
        statement = statement.where(message.c.received_at <= before[0], tuple_(*key) < tuple_(*before))
    return connection.execute(statement.order_by(*(column.desc() for column in key)).limit(size)).all()


def conditions(wanted: Filter) -> list[ColumnElement[bool]]:
    """Returns the conditions of a filter."""
    found: list[ColumnElement[bool]] = []
    if wanted.statuses:
        # Literals, and the index's own condition word for word: otherwise SQLite passes a partial index over.
        found.append(message.c.status.in_([literal_column(str(int(status))) for status in wanted.statuses]))
        if FINISHED not in wanted.statuses:
            found.append(text("status <> 2"))  # type: ignore[arg-type]
    for column, values in (
        (message.c.message_type, wanted.message_types),
        (message.c.partner_id, wanted.partner_ids),
        (message.c.credential_id, wanted.credential_ids),
    ):
        if values:
            found.append(column.in_(values))
    if wanted.received_from is not None:
        found.append(message.c.received_at >= wanted.received_from)
    if wanted.received_until is not None:
        found.append(message.c.received_at < wanted.received_until)
    if wanted.site_id is not None:
        found.append(message.c.site_id == wanted.site_id)
    return found


def list_lanes(connection: Connection, waiting_only: bool, size: int, after: int) -> Sequence[Row[Any]]:
    """Returns lanes by id, above `after`."""
    statement = select(lane).where(lane.c.lane_id > after).order_by(lane.c.lane_id).limit(size)
    if waiting_only:
        statement = statement.where(lane.c.head < lane.c.tail)
    return connection.execute(statement).all()
