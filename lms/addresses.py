"""Where on the platform content is found that a partner names by key."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, bindparam, cast, literal, null, select, union_all

from lms.tables import course_file, element, my_file
from runtime.direct import Executor

KEYS: Any = bindparam("keys", expanding=True)
HERE: Any = bindparam("site_id")
NONE: Any = cast(null(), Integer)

# Of personal files others see the public ones alone.
ADDRESSES = union_all(
    select(element.c.sync_key, literal("elements"), element.c.id, element.c.course_id, element.c.creator_id).where(
        element.c.site_id == HERE, element.c.sync_key.in_(KEYS), element.c.deleted_at.is_(None)
    ),
    select(my_file.c.sync_key, literal("my-files"), my_file.c.id, NONE, my_file.c.owner_id).where(
        my_file.c.site_id == HERE,
        my_file.c.sync_key.in_(KEYS),
        my_file.c.deleted_at.is_(None),
        my_file.c.kind == "File",
        my_file.c.visibility == "Public",
    ),
    select(
        course_file.c.sync_key, literal("course-files"), course_file.c.id, course_file.c.course_id, literal(0)
    ).where(
        course_file.c.site_id == HERE,
        course_file.c.sync_key.in_(KEYS),
        course_file.c.deleted_at.is_(None),
        course_file.c.kind == "File",
    ),
)


@dataclass(frozen=True, slots=True)
class Address:
    """Where something is, and whose it is."""

    path: str
    """Such as /elements/17."""
    course_id: int | None
    """None: it is in no course, but its owner's."""
    owner_id: int


def addresses_of(connection: Executor, site_id: int, keys: Collection[str]) -> dict[str, Address]:
    """Returns the addresses of elements and files of a site, by those of the keys that are theirs."""
    if not keys:
        return {}
    rows = connection.execute(ADDRESSES, {"site_id": site_id, "keys": list(keys)})
    return {key: Address(f"/{area}/{number}", course_id, owner) for key, area, number, course_id, owner in rows}
