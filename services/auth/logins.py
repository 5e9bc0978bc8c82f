"""Proving a partner's credential by user name and secret."""

from __future__ import annotations

import hmac
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, bindparam, literal, select

from runtime.errors import ServiceError, unauthenticated
from services.auth import texts
from services.auth.keys import DIGEST_BYTES, Keys
from services.auth.moments import MINUTE
from services.auth.tables import KEY_LENGTH, credential, secret

LONGEST_PASSWORD = 1024
NOBODY = ""
"""A user name that the schema refuses, so that nobody has it."""
NO_DIGEST = bytes(DIGEST_BYTES)
SLOTS = 2

ALWAYS = select(literal(1)).subquery("always")
"""One row even for an unknown name, so that there is as much to fetch and to compare."""
LOGIN = (
    select(
        credential.c.credential_id,
        credential.c.partner_id,
        credential.c.site_id,
        credential.c.expires_at,
        credential.c.revoked_at,
        credential.c.security_header_mode,
        secret.c.secret_id,
        secret.c.digest,
        secret.c.last_used_at,
    )
    .select_from(ALWAYS)
    .outerjoin(credential, credential.c.username == bindparam("username"))
    .outerjoin(secret, secret.c.credential_id == credential.c.credential_id)
)


@dataclass(frozen=True, slots=True)
class Login:
    """A proven credential."""

    credential_id: int
    partner_id: int
    site_id: int | None
    expires_at: int | None
    security_header_mode: int
    secret_id: int
    use_is_news: bool
    """Whether the secret's last use is to be written: at most once a minute."""


def authenticate(connection: Connection, keys: Keys, username: str, password: str, at: int) -> Login:
    """Returns the credential; raises UNAUTHENTICATED with one text for every cause, after the same work for each."""
    rows = connection.execute(LOGIN, {"username": username if is_username(username) else NOBODY}).all()
    proven = matching(rows, keys.digest(rows[0].credential_id or 0, password[:LONGEST_PASSWORD]))
    if proven is None or len(password) > LONGEST_PASSWORD or is_over(proven.expires_at, proven.revoked_at, at):
        raise not_authenticated()
    return Login(
        proven.credential_id,
        proven.partner_id,
        proven.site_id,
        proven.expires_at,
        proven.security_header_mode,
        proven.secret_id,
        proven.last_used_at is None or proven.last_used_at < at - MINUTE,
    )


def matching(rows: Sequence[Row[*tuple[Any, ...]]], digest: bytes) -> Row[*tuple[Any, ...]] | None:
    """Returns the row whose secret it is; compares as often for no secret as for two."""
    found = None
    for slot in range(SLOTS):
        row = rows[slot] if slot < len(rows) else None
        stored = NO_DIGEST if row is None or row.digest is None else bytes(row.digest)
        if hmac.compare_digest(stored, digest):
            found = row
    return found


def is_username(text: str) -> bool:
    """Returns whether a credential can have this name: exact, printable, in Unicode's composed form (NFC)."""
    return (
        0 < len(text) <= KEY_LENGTH
        and text.isprintable()
        and text == text.strip()
        and unicodedata.is_normalized("NFC", text)
    )


def is_over(expires_at: int | None, revoked_at: int | None, at: int) -> bool:
    """Returns whether a credential has expired or was revoked."""
    return revoked_at is not None or (expires_at is not None and expires_at <= at)


def not_authenticated() -> ServiceError:
    return unauthenticated(texts.NOT_AUTHENTICATED)
