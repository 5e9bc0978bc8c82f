"""Gives a batch of submissions their numbers (decision 1), without SQL: from what is locked to what is written."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import grpc
from organisation.v1 import error_reason_pb2

from runtime.errors import ServiceError
from services.ingest import moments
from services.ingest.submission import ERRORS, IN_QUEUE, Outcome, Submission
from services.ingest.tables import LAST_MESSAGE_ID

REUSED_TEXT: Final = "The RequestId was already used for another message."
EXHAUSTED_TEXT: Final = "The credential has used up its MessageIds; a new credential is needed."
SENDERS_OWN: Final = 5 * moments.SECOND
"""Time in which a synchronous message is left to the process that its sender waits at."""

Place = tuple[int, int]
"""(credential_id, site_id): what a lane is for."""
Key = tuple[int, str]
"""(credential_id, client key)."""


class LaneState(NamedTuple):
    """A lane's counters under its lock."""

    tail: int
    head: int


class KnownKey(NamedTuple):
    """What a client key stands for."""

    message_id: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class Locked:
    """What the transaction has locked for a batch."""

    sequences: Mapping[int, int]
    lanes: Mapping[int, LaneState]
    keys: Mapping[Key, KnownKey]


class MessageRow(NamedTuple):
    """A row of table message, in the order of the insert statements."""

    credential_id: int
    message_id: int
    partner_id: int
    site_id: int
    message_type: str
    status: int
    size: int
    lane_id: int | None
    lane_seq: int | None
    received_at: int
    checked_at: int
    queued_at: int | None
    ended_at: int | None


class UnappliedRow(NamedTuple):
    """A row of table unapplied, in the order of the insert statements."""

    credential_id: int
    message_id: int
    organisations: str
    due_at: int


DetailRow = tuple[int, int, int, str, str, str, int]
KeyRow = tuple[int, str, int, bytes, int]


@dataclass(slots=True)
class Plan:
    """What to write, and what to answer once it is on disk."""

    sequences: dict[int, int]
    tails: dict[int, int]
    keys: dict[Key, KnownKey]
    outcomes: list[Outcome] = field(default_factory=list)
    messages: list[MessageRow] = field(default_factory=list)
    payloads: list[tuple[bytes, bool]] = field(default_factory=list)
    """Data and is_normal of each message."""
    details: list[DetailRow] = field(default_factory=list)
    key_rows: list[KeyRow] = field(default_factory=list)
    unapplied: list[UnappliedRow] = field(default_factory=list)
    roused: bool = False
    """Whether a lane that was empty has work now."""

    def changed_tails(self) -> list[tuple[int, int]]:
        """Returns (tail, lane_id) of the lanes that got messages."""
        return [(self.tails[lane], lane) for lane in sorted({row.lane_id for row in self.messages if row.lane_id})]

    def changed_sequences(self) -> list[tuple[int, int]]:
        """Returns (last_message_id, credential_id) of the credentials that got messages."""
        return [(self.sequences[one], one) for one in sorted({row.credential_id for row in self.messages})]


def plan_batch(submissions: Sequence[Submission], lane_ids: Mapping[Place, int], locked: Locked, now: int) -> Plan:
    """Numbers the submissions in their order; a key that is known gives back the message that it stands for."""
    plan = Plan(dict(locked.sequences), {lane: state.tail for lane, state in locked.lanes.items()}, dict(locked.keys))
    for submission in submissions:
        plan.outcomes.append(known_outcome(plan, submission) or number(plan, submission, lane_ids, now))
    plan.roused = any(plan.tails[lane] > state.tail == state.head for lane, state in locked.lanes.items())
    return plan


def known_outcome(plan: Plan, submission: Submission) -> Outcome | None:
    """Returns what a client key that was used already answers; None where there is no key, or a new one."""
    if not submission.client_key:
        return None
    known = plan.keys.get((submission.credential_id, submission.client_key))
    if known is None:
        return None
    if known.digest == submission.digest:
        return known.message_id
    return ServiceError(grpc.StatusCode.ALREADY_EXISTS, error_reason_pb2.ERROR_REASON_REQUEST_ID_REUSED, REUSED_TEXT)


def number(plan: Plan, submission: Submission, lane_ids: Mapping[Place, int], now: int) -> Outcome:
    """Gives a submission its MessageId and, where it enters its lane, its lane_seq."""
    credential_id = submission.credential_id
    message_id = plan.sequences[credential_id] + 1
    if message_id > LAST_MESSAGE_ID:
        return ServiceError(
            grpc.StatusCode.FAILED_PRECONDITION, error_reason_pb2.ERROR_REASON_MESSAGE_IDS_EXHAUSTED, EXHAUSTED_TEXT
        )
    plan.sequences[credential_id] = message_id
    lane_id = lane_seq = None
    if submission.enters_lane:
        lane_id = lane_ids[credential_id, submission.site_id]
        lane_seq = plan.tails[lane_id] = plan.tails[lane_id] + 1
    plan.messages.append(
        MessageRow(
            credential_id,
            message_id,
            submission.partner_id,
            submission.site_id,
            submission.message_type,
            ERRORS if submission.details else IN_QUEUE,
            len(submission.data),
            lane_id,
            lane_seq,
            submission.received_at,
            submission.checked_at,
            now if submission.enters_lane else None,
            now if submission.details else None,
        )
    )
    plan.payloads.append((submission.data, submission.is_normal))
    plan.details.extend((credential_id, message_id, at, *detail) for at, detail in enumerate(submission.details))
    if submission.is_awaited:
        organisations = json.dumps(submission.organisations)
        plan.unapplied.append(UnappliedRow(credential_id, message_id, organisations, now + SENDERS_OWN))
    if submission.client_key:
        key = (credential_id, submission.client_key)
        plan.keys[key] = KnownKey(message_id, submission.digest)
        plan.key_rows.append((*key, message_id, submission.digest, now))
    return message_id
