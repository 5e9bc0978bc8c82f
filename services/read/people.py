"""The person that a read asks for."""

from __future__ import annotations

from organisation.v1.read_base_pb2 import (
    PERSON_ID_TYPE_PERSON_ID,
    PERSON_ID_TYPE_PERSON_SYNC_KEY,
    PERSON_ID_TYPE_UNSPECIFIED,
    PERSON_ID_TYPE_USERNAME,
)
from sqlalchemy import ColumnElement, Connection, and_, false, select

from lms.tables import person
from services.read.errors import not_valid, refused
from services.read.scope import Scope, number_of, searchable


def find_person(
    connection: Connection, scope: Scope, person_id: int | None = None, sync_key: str = "", username: str = ""
) -> int:
    """Returns the number of the person that a request names by exactly one of these; deleted ones are not there."""
    if person_id is not None and sync_key:
        raise refused("You are not allowed to enter both PersonId and PersonSyncKey")  # no full stop (reads.yaml)
    if person_id is not None:
        return only(connection, scope, person.c.id == person_id)
    if sync_key:
        return only(connection, scope, person.c.sync_key == searchable(sync_key))
    return only(connection, scope, is_named(username))


def find_person_by(connection: Connection, scope: Scope, id_type: int, text: str) -> int:
    """Returns the number of the person whom an Id of a PersonIdType names."""
    if not text or id_type == PERSON_ID_TYPE_UNSPECIFIED:
        raise refused("Id and IdType must be specified.")
    if id_type == PERSON_ID_TYPE_PERSON_ID:
        number = number_of(text)
        return only(connection, scope, false() if number is None else person.c.id == number)
    if id_type == PERSON_ID_TYPE_PERSON_SYNC_KEY:
        return only(connection, scope, person.c.sync_key == searchable(text))
    if id_type == PERSON_ID_TYPE_USERNAME:
        return only(connection, scope, is_named(text))
    raise refused("IdType is not valid.")


def is_named(username: str) -> ColumnElement[bool]:
    """The condition that a person has this user name, letter for letter; nobody is called ""."""
    return and_(person.c.username == searchable(username), person.c.username != "")


def only(connection: Connection, scope: Scope, chosen: ColumnElement[bool]) -> int:
    """Returns the one person in sight who is chosen.

    Nothing keeps a roster from giving one user name to two people; it then names neither, since to guess would show
    the one's things to those who asked for the other's.
    """
    found = connection.scalars(select(person.c.id).where(chosen, scope.people()).limit(2)).all()
    if len(found) != 1:
        raise not_valid("Person", "PersonId/PersonSyncKey/Username")
    return int(found[0])
