"""The ordered lists of other rows that courses and people have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, delete, insert, select

from lms.roster.kind import Links


def stored_links(connection: Connection, links: Links, numbers: Sequence[int]) -> dict[int, list[int]]:
    """Returns the lists of these rows, in order; rows without any are left out."""
    table = links.table
    own, other = table.c[links.own], table.c[links.other]
    found: dict[int, list[int]] = {}
    if numbers:
        query = select(own, other).where(own.in_(numbers)).order_by(own, table.c.position)
        for number, linked in connection.execute(query):
            found.setdefault(number, []).append(linked)
    return found


def replace_links(connection: Connection, links: Links, lists: Mapping[int, Sequence[int]]) -> None:
    """Replaces the lists of these rows."""
    if not lists:
        return
    connection.execute(delete(links.table).where(links.table.c[links.own].in_(list(lists))))
    rows = [
        {links.own: number, links.other: linked, "position": position}
        for number, others in lists.items()
        for position, linked in enumerate(others)
    ]
    if rows:
        connection.execute(insert(links.table), rows)
