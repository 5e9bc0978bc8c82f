from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from organisation.v1 import read_courses_pb2 as pb
from organisation.v1.read_base_pb2 import PagedRequestBase
from sqlalchemy import select, update

from lms import tables
from tests.files.peers import Credential
from tests.read.conftest import NO_COURSE, Running, on_site, page


def keys(answer: pb.ReadCoursesResponse) -> list[str]:
    return [course.course_sync_key for course in answer.courses]


async def test_all_visible_courses_come_by_id_without_deleted_and_archived_ones(running: Running) -> None:
    content = running.content
    content.course(3, "b", id=20, code="BIO-7")
    content.course(3, "a", id=10)
    content.course(3, "deleted", deleted=True)
    content.course(3, "archived", is_archived=True)
    content.course(4, "foreign")
    answer = await running.courses()
    assert keys(answer) == ["a", "b"]
    assert (answer.base.current_page_index, answer.base.page_size, answer.base.total) == (0, 100, 2)
    course = answer.courses[1]
    assert (course.course_id, course.course_title, course.course_code) == (20, "Course b", "BIO-7")
    assert not course.HasField("additional_data")


async def test_pages_by_number_and_by_token_are_the_same(running: Running) -> None:
    for number in range(1, 8):
        running.content.course(3, f"c{number}")
    by_number = [await running.courses(base=page(index, 3)) for index in range(4)]
    assert [keys(answer) for answer in by_number] == [["c1", "c2", "c3"], ["c4", "c5", "c6"], ["c7"], []]
    assert {answer.base.total for answer in by_number} == {7}
    by_token = [await running.courses(base=page(size=3))]
    while token := by_token[-1].base.next_page_token:
        by_token.append(await running.courses(base=page(size=3, token=token)))
    assert by_token == by_number[:3]


async def test_a_row_that_goes_between_two_pages_moves_no_other_out_of_sight(running: Running) -> None:
    ids = [running.content.course(3, f"c{number}") for number in range(1, 5)]
    first = await running.courses(base=page(size=2))
    running.content.insert(
        tables.course_term, course_id=ids[0], term_id=running.content.term(3, "t", None, None), position=0
    )
    with running.content.engine.begin() as connection:
        connection.execute(tables.course.update().where(tables.course.c.id == ids[0]).values(is_archived=True))
    second = await running.courses(base=page(size=2, token=first.base.next_page_token))
    assert keys(second) == ["c3", "c4"]


async def test_page_sizes_are_clamped_and_echoed(running: Running) -> None:
    running.content.course(3, "a")
    for asked, used in ((None, 100), (0, 100), (1, 1), (100, 100), (101, 100), (2**31 - 1, 100)):
        assert (await running.courses(base=page(size=asked))).base.page_size == used


async def test_pages_that_cannot_be_are_refused(running: Running) -> None:
    for base in (page(-1), page(size=-1), page(token="x"), page(token="WzEsLTFd"), page(token="W10")):
        assert (await running.refused("courses", base=base))[:2] == ("INVALID_ARGUMENT", "INVALID_FIELD")


async def test_the_last_page_there_could_be_is_empty(running: Running) -> None:
    running.content.course(3, "a")
    assert keys(await running.courses(base=page(2**31 - 1, 100))) == []


@pytest.mark.parametrize("name", ["COURSE_ID_TYPE_COURSE_ID", "COURSE_ID_TYPE_COURSE_SYNC_KEY"])
async def test_one_course_by_number_or_key(running: Running, name: str) -> None:
    content = running.content
    numbers = {key: content.course(3, key) for key in ("a", "b")}
    numbers["archived"] = content.course(3, "archived", is_archived=True)
    numbers["deleted"] = content.course(3, "deleted", deleted=True)
    numbers["foreign"] = content.course(4, "foreign")
    numbers["unknown"] = 99_999
    by_number = name == "COURSE_ID_TYPE_COURSE_ID"

    def ask(key: str) -> dict[str, Any]:
        return {"id_type": pb.CourseIdType.Value(name), "id": str(numbers[key]) if by_number else key}

    assert keys(await running.courses(**ask("a"))) == ["a"]
    archived = await running.courses(**ask("archived"), include_additional_data=True)
    assert archived.courses[0].additional_data.is_archived
    for key in ("deleted", "foreign", "unknown"):
        assert await running.refused("courses", **ask(key)) == NO_COURSE


