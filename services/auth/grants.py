"""Which message types a credential may use, and where."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import Connection, delete, insert, select

from runtime.errors import invalid_field
from services.auth import audit
from services.auth.credentials import require_credential
from services.auth.refusals import checked_text, excerpt, state_forbids
from services.auth.sites import require_site
from services.auth.tables import KEY_LENGTH, type_grant


def grant(
    connection: Connection,
    actor: str,
    known_types: Collection[str],
    credential_id: int,
    names: Iterable[str],
    site_id: int | None,
) -> None:
    """Grants types of the catalogue on one site or, for None, wherever the credential may act."""
    asked = asked_names(names)
    for name in sorted(asked):
        if name not in known_types:
            raise invalid_field("message_types", f"The catalogue has no message type {excerpt(name)}.")
    where = scope(connection, credential_id, site_id)
    if require_credential(connection, credential_id).revoked_at is not None:
        raise state_forbids("credential", f"Credential {credential_id} is revoked.")
    new = sorted(asked - granted(connection, credential_id, where))
    if not new:
        return
    rows = [{"credential_id": credential_id, "message_type": name, "site_id": where} for name in new]
    connection.execute(insert(type_grant), rows)
    subject = audit.credential_subject(credential_id)
    audit.record(connection, actor, "types.granted", subject, message_types=new, site_id=where)


def revoke(connection: Connection, actor: str, credential_id: int, names: Iterable[str], site_id: int | None) -> None:
    """Takes grants of one site back or, for None, those that hold wherever the credential may act."""
    asked = asked_names(names)
    where = scope(connection, credential_id, site_id)
    gone = sorted(asked & granted(connection, credential_id, where))
    if not gone:
        return
    rows = type_grant.c.message_type.in_(gone) & (type_grant.c.credential_id == credential_id)
    connection.execute(delete(type_grant).where(rows, type_grant.c.site_id.is_not_distinct_from(where)))
    subject = audit.credential_subject(credential_id)
    audit.record(connection, actor, "types.revoked", subject, message_types=gone, site_id=where)


def asked_names(names: Iterable[str]) -> set[str]:
    """Returns the distinct names of a request; there must be one."""
    asked = {checked_text("message_types", name, KEY_LENGTH) for name in set(names)}
    if not asked:
        raise invalid_field("message_types", "message_types is missing.")
    return asked


def scope(connection: Connection, credential_id: int, site_id: int | None) -> int | None:
    """Returns the site that a grant is stored with: None for a site-bound credential, which has but one."""
    bound_site = require_credential(connection, credential_id).site_id
    if bound_site is None:
        if site_id is not None:
            require_site(connection, site_id)
        return site_id
    if site_id not in (None, bound_site):
        raise invalid_field("site_id", f"Credential {credential_id} is bound to site {bound_site}.")
    return None


def granted(connection: Connection, credential_id: int, site_id: int | None) -> set[str]:
    """Returns the names that are granted on just this site or, for None, everywhere."""
    rows = select(type_grant.c.message_type).where(
        type_grant.c.credential_id == credential_id, type_grant.c.site_id.is_not_distinct_from(site_id)
    )
    return set(connection.execute(rows).scalars())
