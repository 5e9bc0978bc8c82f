"""Lists of a site's courses and people, by number, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, Table, select

from lms.tables import course, person


@dataclass(frozen=True, slots=True)
class Entry:
    id: int
    sync_key: str
    title: str


def list_courses(connection: Connection, site_id: int, after: int, limit: int) -> list[Entry]:
    """Returns courses that are not deleted, with numbers above one."""
    return page(connection, course, [course.c.title], site_id, after, limit)


def list_people(connection: Connection, site_id: int, after: int, limit: int) -> list[Entry]:
    """Returns people who are not deleted, with numbers above one."""
    return page(connection, person, [person.c.given_name, person.c.family_name], site_id, after, limit)


def page(
    connection: Connection, table: Table, names: list[Column[Any]], site_id: int, after: int, limit: int
) -> list[Entry]:
    query = (
        select(table.c.id, table.c.sync_key, *names)
        .where(table.c.site_id == site_id, table.c.id > after, table.c.deleted_at.is_(None))
        .order_by(table.c.id)
        .limit(limit)
    )
    return [Entry(row[0], row[1], " ".join(row[2:]).strip()) for row in connection.execute(query)]
