"""What the other services ask about a credential, by statements that are built once."""

from __future__ import annotations

from dataclasses import dataclass

from organisation.v1 import error_reason_pb2
from sqlalchemy import Connection, Integer, bindparam, exists, func, or_, select

from runtime.errors import reason_name
from services.auth.decisions import Asked, Decision, Facts, decide
from services.auth.logins import is_over, not_authenticated
from services.auth.tables import (
    VENDOR_ID_LENGTH,
    credential,
    credential_organisation,
    site,
    site_access,
    type_grant,
    vendor,
)

UNAUTHENTICATED = reason_name(error_reason_pb2.ERROR_REASON_UNAUTHENTICATED)
NO_TYPE = ""
"""A message type that the schema refuses, so that nobody has a grant for it."""

ASKED_SITE = bindparam("site_id", type_=Integer)
ACTED_ON = func.coalesce(credential.c.site_id, ASKED_SITE)
GRANTED = (
    exists()
    .where(type_grant.c.credential_id == credential.c.credential_id, type_grant.c.message_type == bindparam("type"))
    .correlate(credential)
)
FACTS = select(
    credential.c.partner_id,
    credential.c.site_id,
    credential.c.expires_at,
    credential.c.revoked_at,
    GRANTED.label("granted_somewhere"),
    GRANTED.where(or_(type_grant.c.site_id.is_(None), type_grant.c.site_id == ACTED_ON)).label("granted_here"),
    exists().where(site.c.site_id == ASKED_SITE).label("site_known"),
    exists()
    .where(site_access.c.site_id == ASKED_SITE, site_access.c.partner_id == credential.c.partner_id)
    .correlate(credential)
    .label("site_allowed"),
).where(credential.c.credential_id == bindparam("credential_id"))
ORGANISATIONS = (
    select(credential_organisation.c.sync_key)
    .where(credential_organisation.c.credential_id == bindparam("credential_id"))
    .order_by(credential_organisation.c.sync_key)
)
STANDING = select(credential.c.expires_at, credential.c.revoked_at).where(
    credential.c.credential_id == bindparam("credential_id")
)
GRANTED_TYPES = (
    select(type_grant.c.message_type).where(type_grant.c.credential_id == bindparam("credential_id")).distinct()
)
VENDOR = select(vendor.c.is_content_vendor).where(vendor.c.vendor_id == bindparam("vendor_id"))


@dataclass(frozen=True, slots=True)
class Answer:
    """A decision and what goes with it."""

    decision: Decision
    partner_id: int
    organisation_sync_keys: tuple[str, ...] = ()


def authorize(
    connection: Connection,
    credential_id: int,
    message_type: str | None,
    asked: Asked,
    at: int,
) -> Answer:
    """Decides on a request; UNAUTHENTICATED for a credential that is unknown, revoked or expired.

    message_type None: one that the catalogue does not have, hence granted to nobody.
    """
    answer = judge(connection, credential_id, message_type, asked, at)
    if answer is None or answer.decision.reason == UNAUTHENTICATED:
        raise not_authenticated()
    return answer


def judge(connection: Connection, credential_id: int, message_type: str | None, asked: Asked, at: int) -> Answer | None:
    """Decides on a request by what the store knows; None for a credential that does not exist."""
    values = {"credential_id": credential_id, "type": message_type or NO_TYPE, "site_id": asked.site_id}
    row = connection.execute(FACTS, values).one_or_none()
    if row is None:
        return None
    facts = Facts(
        row.partner_id,
        row.site_id,
        is_over(row.expires_at, row.revoked_at, at),
        message_type is not None,
        row.granted_somewhere,
        row.granted_here,
        row.site_known,
        row.site_allowed,
    )
    decision = decide(facts, asked)
    keys = tuple(connection.execute(ORGANISATIONS, values).scalars()) if decision.allowed else ()
    return Answer(decision, row.partner_id, keys)


def granted_types(connection: Connection, credential_id: int, at: int) -> list[str]:
    """Returns the granted names over all sites, sorted; UNAUTHENTICATED as authorize does."""
    asked = {"credential_id": credential_id}
    row = connection.execute(STANDING, asked).one_or_none()
    if row is None or is_over(row.expires_at, row.revoked_at, at):
        raise not_authenticated()
    return sorted(connection.execute(GRANTED_TYPES, asked).scalars())


def content_vendor(connection: Connection, vendor_id: str) -> bool | None:
    """Returns whether a vendor is a content vendor; None where it does not exist."""
    if len(vendor_id) > VENDOR_ID_LENGTH or not vendor_id.isprintable():
        return None
    found: bool | None = connection.execute(VENDOR, {"vendor_id": vendor_id}).scalar_one_or_none()
    return found
