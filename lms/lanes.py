"""How far a lane was applied: the fence that keeps a late worker out, and results that survive a crash.

The protocol is design section 4: one content transaction locks the lane's row, refuses a stale fence, skips what was
applied, stores results and advances.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, text, union, update

from lms.tables import file_use, inbox, progress, result
from runtime.direct import Direct

NEW_LANE = text(
    "INSERT INTO progress (lane_id, last_seq, fence, retry_seq, retries) VALUES (:lane_id, 0, 0, 0, 0)"
    " ON CONFLICT (lane_id) DO NOTHING"
)
LOCK = (
    update(progress)
    .where(progress.c.lane_id == bindparam("lane"), progress.c.fence <= bindparam("claim"))
    .values(fence=bindparam("claim"))
    .returning(progress.c.last_seq, progress.c.retry_seq, progress.c.retries)
)
ADVANCE = (
    update(progress)
    .where(progress.c.lane_id == bindparam("lane"))
    .values(last_seq=bindparam("seq"), retry_seq=0, retries=0)
)
RETRY = (
    update(progress)
    .where(progress.c.lane_id == bindparam("lane"), progress.c.fence <= bindparam("claim"))
    .values(retry_seq=bindparam("seq"), retries=bindparam("count"))
)
READ = select(progress.c.last_seq, progress.c.retry_seq, progress.c.retries).where(
    progress.c.lane_id == bindparam("lane")
)
STORE = insert(result)
STORED = (
    select(result)
    .where(result.c.lane_id == bindparam("lane"), result.c.lane_seq.between(bindparam("first"), bindparam("last")))
    .order_by(result.c.lane_seq)
)
USES = select(file_use.c.credential_id, file_use.c.message_id, file_use.c.file_id).where(
    file_use.c.credential_id == bindparam("credential"),
    file_use.c.message_id.in_(bindparam("messages", expanding=True)),
)
ENDED = union(
    *(
        select(table.c.message_id).where(
            table.c.credential_id == bindparam("credential"),
            table.c.message_id.in_(bindparam("messages", expanding=True)),
        )
        for table in (result, inbox)
    )
)


@dataclass(frozen=True, slots=True)
class Detail:
    """What became of one item of a message; kind is Info, Warning or Error."""

    entity: str
    message: str
    sync_key: str
    kind: str


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one message; status is Finished, Warnings or Errors."""

    lane_seq: int
    """0: the message was in no lane."""
    credential_id: int
    message_id: int
    status: str
    details: tuple[Detail, ...]
    started_at: datetime
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a lane stands."""

    last_seq: int
    retry_seq: int
    """The message that failed for a while last; 0: none."""
    retries: int


def lock_lane(connection: Direct, lane_id: int, fence: int) -> Progress | None:
    """Locks the lane for this transaction; None when a later claim was here before."""
    values = {"lane": lane_id, "claim": fence}
    row = connection.execute(LOCK, values).one_or_none()
    if row is None:
        connection.execute(NEW_LANE, {"lane_id": lane_id})
        row = connection.execute(LOCK, values).one_or_none()
    return None if row is None else Progress(row.last_seq, row.retry_seq, row.retries)


def advance_lane(connection: Direct, lane_id: int, results: Sequence[Result]) -> None:
    """Stores results, in order and not empty, and moves the lane behind the last."""
    connection.execute(STORE, [row_of(lane_id, one) for one in results])
    connection.execute(ADVANCE, {"lane": lane_id, "seq": results[-1].lane_seq})


def lane_progress(connection: Connection, lane_id: int) -> Progress:
    """Returns where a lane stands, without a lock."""
    row = connection.execute(READ, {"lane": lane_id}).one_or_none()
    return Progress(0, 0, 0) if row is None else Progress(row.last_seq, row.retry_seq, row.retries)


def count_retry(connection: Connection, lane_id: int, fence: int, lane_seq: int) -> int:
    """Notes that a message failed for a while; returns how often by now."""
    connection.execute(NEW_LANE, {"lane_id": lane_id})
    before = lane_progress(connection, lane_id)
    count = before.retries + 1 if before.retry_seq == lane_seq else 1
    connection.execute(RETRY, {"lane": lane_id, "claim": fence, "seq": lane_seq, "count": count})
    return count


def stored_results(connection: Connection, lane_id: int, first: int, last: int) -> list[Result]:
    """Returns the results from one place in the lane to another."""
    rows = connection.execute(STORED, {"lane": lane_id, "first": first, "last": last})
    return [
        Result(
            row.lane_seq,
            row.credential_id,
            row.message_id,
            row.status,
            details_of(row.details),
            row.started_at,
            row.ended_at,
        )
        for row in rows
    ]


def used_files(connection: Connection, credential_id: int, message_ids: Sequence[int]) -> dict[int, list[str]]:
    """Returns the files that content uses by these messages of a credential, those without any left out."""
    used: dict[int, list[str]] = {}
    for row in connection.execute(USES, {"credential": credential_id, "messages": list(message_ids)}):
        used.setdefault(row.message_id, []).append(row.file_id)
    return used


def ended_messages(connection: Connection, credential_id: int, message_ids: Sequence[int]) -> set[int]:
    """Returns which of these messages of a credential have a result, in a lane or in the inbox."""
    return set(connection.scalars(ENDED, {"credential": credential_id, "messages": list(message_ids)}))


def row_of(lane_id: int, one: Result) -> dict[str, Any]:
    return {
        "lane_id": lane_id,
        "lane_seq": one.lane_seq,
        "credential_id": one.credential_id,
        "message_id": one.message_id,
        "status": one.status,
        "details": rows_of_details(one.details),
        "started_at": one.started_at,
        "ended_at": one.ended_at,
    }


def rows_of_details(details: Sequence[Detail]) -> list[dict[str, str]]:
    """Returns details as the store holds them."""
    return [
        {"entity": detail.entity, "message": detail.message, "sync_key": detail.sync_key, "kind": detail.kind}
        for detail in details
    ]


def details_of(rows: Sequence[dict[str, str]]) -> tuple[Detail, ...]:
    """Returns details from what the store holds."""
    return tuple(Detail(**row) for row in rows)
