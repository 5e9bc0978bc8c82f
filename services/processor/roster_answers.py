"""What is answered to who brings a roster."""

from __future__ import annotations

from collections.abc import Sequence

import grpc
from organisation.v1 import error_reason_pb2
from organisation.v1 import platform_service_pb2 as pb

from lms.roster.report import Action, Excess, Report
from runtime.errors import ServiceError

ACTIONS = {
    Action.CREATED: pb.ROSTER_ACTION_CREATED,
    Action.CHANGED: pb.ROSTER_ACTION_CHANGED,
    Action.DELETED: pb.ROSTER_ACTION_DELETED,
}


def dropped() -> ServiceError:
    """Returns the error for a roster that did not arrive whole."""
    return ServiceError(
        grpc.StatusCode.ABORTED, error_reason_pb2.ERROR_REASON_UPLOAD_INCOMPLETE, "The roster did not arrive."
    )


def overtaken() -> ServiceError:
    """Returns the error for a roster beside which another one of the site was stored."""
    return ServiceError(
        grpc.StatusCode.ABORTED,
        error_reason_pb2.ERROR_REASON_ROSTER_OVERTAKEN,
        "Another roster of the site was imported meanwhile. Nothing of this one is stored; import it again.",
    )


def too_much(excesses: Sequence[Excess]) -> ServiceError:
    """Returns the error for a roster that deletes more than it may."""
    told = ", ".join(f"{one.deleted} of {one.present} ({one.kind})" for one in excesses)
    first = excesses[0]
    return ServiceError(
        grpc.StatusCode.FAILED_PRECONDITION,
        error_reason_pb2.ERROR_REASON_ROSTER_DELETES_TOO_MUCH,
        f"The roster would delete more than it may: {told}. Nothing of it is stored.",
        {"kind": first.kind, "deleted": str(first.deleted), "present": str(first.present)},
    )


def response_of(report: Report) -> pb.ImportRosterResponse:
    """Returns a report in the form of the wire."""
    counts = [
        pb.RosterCount(
            kind=kind,
            created=count.created,
            changed=count.changed,
            unchanged=count.unchanged,
            deleted=count.deleted,
            refused=count.refused,
        )
        for kind, count in report.counts.items()
    ]
    refusals = [
        pb.RosterRefusal(kind=one.kind, sync_key=one.sync_key, text=one.text, line=one.line, field=one.field)
        for one in report.refusals
    ]
    kinds = list(report.counts)
    examples = [
        pb.RosterExample(kind=one.kind, action=ACTIONS[one.action], sync_key=one.sync_key, text=one.text, line=one.line)
        for one in sorted(report.examples, key=lambda one: (kinds.index(one.kind), ACTIONS[one.action]))
    ]
    excesses = [pb.RosterExcess(kind=one.kind, deleted=one.deleted, present=one.present) for one in report.excesses]
    return pb.ImportRosterResponse(counts=counts, refusals=refusals, examples=examples, excesses=excesses)
