"""Where on the platform content is found that a partner names by key."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, bindparam, literal, select, union_all

from lms.tables import course_file, element, my_file

KEYS: Any = bindparam("keys", expanding=True)
HERE: Any = bindparam("site_id")

# Of personal files others see the public ones alone.
ADDRESSES = union_all(
    select(element.c.sync_key, literal("elements"), element.c.id).where(
        element.c.site_id == HERE, element.c.sync_key.in_(KEYS), element.c.deleted_at.is_(None)
    ),
    select(my_file.c.sync_key, literal("my-files"), my_file.c.id).where(
        my_file.c.site_id == HERE,
        my_file.c.sync_key.in_(KEYS),
        my_file.c.deleted_at.is_(None),
        my_file.c.kind == "File",
        my_file.c.visibility == "Public",
    ),
    select(course_file.c.sync_key, literal("course-files"), course_file.c.id).where(
        course_file.c.site_id == HERE,
        course_file.c.sync_key.in_(KEYS),
        course_file.c.deleted_at.is_(None),
        course_file.c.kind == "File",
    ),
)


def addresses_of(connection: Connection, site_id: int, keys: Collection[str]) -> dict[str, str]:
    """Returns the paths of elements and files of a site, such as /elements/17, by those of the keys that are theirs."""
    if not keys:
        return {}
    rows = connection.execute(ADDRESSES, {"site_id": site_id, "keys": list(keys)})
    return {key: f"/{area}/{number}" for key, area, number in rows}
