"""Makes what can be booked."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from lms.elements import Origin, add_key
from lms.tables import resource
from lms.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class NewResource:
    """A room or a piece of equipment; available_for: of Staff, Learner and Guest those who may book it."""

    organisation_id: int
    sync_key: str
    title: str
    short_name: str
    description: str
    available_for: Collection[str]
    creator_id: int


def add_resource(work: UnitOfWork, new: NewResource, origin: Origin) -> None:
    """Stages a resource. Its key must be free."""
    add_key(work, new.sync_key, "resource")
    work.insert(
        resource,
        {
            "id": work.new_id(resource),
            "site_id": work.site_id,
            "organisation_id": new.organisation_id,
            "sync_key": new.sync_key,
            "title": new.title,
            "short_name": new.short_name,
            "description": new.description,
            "for_staff": "Staff" in new.available_for,
            "for_learners": "Learner" in new.available_for,
            "for_guests": "Guest" in new.available_for,
            "vendor_id": origin.vendor_id,
            "creator_id": new.creator_id,
            "created_at": work.now,
            "deleted_at": None,
            "credential_id": origin.credential_id,
            "message_id": origin.message_id,
        },
    )
