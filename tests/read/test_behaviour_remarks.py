"""Read.BehaviourRemarks."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from tests.files.peers import Credential
from tests.read.conftest import Running, not_valid, page
from tests.read.content import NOW

NO_PERSON = not_valid("Person with specified PersonId/PersonSyncKey/Username")


async def weights(running: Running, credential: Credential | None = None, **request: Any) -> list[int]:
    """Returns the weights of the remarks, by which the tests know them."""
    return [one.weight for one in (await running.remarks(credential, **request)).behaviour_remarks]


def stamp(moment: datetime) -> Timestamp:
    made = Timestamp()
    made.FromDatetime(moment)
    return made


async def test_a_remark_has_its_members(running: Running) -> None:
    content = running.content
    pupil, course_id, author = content.pupil(3, "pupil"), content.course(3, "a"), content.person(3)
    texts = {"code": "LATE", "description": "Late", "reaction": "Talk"}
    content.remark(3, "1", pupil, course_id=course_id, author_id=author, weight=-2, type="Positive", **texts)
    content.remark(3, "2", pupil, course_id=content.course(3, "gone", deleted=True))
    content.remark(3, "deleted", pupil, deleted=True)
    answer = await running.remarks()
    full, bare = answer.behaviour_remarks
    assert (answer.base.total, answer.base.page_size) == (2, 100)
    assert (full.person_id, full.person_sync_key, full.created_by_person_id) == (pupil, "pupil", author)
    assert (full.course_id, full.course_sync_key) == (course_id, "a")
    assert (full.code, full.weight, full.description, full.reaction, full.type) == ("LATE", -2, "Late", "Talk", 1)
    assert full.date.ToSeconds() == NOW.timestamp()
    assert (bare.type, bare.code, bare.course_sync_key) == (2, "", "")
    assert (bare.HasField("course_id"), bare.HasField("created_by_person_id")) == (False, False)


@pytest.fixture
def school(running: Running) -> dict[str, int]:
    """Pupils a of a school and b of a college, below a district; remarks 1 and 2 about a, 3 about b."""
    content = running.content
    district = content.organisation(3, "district")
    numbers = {"district": district}
    for weight, (pupil, key) in enumerate((("a", "school"), ("b", "college")), 2):
        numbers[key] = content.organisation(3, key, parent_id=district)
        numbers[pupil] = content.pupil(3, pupil, numbers[key])
        numbers[f"{key} course"] = content.course(3, f"{key} course", organisation_id=numbers[key])
        content.remark(3, pupil, numbers[pupil], weight=weight)
    numbers["teacher"] = content.user(3, "t", numbers["school"])
    content.remark(3, "about the teacher", numbers["teacher"], weight=9)
    content.remark(4, "foreign", content.pupil(4, "a"), weight=77)
    content.remark(3, "of nobody", content.pupil(3, "gone", deleted=True), weight=78)
    return numbers


async def test_remarks_about_a_person(running: Running, school: dict[str, int]) -> None:
    assert await weights(running, person_id=school["a"]) == [2]
    assert await weights(running, person_sync_key="b") == [3]
    both: dict[str, Any] = {"person_id": school["a"], "person_sync_key": "a"}
    text = "You are not allowed to enter both PersonId and PersonSyncKey"
    assert (await running.refused("remarks", **both))[2] == text
    unknowns: list[dict[str, Any]] = [
        {"person_id": 99_999},
        {"person_id": -1},
        {"person_sync_key": "gone"},
        {"person_sync_key": "\0"},
    ]
    for unknown in unknowns:
        assert await running.refused("remarks", **unknown) == NO_PERSON


async def test_remarks_about_the_students_of_a_group(running: Running, school: dict[str, int]) -> None:
    content = running.content
    course_id = school["school course"]
    content.member(3, school["a"], course_id)
    content.member(3, school["b"], course_id, deleted=True)
    content.member(3, school["teacher"], course_id, role="teacher")
    for key in ("archived", "deleted"):
        number = content.course(3, key, is_archived=key == "archived", deleted=key == "deleted")
        content.member(3, school["b"], number)
    assert await weights(running, hierarchy_id=course_id) == [2]
    assert await weights(running, hierarchy_sync_key="school course") == [2]
    assert await weights(running, hierarchy_sync_key="district") == [2, 3]
    assert await weights(running, hierarchy_sync_key="college") == [3]
    assert await weights(running) == [2, 3, 9]
    for key in ("archived", "deleted", "nowhere", "\0"):
        assert await weights(running, hierarchy_sync_key=key) == []
    for number in (99_999, -1, 0):
        assert await weights(running, hierarchy_id=number) == []
    text = "You cannot use both person and hierarchy."
    for group in ({"hierarchy_id": 0}, {"hierarchy_sync_key": "district"}):
        for person in ({"person_id": 0}, {"person_sync_key": "nobody"}):
            assert (await running.refused("remarks", **group, **person))[2] == text
    both = await running.refused("remarks", hierarchy_id=1, hierarchy_sync_key="district")
    assert both[2] == "You are not allowed to enter both HierarchyId and HierarchySyncKey."


async def test_remarks_of_a_time_or_a_term(running: Running) -> None:
    content = running.content
    pupil = content.pupil(3, "pupil")
    term, ended = content.term(3, "t", None, None), content.term(3, "deleted", None, None, deleted=True)
    for weight, term_id in enumerate((None, term, ended)):
        noted_at = NOW + timedelta(hours=weight)
        content.remark(3, str(weight), pupil, weight=weight, term_id=term_id, noted_at=noted_at)
    hour = NOW + timedelta(hours=1)
    assert await weights(running, from_date=stamp(hour)) == [1, 2]
    assert await weights(running, to_date=stamp(hour)) == [0, 1]
    assert await weights(running, from_date=stamp(hour), to_date=stamp(hour)) == [1]
    assert await weights(running, from_date=stamp(hour), to_date=stamp(NOW)) == []
    assert await weights(running, term_id=term) == [1]
    for number in (ended, 99_999, -1):
        assert await weights(running, term_id=number) == []
    text = "Use either TermId or FromDate and ToDate."
    for name in ("from_date", "to_date"):
        with_term: dict[str, Any] = {"term_id": term, name: stamp(NOW)}
        assert (await running.refused("remarks", **with_term))[2] == text
        never: dict[str, Any] = {name: Timestamp(seconds=2**62)}
        assert (await running.refused("remarks", **never))[:2] == ("INVALID_ARGUMENT", "READ_REFUSED")


async def test_remarks_come_by_pages(running: Running) -> None:
    pupil = running.content.pupil(3, "pupil")
    for weight in range(5):
        running.content.remark(3, str(weight), pupil, weight=weight)
    assert await weights(running, base=page(1, 2)) == [2, 3]
    assert await weights(running, base=page(3, 2)) == []
    first = await running.remarks(base=page(size=2))
    assert await weights(running, base=page(size=2, token=first.base.next_page_token)) == [2, 3]
    assert (await running.refused("remarks", base=page(size=-1)))[1] == "INVALID_FIELD"


async def test_a_narrowed_credential_sees_its_people_and_courses_alone(
    running: Running, school: dict[str, int]
) -> None:
    content = running.content
    for weight, key in ((5, "school course"), (6, "college course")):
        content.remark(3, key, school["a"], weight=weight, course_id=school[key])
    content.member(3, school["a"], school["college course"])
    narrowed = running.peers.access.add(Credential(8, 3, organisations=("school",)))
    everywhere = running.peers.access.add(Credential(9, 3, organisations=("district",)))
    ungranted = running.peers.access.add(Credential(10, 3, types=("Read.Courses",)))
    assert await weights(running, narrowed) == [2, 9, 5]
    assert await weights(running, everywhere) == [2, 3, 9, 5, 6]
    assert await weights(running, narrowed, person_id=school["a"]) == [2, 5]
    for unseen in ({"person_id": school["b"]}, {"person_sync_key": "b"}):
        assert await running.refused("remarks", narrowed, **unseen) == NO_PERSON
    assert await weights(running, narrowed, hierarchy_sync_key="college course") == []
    assert await weights(running, narrowed, hierarchy_sync_key="college") == []
    assert await weights(running, narrowed, hierarchy_sync_key="district") == [2, 5]
    assert (await running.refused("remarks", ungranted))[1] == "TYPE_NOT_GRANTED"
