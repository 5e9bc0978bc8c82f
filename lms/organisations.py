"""Organisations as a tree: what holds for one holds for those below it, as a district stands for its schools."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Select, select

from lms.tables import organisation, person_organisation


def organisations_within(site_id: int, sync_keys: Collection[str]) -> Select[int]:
    """Selects the organisations with these keys and all that are below them; a deleted one ends its branch."""
    there = (organisation.c.site_id == site_id, organisation.c.deleted_at.is_(None))
    found = select(organisation.c.id).where(*there, organisation.c.sync_key.in_(sync_keys)).cte(recursive=True)
    below = select(organisation.c.id).where(*there, organisation.c.parent_id == found.c.id)
    # UNION, which drops what is there already, ends also where organisations stand in a ring.
    return select(found.union(below).c.id)


def people_within(site_id: int, sync_keys: Collection[str], people: Collection[int]) -> Select[int]:
    """Selects those of the people who belong to the organisations with these keys, or to one below."""
    return select(person_organisation.c.person_id).where(
        person_organisation.c.person_id.in_(people),
        person_organisation.c.organisation_id.in_(organisations_within(site_id, sync_keys)),
    )