async def test_what_is_no_number_names_no_course(running: Running) -> None:
    running.content.course(3, "a", id=1)
    for text in ("x", "1 2", "-1", "9" * 30, "1.0", "\0", "\u0663", "0x1", "2147483648"):
        for id_type in (pb.COURSE_ID_TYPE_COURSE_ID, pb.COURSE_ID_TYPE_COURSE_SYNC_KEY):
            assert await running.refused("courses", id_type=id_type, id=text) == NO_COURSE
        assert keys(await running.courses(id_type=pb.COURSE_ID_TYPE_GROUP_HIERARCHY_ID, id=text)) == []
    assert keys(await running.courses(id_type=pb.COURSE_ID_TYPE_COURSE_ID, id=" +01 ")) == ["a"]


async def test_id_and_id_type_belong_together(running: Running) -> None:
    text = "IdType cannot be Unspecified when Id is specified."
    assert await running.refused("courses", id="5") == ("INVALID_ARGUMENT", "READ_REFUSED", text)
    text = "Id must be specified when IdType is specified."
    for id_type in range(1, 7):
        assert (await running.refused("courses", id_type=id_type))[2] == text
    assert (await running.refused("courses", id_type=77, id="5"))[2] == "IdType is not valid."


async def test_courses_of_an_organisation_a_term_and_a_group(running: Running) -> None:
    content = running.content
    school = content.organisation(3, "school")
    namesake = content.organisation(4, "school")
    term = content.term(3, "t1", None, None)
    ended = content.term(3, "deleted", None, None, deleted=True)
    a = content.course(3, "a", organisation_id=school)
    b = content.course(3, "b")
    archived = content.course(3, "archived", organisation_id=school, is_archived=True)
    content.course(4, "a", organisation_id=namesake)
    for course_id in (b, archived):
        content.insert(tables.course_term, course_id=course_id, term_id=term, position=0)
    content.insert(tables.course_term, course_id=a, term_id=ended, position=0)

    async def found(name: str, key: str) -> list[str]:
        return keys(await running.courses(id_type=pb.CourseIdType.Value(f"COURSE_ID_TYPE_{name}"), id=key))

    assert await found("ORGANISATION_SYNC_KEY", "school") == ["a"]
    assert await found("ORGANISATION_SYNC_KEY", "unknown") == []
    assert await found("TERM_SYNC_KEY", "t1") == ["b"]
    assert await found("TERM_SYNC_KEY", "deleted") == []
    assert await found("GROUP_HIERARCHY_SYNC_KEY", "school") == ["a"]
    assert await found("GROUP_HIERARCHY_SYNC_KEY", "b") == ["b"]
    assert await found("GROUP_HIERARCHY_SYNC_KEY", "archived") == []
    assert await found("GROUP_HIERARCHY_ID", str(b)) == ["b"]


async def test_additional_data_is_filled_where_asked_for(running: Running) -> None:
    content = running.content
    school = content.organisation(3, "school")
    course_id = content.course(3, "a", organisation_id=school, description="About", credits="7.5")
    bare = content.course(3, "bare", organisation_id=content.organisation(3, "closed", deleted=True))
    second = content.term(3, "t2", date(2031, 1, 10), date(2031, 6, 20))
    first = content.term(3, "t1", date(2030, 8, 20), None)
    content.insert(tables.course_term, course_id=course_id, term_id=second, position=1)
    content.insert(tables.course_term, course_id=course_id, term_id=first, position=0)
    full, empty = (course.additional_data for course in (await running.courses(include_additional_data=True)).courses)
    assert (full.course_description, full.credits, full.is_archived) == ("About", "7.5", False)
    assert (full.organisation_id, full.organisation_sync_key) == (school, "school")
    assert full.organisation_title == "The school"
    assert (full.group_hierarchy_id, full.group_hierarchy_sync_key) == (course_id, "a")
    assert [(term.term_id, term.name, term.term_sync_key) for term in full.terms] == [
        (first, "Term t1", "t1"),
        (second, "Term t2", "t2"),
    ]
    assert full.start_date.ToDatetime(UTC) == datetime(2030, 8, 20, tzinfo=UTC)
    assert full.end_date.ToDatetime(UTC) == datetime(2031, 6, 20, tzinfo=UTC)
    assert full.created_date.ToDatetime(UTC) == datetime(2031, 2, 3, 8, tzinfo=UTC)
    assert full.last_updated == full.created_date
    assert empty.group_hierarchy_id == bare
    assert not empty.HasField("organisation_id")
    assert not empty.HasField("start_date")
    assert not empty.terms


async def test_a_narrowed_credential_sees_its_organisations_courses_alone(running: Running) -> None:
    content = running.content
    school, college = content.organisation(3, "school"), content.organisation(3, "college")
    mine = content.course(3, "mine", organisation_id=school)
    theirs = content.course(3, "theirs", organisation_id=college)
    content.course(3, "nobody's")
    narrowed = running.peers.access.add(Credential(8, 3, organisations=("school", "elsewhere")))
    answer = await running.courses(narrowed)
    assert (keys(answer), answer.base.total) == (["mine"], 1)
    one = pb.COURSE_ID_TYPE_COURSE_ID
    assert keys(await running.courses(narrowed, id_type=one, id=str(mine))) == ["mine"]
    assert await running.refused("courses", narrowed, id_type=one, id=str(theirs)) == NO_COURSE
    assert keys(await running.courses(narrowed, id_type=pb.COURSE_ID_TYPE_ORGANISATION_SYNC_KEY, id="college")) == []


