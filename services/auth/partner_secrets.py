"""Partners' secrets: made here, or imported GUIDs; at most two live at once; only their digests are stored."""

from __future__ import annotations

import re
import secrets

from sqlalchemy import Connection, delete, insert, select

from runtime.errors import invalid_field
from services.auth import audit
from services.auth.keys import Keys
from services.auth.logins import SLOTS
from services.auth.moments import now
from services.auth.refusals import not_found, state_forbids
from services.auth.tables import secret

SECRET_BYTES = 32
GUID = re.compile(r"\{?[0-9A-Fa-f]{8}(-?[0-9A-Fa-f]{4}){3}-?[0-9A-Fa-f]{12}\}?")
FEWEST_DIGITS = 6
"""Distinct ones: the nil GUID and ones typed by hand have fewer, a random GUID never in practice."""


def new_value() -> str:
    """Returns a fresh secret: 256 random bits in 43 characters."""
    return secrets.token_urlsafe(SECRET_BYTES)


def checked_import(value: str) -> str:
    """Returns a partner's present password if it is a GUID, spelt in any usual way; kept to the letter."""
    if not GUID.fullmatch(value) or len(set(value.lower()) - set("{-}")) < FEWEST_DIGITS:
        raise invalid_field("imported_secret", "imported_secret must be a random GUID.")
    return value


def add(connection: Connection, keys: Keys, credential_id: int, value: str) -> int:
    """Stores a secret in a free slot and returns its number; FAILED_PRECONDITION when two are live."""
    taken = set(connection.execute(select(secret.c.slot).where(secret.c.credential_id == credential_id)).scalars())
    free = [slot for slot in range(1, SLOTS + 1) if slot not in taken]
    if not free:
        raise state_forbids("secret", "The credential has two live secrets: retire one of them first.")
    row = {
        "credential_id": credential_id,
        "slot": free[0],
        "digest": keys.digest(credential_id, value),
        "created_at": now(),
    }
    return int(connection.execute(insert(secret).returning(secret.c.secret_id), row).scalar_one())


def retire(connection: Connection, actor: str, credential_id: int, secret_id: int) -> None:
    """Ends a secret; its digest is deleted."""
    which = (secret.c.secret_id == secret_id) & (secret.c.credential_id == credential_id)
    if connection.execute(delete(secret).where(which)).rowcount != 1:
        raise not_found("secret", secret_id)
    audit.record(connection, actor, "secret.retired", audit.credential_subject(credential_id), secret_id=secret_id)
