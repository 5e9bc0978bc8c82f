from __future__ import annotations

from typing import Any

from organisation.v1 import read_courses_for_person_pb2 as pb
from organisation.v1.read_base_pb2 import (
    PERSON_ID_TYPE_PERSON_ID,
    PERSON_ID_TYPE_PERSON_SYNC_KEY,
    PERSON_ID_TYPE_USERNAME,
    PagedRequestBase,
)

from tests.files.peers import Credential
from tests.read.conftest import NO_PERSON, Running, on_site

ANNA: dict[str, Any] = {"id_type": PERSON_ID_TYPE_USERNAME, "id": "anna.k"}
READS = ("courses_for_person", "projects_for_person")


def keys(answer: pb.ReadCoursesForPersonResponse) -> list[str]:
    return [course.course_sync_key for course in answer.courses]


async def test_the_courses_a_person_takes_part_in(running: Running) -> None:
    content = running.content
    school = content.organisation(3, "school")
    closed = content.organisation(3, "closed", deleted=True)
    anna, other = content.user(3, "anna", username="anna.k"), content.user(3, "other")
    biology = content.course(3, "bio", id=900, code="BIO-7", organisation_id=school, description="Cells")
    maths = content.course(3, "maths", id=800, organisation_id=closed)
    archived, deleted = content.course(3, "old", is_archived=True), content.course(3, "gone", deleted=True)
    left, others = content.course(3, "left"), content.course(3, "others")
    # Twice in one course, as a teacher and as a student.
    content.member(3, anna, biology, maths, maths, archived, deleted)
    content.member(3, anna, left, deleted=True)
    content.member(3, other, others, biology)
    content.favourite(3, anna, biology)
    content.favourite(3, anna, maths, deleted=True)
    content.favourite(3, anna, others)
    content.favourite(3, other, maths)
    by_id = await running.courses_for_person(id_type=PERSON_ID_TYPE_PERSON_ID, id=str(anna))
    assert (keys(by_id), by_id.base.total, by_id.base.page_size) == (["maths", "bio"], 2, 100)
    assert [course.is_favourite for course in by_id.courses] == [False, True]
    plain, shown = by_id.courses
    assert (shown.course_id, shown.course_code, shown.course_title) == (900, "BIO-7", "Course bio")
    assert shown.organisation_id == school
    assert not plain.HasField("organisation_id")
    assert not shown.HasField("additional_data")
    assert await running.courses_for_person(id_type=PERSON_ID_TYPE_PERSON_SYNC_KEY, id="anna") == by_id
    assert await running.courses_for_person(**ANNA) == by_id
    full = await running.courses_for_person(**ANNA, include_additional_data=True)
    assert full.courses[1].additional_data.course_description == "Cells"
    second = await running.courses_for_person(**ANNA, base=PagedRequestBase(page_index=1, page_size=1))
    assert (keys(second), second.base.total) == (["bio"], 2)
    first = await running.courses_for_person(**ANNA, base=PagedRequestBase(page_size=1))
    after = PagedRequestBase(page_size=1, page_token=first.base.next_page_token)
    assert await running.courses_for_person(**ANNA, base=after) == second
    beyond = await running.courses_for_person(**ANNA, base=PagedRequestBase(page_index=9))
    assert (keys(beyond), beyond.base.total) == ([], 2)
    for base in (PagedRequestBase(page_index=-1), PagedRequestBase(page_size=-1), PagedRequestBase(page_token="x")):
        assert (await running.refused("courses_for_person", **ANNA, base=base))[1] == "INVALID_FIELD"


async def test_a_person_who_is_not_there_is_refused_in_one_text(running: Running) -> None:
    content = running.content
    gone = content.user(3, "gone", deleted=True)
    foreign = content.user(4, "foreign")
    content.user(3, "nameless", username="")
    asked = [(PERSON_ID_TYPE_PERSON_ID, str(number)) for number in (gone, foreign, 99_999, -1, 2**31, "x", "1e0")]
    for key in ("gone", "foreign", "unknown", "\0", " ", "x" * 10_000, "%"):
        asked += [(PERSON_ID_TYPE_PERSON_SYNC_KEY, key), (PERSON_ID_TYPE_USERNAME, key)]
    for read in READS:
        for id_type, text in asked:
            assert await running.refused(read, id_type=id_type, id=text) == NO_PERSON, (read, id_type, text)
        for incomplete in ({}, {"id": "x"}, {"id_type": PERSON_ID_TYPE_USERNAME}):
            refusal = await running.refused(read, **incomplete)
            assert refusal == ("INVALID_ARGUMENT", "READ_REFUSED", "Id and IdType must be specified.")
        assert (await running.refused(read, id_type=77, id="x"))[2] == "IdType is not valid."


