"""What the store holds, as the protos say it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from organisation.v1 import data_service_pb2 as pb
from organisation.v1 import lane_service_pb2, message_admin_service_pb2
from sqlalchemy import Row

from catalogue.model import Catalogue, Extension, MessageType
from runtime.errors import ServiceError, invalid_field, reason_name
from services.ingest.lanes import Claim, MessageEnd
from services.ingest.moments import moment_of, timestamp
from services.ingest.search import Filter
from services.ingest.submission import ERRORS, IN_QUEUE, Detail, Outcome, Submission
from services.ingest.tables import NAME_LENGTH

ENDED = (pb.DATA_MESSAGE_STATUS_FINISHED, pb.DATA_MESSAGE_STATUS_ERRORS, pb.DATA_MESSAGE_STATUS_WARNINGS)
MOST_NAMED = 1000


def result_of(message_id: int, status: int, details: Iterable[Detail]) -> pb.DataMessageResult:
    """Returns a result as WCF clients know it."""
    result = pb.DataMessageResult()
    tell_result(result, message_id, status, details)
    return result


def tell_result(answer: pb.DataMessageResult, message_id: int, status: int, details: Iterable[Detail]) -> None:
    answer.message_id, answer.status = message_id, pb.DataMessageStatus.ValueType(status)
    answer.status_details.extend(map(detail_of, details))


def tell_accepted(answer: pb.DataMessageResult, submission: Submission, message_id: int) -> None:
    """Says what AddMessage answers: InQueue even if the work is done by now (contract section 7)."""
    tell_result(answer, message_id, ERRORS if submission.details else IN_QUEUE, submission.details)


def tell_outcome(
    answer: pb.AddMessageOutcome,
    submission: Submission,
    outcome: Outcome,
    applied: Mapping[int, pb.DataMessageResult],
) -> None:
    """Says what became of one message of a batch; applied: results of the synchronous ones, by MessageId."""
    if isinstance(outcome, ServiceError):
        tell_refused(answer, outcome)
    elif outcome in applied:
        answer.result.CopyFrom(applied[outcome])
    else:
        tell_accepted(answer.result, submission, outcome)


def tell_refused(answer: pb.AddMessageOutcome, error: ServiceError) -> None:
    """Says that a message leaves no trace."""
    answer.refusal.reason, answer.refusal.text = reason_name(error.reason), error.text


def detail_of(detail: Detail) -> pb.DataMessageStatusDetail:
    return pb.DataMessageStatusDetail(
        entity=detail.entity,
        message=detail.message,
        sync_key=detail.sync_key,
        type=pb.DataMessageStatusType.ValueType(detail.type),
    )


def summary_of(row: Row[Any]) -> pb.MessageSummary:
    """Returns a message without its content, from the columns of table message."""
    return pb.MessageSummary(
        message_id=row.message_id,
        credential_id=row.credential_id,
        partner_id=row.partner_id,
        site_id=row.site_id,
        message_type=row.message_type,
        status=row.status,
        received_at=timestamp(row.received_at),
        ended_at=timestamp(row.ended_at),
    )


def message_of(row: Row[Any], details: Iterable[Detail]) -> pb.Message:
    """Returns a message with its timeline."""
    return pb.Message(
        summary=summary_of(row),
        data=row.data.decode(),
        status_details=map(detail_of, details),
        timeline=timeline_of(row),
    )


def timeline_of(row: Row[Any]) -> list[pb.TimelineEntry]:
    """Returns the steps that a message has taken, in order."""
    steps = (
        (row.received_at, pb.TIMELINE_EVENT_RECEIVED),
        (row.checked_at, pb.TIMELINE_EVENT_CHECKED),
        (row.queued_at, pb.TIMELINE_EVENT_QUEUED),
        (row.started_at, pb.TIMELINE_EVENT_STARTED),
        (row.ended_at, pb.TIMELINE_EVENT_FAILED if row.status == ERRORS else pb.TIMELINE_EVENT_APPLIED),
    )
    return [pb.TimelineEntry(at=timestamp(at), event=event) for at, event in steps if at is not None]


def type_of(known: MessageType) -> pb.DataMessageType:
    return pb.DataMessageType(
        identifier=known.identifier,
        name=known.name,
        processing_type=pb.MessageProcessingType.ValueType(known.processing.value),
        schema=known.schema,
    )


def types_of(catalogue: Catalogue, granted: Iterable[str]) -> list[pb.DataMessageType]:
    """Returns the types that are granted, reads included (decision 7), by identifier."""
    names = frozenset(granted)
    return [type_of(known) for known in catalogue.types if known.name in names]


def extension_of(known: Extension) -> pb.Extension:
    return pb.Extension(
        extension_id=known.extension_id,
        name=known.name,
        content_schema=known.content_schema,
        supports_file_upload=known.supports_file_upload,
    )


def filter_of(sent: pb.MessageFilter, partner_ids: Sequence[int] = (), credential_ids: Sequence[int] = ()) -> Filter:
    """Returns a search's filter; INVALID_ARGUMENT for an unknown state, and for lists beyond reason."""
    known = pb.DataMessageStatus.values()
    if any(status not in known for status in sent.statuses):
        raise invalid_field("filter.statuses", "statuses names a state that does not exist.")
    for field, values in (
        ("filter.message_types", sent.message_types),
        ("partner_ids", partner_ids),
        ("credential_ids", credential_ids),
    ):
        if len(values) > MOST_NAMED:
            raise invalid_field(field, f"{field} names more than {MOST_NAMED}.")
    return Filter(
        tuple(sorted(set(sent.statuses))),
        tuple(sent.message_types),
        moment_of(sent.received_from) if sent.HasField("received_from") else None,
        moment_of(sent.received_until) if sent.HasField("received_until") else None,
        sent.site_id if sent.HasField("site_id") else None,
        tuple(partner_ids),
        tuple(credential_ids),
    )