@pytest.fixture
def district(running: Running) -> int:
    """A district with a course of its own, and schools below it, one of them deleted."""
    content = running.content
    district = content.organisation(3, "district", kind="district")
    region = content.organisation(3, "region", parent_id=district)
    school = content.organisation(3, "school", parent_id=region)
    closed = content.organisation(3, "closed", parent_id=district, deleted=True)
    below_closed = content.organisation(3, "below closed", parent_id=closed)
    places = {"own": district, "taught": school, "closed": closed, "lost": below_closed, "nobody's": None}
    for key, place in places.items():
        content.course(3, key, organisation_id=place)
    content.course(4, "foreign", organisation_id=content.organisation(4, "district"))
    return district


async def test_an_organisation_has_the_courses_of_those_below_it(running: Running, district: int) -> None:
    for id_type in (pb.COURSE_ID_TYPE_ORGANISATION_SYNC_KEY, pb.COURSE_ID_TYPE_GROUP_HIERARCHY_SYNC_KEY):
        assert keys(await running.courses(id_type=id_type, id="district")) == ["own", "taught"]
        assert keys(await running.courses(id_type=id_type, id="region")) == ["taught"]


async def test_a_credential_narrowed_to_an_organisation_sees_the_courses_of_those_below_it(
    running: Running, district: int
) -> None:
    narrowed = running.peers.access.add(Credential(8, 3, organisations=("district",)))
    answer = await running.courses(narrowed)
    assert (keys(answer), answer.base.total) == (["own", "taught"], 2)
    by_school: dict[str, Any] = {"id_type": pb.COURSE_ID_TYPE_ORGANISATION_SYNC_KEY, "id": "school"}
    assert keys(await running.courses(narrowed, **by_school)) == ["taught"]
    lower = running.peers.access.add(Credential(9, 3, organisations=("school",)))
    assert keys(await running.courses(lower)) == ["taught"]


async def test_organisations_in_a_ring_are_all_below_each_other(running: Running, district: int) -> None:
    with running.content.engine.begin() as connection:
        of_district = tables.organisation.c.id == district
        region = select(tables.organisation.c.id).where(tables.organisation.c.sync_key == "region").scalar_subquery()
        connection.execute(update(tables.organisation).where(of_district).values(parent_id=region))
    by_region: dict[str, Any] = {"id_type": pb.COURSE_ID_TYPE_ORGANISATION_SYNC_KEY, "id": "region"}
    assert keys(await running.courses(**by_region)) == ["own", "taught"]


async def test_two_credentials_on_two_sites_see_nothing_of_each_other(running: Running) -> None:
    content = running.content
    other = running.peers.access.add(Credential(8, 4))
    here, there = content.course(3, "same"), content.course(4, "same")
    by_key: dict[str, Any] = {"id_type": pb.COURSE_ID_TYPE_COURSE_SYNC_KEY, "id": "same"}
    assert (await running.courses(**by_key)).courses[0].course_id == here
    assert (await running.courses(other, **by_key)).courses[0].course_id == there
    by_number: dict[str, Any] = {"id_type": pb.COURSE_ID_TYPE_COURSE_ID}
    unknown = await running.refused("courses", other, **by_number, id="99999")
    assert await running.refused("courses", other, **by_number, id=str(here)) == unknown


async def test_the_type_and_the_site_are_asked_for_each_read(running: Running) -> None:
    ungranted = running.peers.access.add(Credential(8, 3, types=("Read.Course.Element",)))
    everywhere = running.peers.access.add(Credential(9, None, {3}))
    base = PagedRequestBase(base=on_site(3))
    assert (await running.refused("courses", ungranted))[:2] == ("PERMISSION_DENIED", "TYPE_NOT_GRANTED")
    assert (await running.refused("elements", ungranted))[:2] == ("PERMISSION_DENIED", "TYPE_NOT_GRANTED")
    assert (await running.refused("courses", everywhere))[1] == "SITE_REQUIRED"
    assert (await running.refused("courses", everywhere, base=PagedRequestBase(base=on_site(4))))[1] == "SITE_DENIED"
    assert (await running.refused("courses", base=base))[1] == "SITE_NOT_ALLOWED"
    assert (await running.courses(everywhere, base=base)).base.total == 0
    assert running.peers.access.asked[-1] == (9, "Read.Courses", 3)
