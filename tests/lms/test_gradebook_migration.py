"""What 0020 makes of the elements and assessments of an older store."""

from __future__ import annotations

from sqlalchemy import Connection, MetaData, insert, select

from lms.tables import gradebook_assessment, gradebook_item
from runtime.database import writing
from tests.lms.older_store import upgraded_from
from tests.processor.world import NOW

MARKS = {"site_id": 5, "created_at": NOW, "updated_at": NOW}
PERSON = {"username": "", "given_name": "", "family_name": "", "role": "", "email": "", "enabled": True}
COURSE = {"title": "C", "code": "", "description": "", "credits": "", "subjects": [], "is_archived": False}
ELEMENT = {"title": "E", "description": "", "active": True, "security": "Inherit", "position": 1, "creator_id": 3}
ASSIGNMENT = {"mandatory": False, "use_groups": "false", "plagiarism": False, "anonymous": False}
KINDS = {1: "CustomActivity", 2: "Assignment", 3: "Assignment", 4: "Folder"}


def fill(connection: Connection) -> None:
    """Puts an assessed activity, an assignment with points and one without into a store before 0020."""
    old = MetaData()
    old.reflect(connection)

    def put(table: str, **values: object) -> None:
        connection.execute(insert(old.tables[table]).values(**values))

    put("person", id=3, sync_key="p", **MARKS, **PERSON)
    put("course", id=7, sync_key="c", **MARKS, **COURSE)
    for number, kind in KINDS.items():
        put("content_key", site_id=5, sync_key=f"e{number}", kind="element")
        whole = {**MARKS, **ELEMENT, "course_id": 7, "kind": kind, "credential_id": 1, "message_id": 1}
        put("element", id=number, sync_key=f"e{number}", **whole)
    put("element_custom_activity", element_id=1, site_id=5, mandatory=False)
    put("element_assignment", element_id=2, max_score=5, **ASSIGNMENT)
    put("element_assignment", element_id=3, **ASSIGNMENT)
    given = {"element_id": 1, "person_id": 3, "site_id": 5, "evaluator_id": 3}
    put("activity_assessment", status="Completed", score=2.5, comment="c", assessed_at=NOW, **given)


def test_elements_get_their_items_and_assessments_stay(database_url: str) -> None:
    engine = upgraded_from("content_0019", database_url, fill)
    with writing(engine) as connection:
        items = connection.execute(select(gradebook_item.c.element_id, gradebook_item.c.course_id)).all()
        kept = connection.execute(select(gradebook_assessment)).mappings().one()
    engine.dispose()
    assert items == [(1, 7), (2, 7)]
    assert (kept["course_id"], kept["item_id"], kept["person_id"], kept["evaluator_id"]) == (7, 1, 3, 3)
    assert (kept["status"], kept["score"], kept["comment"]) == ("Completed", 2.5, "c")
    assert kept["assessed_at"] == kept["updated_at"] == NOW
