"""Lanes in SQL: claim, renew, report (decision 1, design section 4). Each function runs in a transaction of its own.

The fence decides who may report; the lease only decides when somebody else may claim.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import grpc
from organisation.v1 import error_reason_pb2
from sqlalchemy import Connection, Row, bindparam, case, func, insert, select, text, update
from sqlalchemy.exc import OperationalError

from runtime.direct import Direct
from runtime.errors import ServiceError, invalid_field
from services.ingest import moments
from services.ingest.submission import Detail
from services.ingest.tables import detail, lane, message, partner_turn, payload

CLAIM_BYTES: Final = 8 * 1024 * 1024
SUSPECT_ATTEMPTS: Final = 2
TURN_COST: Final = 1
FENCED_TEXT: Final = "The lane was claimed by another worker since."
LOCK_TIMEOUT: Final = text("SET LOCAL lock_timeout = '250ms'")

READY: Final = (
    select(
        lane.c.lane_id,
        lane.c.credential_id,
        lane.c.site_id,
        lane.c.partner_id,
        lane.c.organisations,
        lane.c.head,
        lane.c.fence,
        lane.c.attempts,
        partner_turn.c.vt,
    )
    .join(partner_turn, partner_turn.c.partner_id == lane.c.partner_id)
    .where(lane.c.head < lane.c.tail, lane.c.lease_until <= bindparam("now"), lane.c.rest_until <= bindparam("now"))
    .order_by(partner_turn.c.vt, lane.c.vt, lane.c.lane_id)
    .limit(1)
)
READY_UNLOCKED: Final = READY.with_for_update(of=lane, skip_locked=True)
READY_LOCKED: Final = READY.with_for_update(of=lane)
LATEST_VT: Final = select(func.coalesce(func.max(lane.c.vt), 0))
TAKE: Final = (
    update(lane)
    .where(lane.c.lane_id == bindparam("b_lane"))
    .values(
        fence=lane.c.fence + 1,
        attempts=lane.c.attempts + 1,
        owner=bindparam("b_owner"),
        lease_until=bindparam("b_until"),
        vt=bindparam("b_vt"),
    )
)
CHARGE_TURN: Final = (
    update(partner_turn)
    .where(partner_turn.c.partner_id == bindparam("b_partner"))
    .values(vt=case((partner_turn.c.vt < bindparam("b_vt"), bindparam("b_vt")), else_=partner_turn.c.vt) + TURN_COST)
)
CHARGE_COST: Final = (
    update(partner_turn)
    .where(partner_turn.c.partner_id == bindparam("b_partner"))
    .values(vt=partner_turn.c.vt + bindparam("b_cost"))
)
SIZES: Final = (
    select(message.c.lane_seq, message.c.size)
    .where(message.c.lane_id == bindparam("lane"), message.c.lane_seq > bindparam("head"))
    .order_by(message.c.lane_seq)
    .limit(bindparam("most"))
)
WORK: Final = (
    select(message.c.lane_seq, message.c.message_id, message.c.message_type, payload.c.data, payload.c.is_normal)
    .join(payload)
    .where(
        message.c.lane_id == bindparam("lane"),
        message.c.lane_seq > bindparam("head"),
        message.c.lane_seq <= bindparam("last"),
    )
    .order_by(message.c.lane_seq)
)
HELD: Final = select(lane).where(lane.c.lane_id == bindparam("lane")).with_for_update()
PROLONG: Final = update(lane).where(lane.c.lane_id == bindparam("b_lane")).values(lease_until=bindparam("b_until"))
NUMBERS: Final = select(message.c.lane_seq, message.c.message_id).where(
    message.c.lane_id == bindparam("lane"),
    message.c.lane_seq > bindparam("head"),
    message.c.lane_seq <= bindparam("last"),
)
END_MESSAGE: Final = (
    update(message)
    .where(message.c.credential_id == bindparam("b_credential"), message.c.message_id == bindparam("b_message"))
    .values(status=bindparam("b_status"), started_at=bindparam("b_started"), ended_at=bindparam("b_ended"))
)
DETAILS: Final = insert(detail)
RELEASE: Final = (
    update(lane)
    .where(lane.c.lane_id == bindparam("b_lane"))
    .values(
        head=bindparam("b_head"),
        attempts=bindparam("b_attempts"),
        owner=None,
        lease_until=0,
        rest_until=bindparam("b_rest"),
    )
)
ADVANCE: Final = update(lane).where(lane.c.lane_id == bindparam("b_lane")).values(head=bindparam("b_head"), attempts=0)


class Work(NamedTuple):
    """A message of a claim."""

    lane_seq: int
    message_id: int
    message_type: str
    data: bytes
    is_normal: bool


@dataclass(frozen=True, slots=True)
class Claim:
    """A lane with its oldest messages; attempts: how often they were claimed since the lane last moved on."""

    lane_id: int
    credential_id: int
    site_id: int
    partner_id: int
    fence: int
    attempts: int
    lease_until: int
    organisations: Sequence[str]
    work: Sequence[Work]


@dataclass(frozen=True, slots=True)
class MessageEnd:
    """What became of a message. status: Finished, Errors or Warnings."""

    lane_seq: int
    status: int
    details: Sequence[Detail]
    started_at: int
    ended_at: int


@dataclass(frozen=True, slots=True)
class Reported:
    """What a report changed: ids of the messages that have ended, and whether the lane has work for another turn."""

    credential_id: int
    message_ids: Sequence[int]
    roused: bool


def claim(connection: Connection, worker: str, most: int, lease_seconds: int) -> Claim | None:
    """Claims the lane whose partner has had the least; None when no lane is ready."""
    now = moments.now()
    ready = first_ready(connection, now)
    if ready is None:
        return None
    latest = connection.execute(LATEST_VT).scalar_one()
    # A partner that was away comes back at the present, not with credit for its absence.
    turn = max(ready.vt, latest)
    until = now + lease_seconds * moments.SECOND
    connection.execute(TAKE, {"b_lane": ready.lane_id, "b_owner": worker, "b_until": until, "b_vt": turn})
    connection.execute(CHARGE_TURN, {"b_partner": ready.partner_id, "b_vt": turn})
    # A lane that does not move on is given singly, so that the message at fault shows.
    last = last_within_bytes(connection, ready, 1 if ready.attempts >= SUSPECT_ATTEMPTS else most)
    work = Direct(connection).execute(WORK, {"lane": ready.lane_id, "head": ready.head, "last": last})
    return Claim(
        ready.lane_id,
        ready.credential_id,
        ready.site_id,
        ready.partner_id,
        ready.fence + 1,
        ready.attempts,
        until,
        json.loads(ready.organisations),
        [Work(*row) for row in work],
    )


def first_ready(connection: Connection, now: int) -> Any:
    """Locks the lane whose turn it is; None when none is ready.

    Where all that are ready are locked just now, by appends, waits a moment for the first: a lane that is written to
    all the time would else never have its turn.
    """
    ready = connection.execute(READY_UNLOCKED, {"now": now}).first()
    if ready is not None or connection.execute(READY, {"now": now}).first() is None:
        return ready
    try:
        with connection.begin_nested():
            connection.execute(LOCK_TIMEOUT)
            return connection.execute(READY_LOCKED, {"now": now}).first()
    except OperationalError:
        return None


def last_within_bytes(connection: Connection, ready: Row[Any], most: int) -> int:
    """Returns the lane_seq up to which the messages fit into one answer: at least the first."""
    last = size = 0
    for seq, one in Direct(connection).execute(SIZES, {"lane": ready.lane_id, "head": ready.head, "most": most}):
        size += one
        if last and size > CLAIM_BYTES:
            break
        last = seq
    return last


def renew(connection: Connection, lane_id: int, fence: int, lease_seconds: int) -> int:
    """Prolongs a lease; returns when it ends. FAILED_PRECONDITION for a stale fence or a lane that was released."""
    held = holder(connection, lane_id, fence)
    if held.owner is None:
        raise fenced()
    until = moments.now() + lease_seconds * moments.SECOND
    connection.execute(PROLONG, {"b_lane": lane_id, "b_until": until})
    return until


@dataclass(frozen=True, slots=True)
class Report:
    """What a worker says of its turn: outcomes, milliseconds of work, and what becomes of the lane."""

    ends: Sequence[MessageEnd] = ()
    cost: int = 0
    rest_seconds: int = 0
    goes_on: bool = False
    """The lane stays the worker's."""


