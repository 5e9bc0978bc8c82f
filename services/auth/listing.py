"""Credentials as administrators see them: with grants and live secrets, never a secret's value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from organisation.v1 import access_admin_service_pb2 as admin
from organisation.v1 import access_service_pb2
from sqlalchemy import Connection, Row, Select, func, select

from services.auth.moments import timestamp
from services.auth.tables import credential, credential_organisation, secret, type_grant

MOST_ROWS = 200_000
"""Grants and organisations in one answer, unless a single credential has more: about 8 MB."""


def page(connection: Connection, partner_id: int, after: int | None, size: int) -> tuple[list[admin.Credential], bool]:
    """Returns up to size credentials by id after one, and whether more may follow; partner_id 0: all partners'."""
    query = select(credential).where(credential.c.credential_id > (after or 0))
    if partner_id:
        query = query.where(credential.c.partner_id == partner_id)
    found = connection.execute(query.order_by(credential.c.credential_id).limit(size)).all()
    rows = within_budget(connection, found)
    return described(connection, rows), len(found) == size or len(rows) < len(found)


def one(connection: Connection, credential_id: int) -> admin.Credential:
    """Returns a credential that exists."""
    rows = connection.execute(select(credential).where(credential.c.credential_id == credential_id)).all()
    return described(connection, rows)[0]


def within_budget(connection: Connection, rows: Sequence[Row[Any]]) -> Sequence[Row[Any]]:
    """Returns the first rows whose grants and organisations fit in one answer; at least one."""
    sizes: dict[int, int] = {}
    for table in (type_grant, credential_organisation):
        owner = table.c.credential_id
        counted = select(owner, func.count()).where(owner.in_([row.credential_id for row in rows])).group_by(owner)
        for credential_id, count in connection.execute(counted):
            sizes[credential_id] = sizes.get(credential_id, 0) + count
    total = 0
    for number, row in enumerate(rows):
        total += sizes.get(row.credential_id, 0)
        if total > MOST_ROWS and number > 0:
            return rows[:number]
    return rows


def described(connection: Connection, rows: Sequence[Row[Any]]) -> list[admin.Credential]:
    by_id = {row.credential_id: describe(row) for row in rows}
    for row in connection.execute(of(select(secret).order_by(secret.c.secret_id), secret.c.credential_id, by_id)):
        live = admin.Secret(
            secret_id=row.secret_id, created_at=timestamp(row.created_at), last_used_at=timestamp(row.last_used_at)
        )
        by_id[row.credential_id].secrets.append(live)
    grants = select(type_grant).order_by(type_grant.c.message_type, type_grant.c.site_id.nulls_first())
    for row in connection.execute(of(grants, type_grant.c.credential_id, by_id)):
        by_id[row.credential_id].grants.append(admin.Grant(message_type=row.message_type, site_id=row.site_id))
    organisations = select(credential_organisation).order_by(credential_organisation.c.sync_key)
    for row in connection.execute(of(organisations, credential_organisation.c.credential_id, by_id)):
        by_id[row.credential_id].organisation_sync_keys.append(row.sync_key)
    return list(by_id.values())


def of(query: Select[Any], owner: Any, by_id: dict[int, admin.Credential]) -> Select[Any]:
    return query.where(owner.in_(list(by_id)))


def describe(row: Row[Any]) -> admin.Credential:
    mode = access_service_pb2.SecurityHeaderMode.ValueType(row.security_header_mode)
    return admin.Credential(
        credential_id=row.credential_id,
        partner_id=row.partner_id,
        username=row.username,
        site_id=row.site_id,
        expires_at=timestamp(row.expires_at),
        revoked_at=timestamp(row.revoked_at),
        security_header_mode=mode,
    )
