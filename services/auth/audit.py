"""The audit trail: every change and every denial, appended and never touched again (triggers in migration 0001)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from organisation.v1 import access_admin_service_pb2
from sqlalchemy import Connection, insert, select

from services.auth.moments import now, timestamp
from services.auth.tables import NAME_LENGTH, audit_entry

if TYPE_CHECKING:
    from services.auth.recorder import Denial

DENIED = "denied"


def record(connection: Connection, actor: str, action: str, subject: str, **details: object) -> None:
    """Appends an entry in the transaction of the change that it tells of. Details never hold a secret."""
    connection.execute(insert(audit_entry), entry(now(), actor, action, subject, details))


def record_denials(connection: Connection, denials: Mapping[Denial, tuple[int, int]]) -> None:
    """Appends denials, each with the moment of its first and its count."""
    rows = [
        entry(
            at,
            credential_subject(denial.credential_id),
            DENIED,
            credential_subject(denial.credential_id),
            {
                "message_type": denial.message_type,
                "site_id": denial.site_id,
                "reason": denial.reason,
                "count": count,
            },
        )
        for denial, (at, count) in denials.items()
    ]
    connection.execute(insert(audit_entry), rows)


def entry(at: int, actor: str, action: str, subject: str, details: Mapping[str, object]) -> dict[str, object]:
    return {
        "at": at,
        "actor": actor[:NAME_LENGTH],
        "action": action,
        "subject": subject,
        "details": json.dumps({name: value for name, value in details.items() if value is not None}),
    }


def page(
    connection: Connection, subject: str, before: int | None, size: int
) -> list[access_admin_service_pb2.AuditEntry]:
    """Returns up to size entries, newest first, older than entry `before`; of one subject, or of all for ""."""
    query = select(audit_entry).order_by(audit_entry.c.entry_id.desc()).limit(size)
    if subject:
        query = query.where(audit_entry.c.subject == subject)
    if before is not None:
        query = query.where(audit_entry.c.entry_id < before)
    return [
        access_admin_service_pb2.AuditEntry(
            entry_id=row.entry_id,
            at=timestamp(row.at),
            actor=row.actor,
            action=row.action,
            subject=row.subject,
            details=row.details,
        )
        for row in connection.execute(query)
    ]


def credential_subject(credential_id: int) -> str:
    return f"credential:{credential_id}"


def site_subject(site_id: int) -> str:
    return f"site:{site_id}"


def partner_subject(partner_id: int) -> str:
    return f"partner:{partner_id}"


def vendor_subject(vendor_id: str) -> str:
    return f"vendor:{vendor_id}"