def report(connection: Connection, lane_id: int, fence: int, told: Report) -> Reported:
    """Stores outcomes, moves head on without a gap, charges the partner, releases the lane.

    Outcomes that are known already are passed over.
    """
    held = holder(connection, lane_id, fence)
    new = without_gap(held, told.ends)
    head = held.head + len(new)
    message_ids = store_ends(connection, held, new) if new else []
    if not new and (held.owner is None or told.goes_on):  # the same report once more
        return Reported(held.credential_id, [], False)
    connection.execute(CHARGE_COST, {"b_partner": held.partner_id, "b_cost": told.cost})
    if told.goes_on:
        connection.execute(ADVANCE, {"b_lane": lane_id, "b_head": head})
        return Reported(held.credential_id, message_ids, False)
    rest = moments.now() + told.rest_seconds * moments.SECOND if told.rest_seconds else 0
    attempts = 0 if new else held.attempts
    connection.execute(RELEASE, {"b_lane": lane_id, "b_head": head, "b_attempts": attempts, "b_rest": rest})
    return Reported(held.credential_id, message_ids, head < held.tail and not rest)


def holder(connection: Connection, lane_id: int, fence: int) -> Row[Any]:
    """Locks a lane for who claimed it last; FAILED_PRECONDITION for anybody else."""
    held = connection.execute(HELD, {"lane": lane_id}).first()
    if held is None or held.fence != fence:
        raise fenced()
    return held


