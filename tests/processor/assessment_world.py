"""Scales, learning objectives and a pupil, as provisioning brings them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, insert

from lms.tables import assessment_item, assessment_scale, learning_objective, person, person_organisation
from tests.processor.world import NOW, OTHER_SITE, PERSON, SITE

MARKS: dict[str, Any] = {"site_id": SITE, "created_at": NOW, "updated_at": NOW, "deleted_at": None}
SCALE: dict[str, Any] = {**MARKS, "title": "Marks", "description": "", "totals": "", "course_id": None}
SCALES: list[dict[str, Any]] = [
    {"id": 1, "sync_key": "site"},
    {"id": 2, "sync_key": "of-7", "course_id": 7},
    {"id": 3, "sync_key": "of-8", "course_id": 8},
    {"id": 4, "sync_key": "gone", "deleted_at": NOW},
    {"id": 5, "sync_key": "elsewhere", "site_id": OTHER_SITE},
]
ITEM: dict[str, Any] = {**MARKS, "percent_from": None, "percent_to": None, "position": 1}
ITEMS: list[dict[str, Any]] = [
    {"id": 11, "sync_key": "good", "scale_id": 1, "title": "Good"},
    {"id": 12, "sync_key": "poor", "scale_id": 1, "title": "Poor", "position": 2},
    {"id": 13, "sync_key": "old", "scale_id": 1, "title": "Old", "deleted_at": NOW},
    {"id": 14, "sync_key": "eleven", "scale_id": 2, "title": "11"},
    {"id": 15, "sync_key": "far", "scale_id": 3, "title": "Far"},
]
OBJECTIVE: dict[str, Any] = {
    **MARKS,
    "title": "O",
    "kind": "LearningObjective",
    "description": "",
    "published": True,
    "parent_id": None,
}
OBJECTIVES: list[dict[str, Any]] = [
    {"id": 1, "sync_key": "subject", "kind": "Subject"},
    {"id": 2, "sync_key": "LO-1", "parent_id": 1},
    {"id": 3, "sync_key": "LO-2", "parent_id": 1},
    {"id": 4, "sync_key": "LO-3"},
    {"id": 5, "sync_key": "draft", "kind": "Subject", "published": False},
    {"id": 6, "sync_key": "LO-hidden", "parent_id": 5},
    {"id": 7, "sync_key": "LO-draft", "published": False},
    {"id": 8, "sync_key": "LO-gone", "deleted_at": NOW},
    {"id": 9, "sync_key": "LO-elsewhere", "site_id": OTHER_SITE},
]
PUPILS: list[dict[str, Any]] = [{"id": 6, "sync_key": "pupil-6"}, {"id": 7, "sync_key": "pupil-7"}]
MEMBERSHIPS: list[dict[str, Any]] = [
    {"person_id": pupil, "organisation_id": school, "position": school} for pupil in (6, 7) for school in (1, 2)
]


def add_assessment_world(connection: Connection) -> None:
    """Fills the site beside what tests.processor.world has."""
    connection.execute(insert(person), [{**MARKS, **PERSON, "role": "student", **one} for one in PUPILS])
    connection.execute(insert(person_organisation), MEMBERSHIPS)
    connection.execute(insert(assessment_scale), [{**SCALE, **one} for one in SCALES])
    connection.execute(insert(assessment_item), [{**ITEM, **one} for one in ITEMS])
    connection.execute(insert(learning_objective), [{**OBJECTIVE, **one} for one in OBJECTIVES])
