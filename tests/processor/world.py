"""People and courses that the tests' messages speak of."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, insert, text

from lms.tables import course, organisation, person, person_organisation

SITE = 5
OTHER_SITE = 6
NOW = datetime(2026, 9, 1, 8, tzinfo=UTC)


def add_world(connection: Connection) -> None:
    """Fills two sites: the same keys stand for other people and courses on each."""
    marks: dict[str, Any] = {"created_at": NOW, "updated_at": NOW, "deleted_at": None}
    schools = [
        {"id": 1, "site_id": SITE, "sync_key": "school-a"},
        {"id": 2, "site_id": SITE, "sync_key": "school-b"},
    ]
    connection.execute(
        insert(organisation),
        [{**marks, "title": "S", "kind": "school", "identifier": "", "parent_id": None, **one} for one in schools],
    )
    connection.execute(insert(person), [{**marks, **PERSON, **one} for one in PEOPLE])
    connection.execute(insert(person_organisation), MEMBERSHIPS)
    connection.execute(insert(course), [{**marks, **COURSE, **one} for one in COURSES])
    if connection.dialect.name == "postgresql":
        for table in ("person", "course", "organisation"):
            connection.execute(text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), 1000)"))


PERSON: dict[str, Any] = {
    "username": "",
    "given_name": "Ana",
    "family_name": "Lund",
    "role": "teacher",
    "email": "",
    "enabled": True,
    "external_user_id": None,
    "external_customer_id": None,
}
PEOPLE: list[dict[str, Any]] = [
    {"id": 2, "site_id": SITE, "sync_key": "usr-a"},
    {"id": 3, "site_id": SITE, "sync_key": "usr-3"},
    {"id": 4, "site_id": SITE, "sync_key": "usr-gone", "deleted_at": NOW},
    {"id": 5, "site_id": SITE, "sync_key": "usr-ext", "external_user_id": "u", "external_customer_id": "c"},
    {"id": 9, "site_id": OTHER_SITE, "sync_key": "usr-9"},
]
# usr-3 belongs to both schools, usr-a to the first alone.
MEMBERSHIPS: list[dict[str, Any]] = [
    {"person_id": 3, "organisation_id": 1, "position": 0},
    {"person_id": 3, "organisation_id": 2, "position": 1},
    {"person_id": 2, "organisation_id": 1, "position": 0},
]
COURSE: dict[str, Any] = {
    "title": "Maths",
    "code": "M1",
    "description": "",
    "credits": "",
    "subjects": [],
    "organisation_id": 1,
    "is_archived": False,
    "external_customer_id": None,
}
COURSES: list[dict[str, Any]] = [
    {"id": 7, "site_id": SITE, "sync_key": "crs-7"},
    {"id": 8, "site_id": SITE, "sync_key": "crs-8", "organisation_id": 2},
    {"id": 10, "site_id": SITE, "sync_key": "crs-gone", "deleted_at": NOW},
    {"id": 11, "site_id": SITE, "sync_key": "crs-ext", "external_customer_id": "c"},
    {"id": 12, "site_id": SITE, "sync_key": "crs-old", "is_archived": True},
    {"id": 19, "site_id": OTHER_SITE, "sync_key": "crs-19", "organisation_id": None},
]