def fenced() -> ServiceError:
    return ServiceError(grpc.StatusCode.FAILED_PRECONDITION, error_reason_pb2.ERROR_REASON_LANE_FENCED, FENCED_TEXT)


def without_gap(held: Row[Any], ends: Sequence[MessageEnd]) -> list[MessageEnd]:
    """Returns the outcomes after head, in order; INVALID_ARGUMENT where one is missing in between."""
    new = sorted((end for end in ends if end.lane_seq > held.head), key=lambda end: end.lane_seq)
    wanted = list(range(held.head + 1, held.head + 1 + len(new)))
    if [end.lane_seq for end in new] != wanted or held.head + len(new) > held.tail:
        raise invalid_field("outcomes", "outcomes must follow the last one that is known, each once, without a gap.")
    return new


def store_ends(connection: Connection, held: Row[Any], ends: Sequence[MessageEnd]) -> list[int]:
    """Writes states and details; returns the ids of the messages."""
    span = {"lane": held.lane_id, "head": held.head, "last": ends[-1].lane_seq}
    numbers = {row.lane_seq: row.message_id for row in Direct(connection).execute(NUMBERS, span)}
    ended = {numbers[end.lane_seq]: end for end in ends}
    write_ends(connection, held.credential_id, ended)
    return list(ended)


def write_ends(connection: Connection, credential_id: int, ends: Mapping[int, MessageEnd]) -> None:
    """Writes states and details of a credential's messages, by MessageId; there is at least one."""
    driver = Direct(connection)
    driver.execute(
        END_MESSAGE,
        [
            {
                "b_credential": credential_id,
                "b_message": number,
                "b_status": end.status,
                "b_started": end.started_at,
                "b_ended": end.ended_at,
            }
            for number, end in ends.items()
        ],
    )
    rows = [
        {"credential_id": credential_id, "message_id": number, "position": at, **one._asdict()}
        for number, end in ends.items()
        for at, one in enumerate(end.details)
    ]
    if rows:
        driver.execute(DETAILS, rows)
