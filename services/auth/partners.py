"""Partners, and vendors of content."""

from __future__ import annotations

from organisation.v1 import access_admin_service_pb2 as admin
from sqlalchemy import Connection, exists, insert, select, update

from services.auth import audit
from services.auth.moments import now
from services.auth.refusals import already_exists, checked_text, not_found
from services.auth.tables import NAME_LENGTH, VENDOR_ID_LENGTH, partner, vendor


def create(connection: Connection, actor: str, name: str) -> admin.Partner:
    """Registers a partner by a name that no other has."""
    checked_text("name", name, NAME_LENGTH)
    if connection.execute(select(exists().where(partner.c.name == name))).scalar_one():
        raise already_exists("partner", name)
    made = connection.execute(insert(partner).returning(partner.c.partner_id), {"name": name, "created_at": now()})
    partner_id = made.scalar_one()
    audit.record(connection, actor, "partner.created", audit.partner_subject(partner_id), name=name)
    return admin.Partner(partner_id=partner_id, name=name)


def page(connection: Connection, after: int | None, size: int) -> list[admin.Partner]:
    """Returns up to size partners by id, after one."""
    query = select(partner).where(partner.c.partner_id > (after or 0)).order_by(partner.c.partner_id).limit(size)
    return [admin.Partner(partner_id=row.partner_id, name=row.name) for row in connection.execute(query)]


def require_partner(connection: Connection, partner_id: int) -> None:
    """Raises NOT_FOUND where there is no such partner."""
    if not connection.execute(select(exists().where(partner.c.partner_id == partner_id))).scalar_one():
        raise not_found("partner", partner_id)


def put_vendor(connection: Connection, actor: str, vendor_id: str, *, is_content_vendor: bool) -> None:
    """Registers a vendor, or changes whether it is a content vendor."""
    checked_text("vendor_id", vendor_id, VENDOR_ID_LENGTH)
    known = connection.execute(select(vendor).where(vendor.c.vendor_id == vendor_id)).one_or_none()
    if known is None:
        connection.execute(insert(vendor), {"vendor_id": vendor_id, "is_content_vendor": is_content_vendor})
    elif known.is_content_vendor == is_content_vendor:
        return
    else:
        change = update(vendor).where(vendor.c.vendor_id == vendor_id)
        connection.execute(change.values(is_content_vendor=is_content_vendor))
    subject = audit.vendor_subject(vendor_id)
    audit.record(connection, actor, "vendor.stored", subject, is_content_vendor=is_content_vendor)
