"""A message that breaks us: it ends in Errors, and the log has the cause under the same reference."""

from __future__ import annotations

import secrets

import structlog
from organisation.v1 import lane_service_pb2

from lms.lanes import Detail
from services.processor.context import ERROR

log = structlog.get_logger()


def poisoned(claim: lane_service_pb2.ClaimResponse, message_id: int, entity: str, error: BaseException) -> Detail:
    """Logs a fault of ours and returns what the partner is told: nothing of its inside."""
    reference = secrets.token_hex(8)
    log.error(
        "message failed",
        reference=reference,
        lane=claim.lane_id,
        credential=claim.credential_id,
        message=message_id,
        exc_info=error,
    )
    return Detail(entity, f"The message could not be processed. Reference: {reference}.", "", ERROR)
