from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import update

from lms import tables
from tests.files.peers import Credential
from tests.read.conftest import Running, not_valid, on_site
from tests.read.content import NOW, Content

NO_CONTENT = not_valid("Content with specified ContentId/ContentSyncKey")
NO_PERSON = not_valid("Person with specified PersonId/PersonSyncKey/Username")


def instance_of(content: Content, course_id: int | None, creator_id: int, **values: Any) -> int:
    of_element = {name: values.pop(name) for name in ("active", "sync_key", "deleted") if name in values}
    number = content.element(3, course_id, "Extension", "Map", extension_id=5009, creator_id=creator_id, **of_element)
    content.extension(number, "Library" if course_id is None else "Course", **values)
    return number


async def test_all_members_of_an_instance(running: Running) -> None:
    content = running.content
    teacher, course_id = content.person(3), content.course(3, "bio")
    stored = {
        "Description": "About",
        "Language": "nb-NO",
        "Format": "Text",
        "Keywords": ["map", "sea"],
        "LearningObjectives": ["12"],
        "IntendedEndUserRole": "Learner Mentor",
        "Grade": "7 8",
        "ThumbnailUrl": "https://example.org/t.png",
        "EducationalIntent": "Practice",
        "Publisher": "Acme",
    }
    number = instance_of(content, course_id, teacher, metadata=stored, sharing_scope="Site", sync_key="ext-1")
    content.file(number, "map.pdf")
    for by in ({"content_id": number}, {"content_sync_key": "ext-1"}):
        found = await running.instance(**by, person_id=teacher, include_content=True)
        assert (found.content_id, found.content_sync_key, found.title) == (number, "ext-1", "Map")
        assert (found.course_id, found.course_sync_key, found.extension_id, found.location) == (
            course_id,
            "bio",
            5009,
            1,
        )
        shown = found.metadata
        assert (shown.description, shown.language, shown.format, shown.grade) == ("About", "nb-NO", "Text", "7 8")
        assert (list(shown.keywords), shown.publisher) == (["map", "sea"], "Acme")
        assert [one.learning_objective_id for one in shown.learning_objectives] == ["12"]
        assert (shown.intended_end_user_role, shown.educational_intent) == ("Learner Mentor", "Practice")
        assert shown.thumbnail_url == "https://example.org/t.png"
        assert found.sharing.scope == "Site"
        assert 'type="a:ResourceFileContent"' in found.content
        assert "map.pdf" in found.content
    library = instance_of(content, None, teacher)
    bare = await running.instance(content_id=library, person_id=teacher)
    assert (bare.location, bare.content) == (2, "")
    assert not any(bare.HasField(name) for name in ("course_id", "metadata", "sharing"))


async def test_who_sees_an_instance(running: Running) -> None:
    content = running.content
    teacher, course_id = content.person(3), content.course(3, "bio")
    school = content.organisation(3, "school")
    people = {
        "member": content.user(3, "member", role="student"),
        "aide": content.user(3, "aide"),
        "stranger": content.user(3, "stranger"),
        "admin": content.user(3, "admin", role="administrator"),
        "teacher": teacher,
    }
    for name, role in (("member", "student"), ("aide", "teacher")):
        content.roster(tables.membership, 3, name, course_id=course_id, person_id=people[name], role=role)
    for name in ("aide", "teacher"):
        content.insert(tables.person_organisation, person_id=people[name], organisation_id=school, position=0)
    period = instance_of(content, course_id, teacher)
    content.insert(tables.element_active_period, element_id=period, active_from=NOW + timedelta(days=40_000))
    open_period = instance_of(content, course_id, teacher)
    content.insert(tables.element_active_period, element_id=open_period, active_to=NOW + timedelta(days=40_000))
    for number, expected in [
        (instance_of(content, course_id, teacher), {"member", "aide", "admin", "teacher"}),
        (open_period, {"member", "aide", "admin", "teacher"}),
        (instance_of(content, course_id, teacher, active=False), {"aide", "admin", "teacher"}),
        (period, {"aide", "admin", "teacher"}),
        (instance_of(content, None, teacher), {"admin", "teacher"}),
        (instance_of(content, None, teacher, sharing_scope="Private"), {"admin", "teacher"}),
        (instance_of(content, None, teacher, sharing_scope="School"), {"aide", "admin", "teacher"}),
        (instance_of(content, None, teacher, sharing_scope="Community"), set(people)),
        (instance_of(content, None, teacher, sharing_scope="Site", deleted=True), set()),
        (content.element(3, course_id, "Page"), set()),
    ]:
        for name, person_id in people.items():
            if name in expected:
                assert (await running.instance(content_id=number, person_id=person_id)).content_id == number
            else:
                assert await running.refused("instance", content_id=number, person_id=person_id) == NO_CONTENT


async def test_what_is_refused_tells_nothing(running: Running) -> None:
    content = running.content
    teacher = content.person(3)
    school = content.organisation(3, "school")
    course_id = content.course(3, "bio", organisation_id=school)
    number = instance_of(content, course_id, teacher)
    library = instance_of(content, None, teacher, sharing_scope="Site")
    content.insert(tables.person_organisation, person_id=teacher, organisation_id=school, position=0)
    elsewhere = content.person(4)
    for key in ("\0", "nothing"):
        assert await running.refused("instance", content_sync_key=key, person_id=teacher) == NO_CONTENT
    for content_id in (-1, 0, 2**31 - 1):
        assert await running.refused("instance", content_id=content_id, person_id=teacher) == NO_CONTENT
    for person_id in (None, 0, -1, 2**31 - 1, elsewhere):
        assert await running.refused("instance", content_id=number, person_id=person_id) == NO_PERSON
    both = await running.refused("instance", content_id=number, content_sync_key="x", person_id=teacher)
    assert both[2] == "You are not allowed to enter both ContentId and ContentSyncKey."
    neither = await running.refused("instance", person_id=teacher)
    assert neither[2] == "Either ContentId or ContentSyncKey must be specified."
    roaming = running.peers.access.add(Credential(8, None, {3, 4}))
    assert (await running.instance(roaming, base=on_site(3), content_id=number, person_id=teacher)).content_id == number
    far = await running.refused("instance", roaming, base=on_site(4), content_id=number, person_id=elsewhere)
    assert far == NO_CONTENT
    admin = content.user(3, "admin", role="administrator")
    other = content.organisation(3, "other")
    content.insert(tables.person_organisation, person_id=admin, organisation_id=other, position=0)
    inside = running.peers.access.add(Credential(9, 3, organisations=("school",)))
    outside = running.peers.access.add(Credential(10, 3, organisations=("other",)))
    for one in (number, library):
        assert (await running.instance(inside, content_id=one, person_id=teacher)).content_id == one
        assert await running.refused("instance", outside, content_id=one, person_id=admin) == NO_CONTENT
        assert await running.refused("instance", outside, content_id=one, person_id=teacher) == NO_PERSON
    with content.engine.begin() as connection:
        connection.execute(update(tables.course).values(deleted_at=NOW))
    assert await running.refused("instance", content_id=number, person_id=teacher) == NO_CONTENT