def claim_of(claim: Claim) -> lane_service_pb2.ClaimResponse:
    """Returns a claim; only the oldest message has been tried before, as those behind it waited for it."""
    return lane_service_pb2.ClaimResponse(
        lane_id=claim.lane_id,
        fence=claim.fence,
        lease_until=timestamp(claim.lease_until),
        credential_id=claim.credential_id,
        site_id=claim.site_id,
        partner_id=claim.partner_id,
        organisation_sync_keys=claim.organisations,
        messages=[
            lane_service_pb2.LaneMessage(
                lane_seq=work.lane_seq,
                message_id=work.message_id,
                message_type=work.message_type,
                data=work.data.decode(),
                is_normal=work.is_normal,
                attempts=claim.attempts if at == 0 else 0,
            )
            for at, work in enumerate(claim.work)
        ],
    )


def end_of(sent: lane_service_pb2.MessageOutcome, now: int) -> MessageEnd:
    """Returns a reported outcome; INVALID_ARGUMENT for a state that is no end, or a detail without a type."""
    if sent.status not in ENDED:
        raise invalid_field("outcomes.status", "status must be Finished, Errors or Warnings.")
    if any(detail.type not in (1, 2, 3) for detail in sent.status_details):
        raise invalid_field("outcomes.status_details.type", "type must be Info, Warning or Error.")
    details = [
        Detail(without_nul(one.entity), without_nul(one.message), without_nul(one.sync_key), one.type)
        for one in sent.status_details
    ]
    ended_at = moment_of(sent.ended_at) if sent.HasField("ended_at") else now
    started_at = moment_of(sent.started_at) if sent.HasField("started_at") else ended_at
    return MessageEnd(sent.lane_seq, sent.status, details, started_at, ended_at)


def without_nul(text: str) -> str:
    """PostgreSQL's text cannot hold U+0000."""
    return text.replace("\0", "\ufffd") if "\0" in text else text


def lane_of(row: Row[Any]) -> message_admin_service_pb2.LaneSummary:
    return message_admin_service_pb2.LaneSummary(
        lane_id=row.lane_id, credential_id=row.credential_id, site_id=row.site_id, tail=row.tail, head=row.head
    )


def worker_name(name: str) -> str:
    """Returns a worker's name as the lane row holds it."""
    return without_nul(name)[:NAME_LENGTH] or "unnamed"
