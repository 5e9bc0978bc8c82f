"""Credentials: a user name with secrets, bound to a site or for all sites."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from organisation.v1 import access_service_pb2
from sqlalchemy import Connection, Row, exists, insert, select, update

from runtime.errors import invalid_field
from services.auth import audit, partner_secrets
from services.auth.keys import Keys
from services.auth.logins import is_username
from services.auth.moments import LATEST, now
from services.auth.partners import require_partner
from services.auth.refusals import already_exists, checked_text, excerpt, not_found, state_forbids
from services.auth.sites import require_site
from services.auth.tables import KEY_LENGTH, credential, credential_organisation

MOST_ORGANISATIONS = 10_000


@dataclass(frozen=True, slots=True)
class NewCredential:
    """A credential as it shall be."""

    partner_id: int
    site_id: int | None
    username: str
    """"": a random one."""
    expires_at: int | None
    imported_secret: str
    """"": a random one."""
    security_header_mode: int
    organisation_sync_keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NewSecret:
    """A secret that was just made; its value is nowhere else."""

    credential_id: int
    secret_id: int
    value: str


def create(connection: Connection, actor: str, keys: Keys, new: NewCredential) -> NewSecret:
    """Makes a credential with its first secret."""
    organisations = check(new)
    require_partner(connection, new.partner_id)
    if new.site_id is not None:
        require_site(connection, new.site_id)
    username = new.username or str(uuid.uuid4())
    if connection.execute(select(exists().where(credential.c.username == username))).scalar_one():
        raise already_exists("credential", username)
    values = {
        "partner_id": new.partner_id,
        "site_id": new.site_id,
        "username": username,
        "security_header_mode": new.security_header_mode,
        "created_at": now(),
        "expires_at": new.expires_at,
    }
    credential_id = connection.execute(insert(credential).returning(credential.c.credential_id), values).scalar_one()
    if organisations:
        rows = [{"credential_id": credential_id, "sync_key": key} for key in organisations]
        connection.execute(insert(credential_organisation), rows)
    value = partner_secrets.checked_import(new.imported_secret) if new.imported_secret else partner_secrets.new_value()
    secret_id = partner_secrets.add(connection, keys, credential_id, value)
    audit.record(
        connection,
        actor,
        "credential.created",
        audit.credential_subject(credential_id),
        partner_id=new.partner_id,
        site_id=new.site_id,
        username=username,
        secret_id=secret_id,
        secret_imported=bool(new.imported_secret),
        organisations=len(organisations) or None,
    )
    return NewSecret(credential_id, secret_id, value)


def check(new: NewCredential) -> list[str]:
    """Returns the organisations, sorted; INVALID_ARGUMENT for a field that is out of range."""
    if new.username and not is_username(new.username):
        text = f"username must be 1 to {KEY_LENGTH} printable characters in composed form: {excerpt(new.username)}"
        raise invalid_field("username", text)
    if new.expires_at is not None and not now() < new.expires_at <= LATEST:
        raise invalid_field("expires_at", "expires_at must be in the future.")
    if new.security_header_mode not in access_service_pb2.SecurityHeaderMode.values():
        raise invalid_field("security_header_mode", "security_header_mode is not one of its values.")
    organisations = sorted(set(new.organisation_sync_keys))
    if organisations and new.site_id is None:
        raise invalid_field("organisation_sync_keys", "Only a site-bound credential can be narrowed to organisations.")
    if len(organisations) > MOST_ORGANISATIONS:
        raise invalid_field("organisation_sync_keys", f"At most {MOST_ORGANISATIONS} organisations can be named.")
    return [checked_text("organisation_sync_keys", key, KEY_LENGTH) for key in organisations]


def rotate(connection: Connection, actor: str, keys: Keys, credential_id: int) -> NewSecret:
    """Adds a second secret, so that clients can move to it before the first is retired."""
    if require_credential(connection, credential_id).revoked_at is not None:
        raise state_forbids("credential", f"Credential {credential_id} is revoked.")
    value = partner_secrets.new_value()
    secret_id = partner_secrets.add(connection, keys, credential_id, value)
    audit.record(connection, actor, "secret.added", audit.credential_subject(credential_id), secret_id=secret_id)
    return NewSecret(credential_id, secret_id, value)


def retire(connection: Connection, actor: str, credential_id: int, secret_id: int) -> None:
    """Ends one secret of a credential."""
    require_credential(connection, credential_id)
    partner_secrets.retire(connection, actor, credential_id, secret_id)


def revoke(connection: Connection, actor: str, credential_id: int) -> None:
    """Ends a credential for good; a second time changes nothing."""
    if require_credential(connection, credential_id).revoked_at is not None:
        return
    change = update(credential).where(credential.c.credential_id == credential_id)
    connection.execute(change.values(revoked_at=now()))
    audit.record(connection, actor, "credential.revoked", audit.credential_subject(credential_id))


def require_credential(connection: Connection, credential_id: int) -> Row[int, int | None, int | None]:
    """Returns partner_id, site_id and revoked_at; raises NOT_FOUND where there is no such credential."""
    columns = select(credential.c.partner_id, credential.c.site_id, credential.c.revoked_at)
    found = connection.execute(columns.where(credential.c.credential_id == credential_id)).one_or_none()
    if found is None:
        raise not_found("credential", credential_id)
    return found
