"""Sites, and whom their administrators let in."""

from __future__ import annotations

from organisation.v1 import access_admin_service_pb2 as admin
from sqlalchemy import Connection, delete, exists, func, insert, select

from runtime.errors import invalid_field
from services.auth import audit
from services.auth.moments import now
from services.auth.partners import require_partner
from services.auth.refusals import already_exists, checked_text, not_found
from services.auth.tables import NAME_LENGTH, site, site_access

LARGEST_SITE = 2**31 - 1


def create(connection: Connection, actor: str, site_id: int, name: str) -> admin.Site:
    """Registers a site; 0 takes the number after the largest."""
    if site_id < 0:
        raise invalid_field("site_id", "site_id must be a positive number.")
    checked_text("name", name, NAME_LENGTH)
    number = site_id or next_site(connection)
    if is_site(connection, number):
        raise already_exists("site", number)
    connection.execute(insert(site), {"site_id": number, "name": name, "created_at": now()})
    audit.record(connection, actor, "site.created", audit.site_subject(number), name=name)
    return admin.Site(site_id=number, name=name)


def next_site(connection: Connection) -> int:
    largest = connection.execute(select(func.max(site.c.site_id))).scalar() or 0
    if largest >= LARGEST_SITE:
        raise invalid_field("site_id", "The largest number is taken: choose a free one.")
    return int(largest) + 1


def page(connection: Connection, after: int | None, size: int) -> list[admin.Site]:
    """Returns up to size sites by id, after one."""
    query = select(site).where(site.c.site_id > (after or 0)).order_by(site.c.site_id).limit(size)
    return [admin.Site(site_id=row.site_id, name=row.name) for row in connection.execute(query)]


def set_access(connection: Connection, actor: str, site_id: int, partner_id: int, *, allowed: bool) -> None:
    """Writes down a site administrator's word on a partner's all-sites credentials."""
    require_site(connection, site_id)
    require_partner(connection, partner_id)
    row = (site_access.c.site_id == site_id) & (site_access.c.partner_id == partner_id)
    if connection.execute(select(exists().where(row))).scalar_one() == allowed:
        return
    if allowed:
        values = {"site_id": site_id, "partner_id": partner_id, "allowed_at": now()}
        connection.execute(insert(site_access), values)
    else:
        connection.execute(delete(site_access).where(row))
    action = "site.partner_allowed" if allowed else "site.partner_denied"
    audit.record(connection, actor, action, audit.site_subject(site_id), partner_id=partner_id)


def is_site(connection: Connection, site_id: int) -> bool:
    return bool(connection.execute(select(exists().where(site.c.site_id == site_id))).scalar_one())


def require_site(connection: Connection, site_id: int) -> None:
    """Raises NOT_FOUND where there is no such site."""
    if not is_site(connection, site_id):
        raise not_found("site", site_id)
