"""The ordered lists of other rows that courses and people have."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from lms.among import among
from lms.roster.kind import Links


def stored_links(connection: Connection, links: Links, numbers: Sequence[int]) -> dict[int, list[int]]:
    """Returns the lists of these rows, in order; rows without any are left out."""
    table = links.table
    own, other = table.c[links.own], table.c[links.other]
    found: dict[int, list[int]] = {}
    if numbers:
        query = select(own, other).where(among(connection, own, numbers)).order_by(own, table.c.position)
        for number, linked in connection.execute(query):
            found.setdefault(number, []).append(linked)
    return found