async def test_a_name_is_the_one_living_persons_in_sight_who_has_it(running: Running) -> None:
    content = running.content
    here, there = content.organisation(3, "here"), content.organisation(3, "there")
    content.user(3, "before", here, username="anna.k", deleted=True)
    course_id = content.course(3, "c", organisation_id=here)
    content.member(3, content.user(3, "now", here, username="anna.k"), course_id)
    assert keys(await running.courses_for_person(**ANNA)) == ["c"]
    content.user(4, "foreign", username="anna.k")
    content.user(3, "case", username="Anna.K")
    assert keys(await running.courses_for_person(**ANNA)) == ["c"]
    content.user(3, "twin", there, username="anna.k")
    assert await running.refused("courses_for_person", **ANNA) == NO_PERSON
    narrowed = running.peers.access.add(Credential(8, 3, organisations=("here",)))
    assert keys(await running.courses_for_person(narrowed, **ANNA)) == ["c"]


async def test_a_narrowed_credential_sees_its_people_in_its_courses(running: Running) -> None:
    content = running.content
    district = content.organisation(3, "district")
    school, other = content.organisation(3, "school", parent_id=district), content.organisation(3, "other")
    courses = [content.course(3, f"of {one}", organisation_id=one) for one in (school, other, None)]
    projects = [content.project(3, f"of {one}", organisation_id=one) for one in (school, other, None)]
    people = {"ours": (school,), "both": (other, school), "theirs": (other,), "nobody's": ()}
    for key, organisations in people.items():
        number = content.user(3, key, *organisations)
        content.member(3, number, *courses)
        content.project_member(3, number, *projects)
    for credential_id, organisation in ((8, "school"), (9, "district")):
        narrowed = running.peers.access.add(Credential(credential_id, 3, organisations=(organisation,)))
        for key in people:
            ask: dict[str, Any] = {"id_type": PERSON_ID_TYPE_PERSON_SYNC_KEY, "id": key}
            assert len((await running.courses_for_person(**ask)).courses) == 3
            assert len((await running.projects_for_person(**ask)).projects) == 3
            if key in {"ours", "both"}:
                answer = await running.courses_for_person(narrowed, **ask)
                assert ([one.course_id for one in answer.courses], answer.base.total) == ([courses[0]], 1)
                found = await running.projects_for_person(narrowed, **ask)
                assert ([one.project_id for one in found.projects], found.base.total) == ([projects[0]], 1)
            else:
                for read in READS:
                    assert await running.refused(read, narrowed, **ask) == NO_PERSON


async def test_the_type_and_the_site_are_asked_for_each_read(running: Running) -> None:
    running.content.user(3, "anna", username="anna.k")
    everywhere = running.peers.access.add(Credential(9, None, {3}))
    asked: dict[str, tuple[str, dict[str, Any]]] = {
        "courses_for_person": ("Read.Courses.ForPerson", ANNA),
        "projects": ("Read.Projects", {}),
        "projects_for_person": ("Read.Projects.ForPerson", ANNA),
        "terms": ("Read.Terms", {}),
    }
    for method, (name, request) in asked.items():
        others = tuple(other for other, _ in asked.values() if other != name)
        ungranted = running.peers.access.add(Credential(8, 3, types=others))
        assert (await running.refused(method, ungranted, **request))[:2] == ("PERMISSION_DENIED", "TYPE_NOT_GRANTED")
        assert (await running.refused(method, everywhere, **request))[1] == "SITE_REQUIRED"
        there = PagedRequestBase(base=on_site(4))
        assert (await running.refused(method, everywhere, base=there, **request))[1] == "SITE_DENIED"
        here = PagedRequestBase(base=on_site(3))
        assert (await running.refused(method, base=here, **request))[1] == "SITE_NOT_ALLOWED"
        assert (await getattr(running, method)(everywhere, base=here, **request)).base.total == 0
        assert running.peers.access.asked[-1] == (9, name, 3)
