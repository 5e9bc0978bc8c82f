"""The person that a read asks for."""

from __future__ import annotations

from sqlalchemy import Connection, select

from lms.tables import person
from services.read.errors import not_valid, refused
from services.read.scope import Scope, searchable


def find_person(
    connection: Connection, scope: Scope, person_id: int | None = None, sync_key: str = "", username: str = ""
) -> int:
    """Returns the number of the person that a request names by exactly one of these; deleted ones are not there."""
    if person_id is not None and sync_key:
        raise refused("You are not allowed to enter both PersonId and PersonSyncKey")  # no full stop (reads.yaml)
    if person_id is not None:
        chosen = person.c.id == person_id
    elif sync_key:
        chosen = person.c.sync_key == searchable(sync_key)
    else:
        chosen = person.c.username == searchable(username)
    found = connection.execute(select(person.c.id).where(chosen, scope.people())).scalar_one_or_none()
    if found is None:
        raise not_valid("Person", "PersonId/PersonSyncKey/Username")
    return int(found)
