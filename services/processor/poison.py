"""A message that breaks us: it ends in Errors, and the log has the cause under the same reference."""

from __future__ import annotations

import secrets
from typing import Final

import structlog

from lms.lanes import Detail
from services.processor.assignment import Assignment
from services.processor.context import ERROR

log = structlog.get_logger()

FAILED: Final = "The message could not be processed. Reference: {}."


def poisoned(assignment: Assignment, message_id: int, entity: str, error: BaseException) -> Detail:
    """Logs a fault of ours and returns what the partner is told: nothing of its inside."""
    reference = secrets.token_hex(8)
    log.error(
        "message failed",
        reference=reference,
        credential=assignment.credential_id,
        site=assignment.site_id,
        message=message_id,
        exc_info=error,
    )
    return Detail(entity, FAILED.format(reference), "", ERROR)


def given_up(assignment: Assignment, message_id: int) -> Detail:
    """Returns what the partner is told of a message that failed for a while, again and again."""
    return poisoned(assignment, message_id, "", RuntimeError("it failed for a while too often"))
