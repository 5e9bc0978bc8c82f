from __future__ import annotations

from typing import Any

from organisation.v1 import read_projects_pb2 as pb
from organisation.v1.read_base_pb2 import PERSON_ID_TYPE_PERSON_ID, PagedRequestBase

from tests.files.peers import Credential
from tests.read.conftest import Running, not_valid
from tests.read.content import NOW

NO_PROJECT = not_valid("Project with specified ProjectId")
BELONG_TOGETHER = ("INVALID_ARGUMENT", "READ_REFUSED", "IdType must be specified if and only if Id is specified.")


def numbers(answer: Any) -> list[int]:
    return [project.project_id for project in answer.projects]


def by_number(number: object) -> dict[str, Any]:
    return {"id_type": pb.PROJECT_ID_TYPE_PROJECT_ID, "id": str(number)}


def of_organisation(key: str) -> dict[str, Any]:
    return {"id_type": pb.PROJECT_ID_TYPE_ORGANISATION_SYNC_KEY, "id": key}


async def test_projects_come_by_id_and_one_by_its_number(running: Running) -> None:
    content = running.content
    school = content.organisation(3, "school")
    closed = content.organisation(3, "closed", deleted=True)
    content.project(3, "b", id=20, organisation_id=school, description="Beds")
    content.project(3, "a", id=10, organisation_id=closed)
    archived = content.project(3, "old", is_archived=True)
    deleted, foreign = content.project(3, "gone", deleted=True), content.project(4, "foreign")
    answer = await running.projects()
    assert (numbers(answer), answer.base.total) == ([10, 20], 2)
    plain, shown = answer.projects
    assert (shown.project_title, shown.project_description, shown.organisation_id) == ("Project b", "Beds", school)
    assert shown.last_updated.ToDatetime(NOW.tzinfo) == NOW
    assert not plain.HasField("organisation_id")
    assert not shown.HasField("additional_data")
    pages = [await running.projects(base=PagedRequestBase(page_index=index, page_size=1)) for index in range(3)]
    assert [numbers(page) for page in pages] == [[10], [20], []]
    token = PagedRequestBase(page_size=1, page_token=pages[0].base.next_page_token)
    assert await running.projects(base=token) == pages[1]
    full = (await running.projects(include_additional_data=True)).projects
    assert not full[0].additional_data.organisation_sync_key
    more = full[1].additional_data
    assert (more.organisation_sync_key, more.organisation_title, more.is_archived) == ("school", "The school", False)
    assert more.created_date.ToDatetime(NOW.tzinfo) == NOW
    assert numbers(await running.projects(**by_number(" +010 "))) == [10]
    [old] = (await running.projects(**by_number(archived), include_additional_data=True)).projects
    assert old.additional_data.is_archived
    for number in (deleted, foreign, 99_999, -1, 2**31, "x", "\0", "9" * 30):
        assert await running.refused("projects", **by_number(number)) == NO_PROJECT
    assert numbers(await running.projects(id_type=pb.PROJECT_ID_TYPE_UNSPECIFIED)) == [10, 20]


async def test_id_and_id_type_of_projects_belong_together(running: Running) -> None:
    for request in ({"id": "5"}, {"id_type": 1}, {"id_type": 2}, {"id_type": 0, "id": "5"}, {"id_type": 77}):
        assert await running.refused("projects", **request) == BELONG_TOGETHER
    assert (await running.refused("projects", id_type=77, id="5"))[2] == "IdType is not valid."
    for base in (PagedRequestBase(page_index=-1), PagedRequestBase(page_size=-1), PagedRequestBase(page_token="x")):
        assert (await running.refused("projects", base=base))[:2] == ("INVALID_ARGUMENT", "INVALID_FIELD")


async def test_projects_of_an_organisation_and_those_below_it(running: Running) -> None:
    content = running.content
    district = content.organisation(3, "district")
    school = content.organisation(3, "school", parent_id=district)
    closed = content.organisation(3, "closed", parent_id=district, deleted=True)
    own, taught = (content.project(3, str(one), organisation_id=one) for one in (district, school))
    lost, nobodys = (content.project(3, str(one), organisation_id=one) for one in (closed, None))
    content.project(3, "old", organisation_id=school, is_archived=True)
    content.project(4, "foreign", organisation_id=content.organisation(4, "district"))
    assert numbers(await running.projects(**of_organisation("district"))) == [own, taught]
    assert numbers(await running.projects(**of_organisation("school"))) == [taught]
    for key in ("closed", "unknown", "\0", "%", "x" * 10_000):
        assert numbers(await running.projects(**of_organisation(key))) == []
    assert numbers(await running.projects()) == [own, taught, lost, nobodys]
    narrowed = running.peers.access.add(Credential(8, 3, organisations=("school",)))
    for request in ({}, of_organisation("district")):
        answer = await running.projects(narrowed, **request)
        assert (numbers(answer), answer.base.total) == ([taught], 1)
    assert numbers(await running.projects(narrowed, **by_number(taught))) == [taught]
    for number in (own, lost, nobodys):
        assert await running.refused("projects", narrowed, **by_number(number)) == NO_PROJECT


async def test_the_projects_a_person_takes_part_in(running: Running) -> None:
    content = running.content
    school = content.organisation(3, "school")
    anna, other = content.user(3, "anna"), content.user(3, "other")
    garden = content.project(3, "garden", description="Beds", organisation_id=school)
    paper, left, others = (content.project(3, key) for key in ("paper", "left", "others"))
    archived, deleted = content.project(3, "old", is_archived=True), content.project(3, "gone", deleted=True)
    content.project_member(3, anna, paper, garden, garden, archived, deleted)
    content.project_member(3, anna, left, deleted=True)
    content.project_member(3, other, others)
    person: dict[str, Any] = {"id_type": PERSON_ID_TYPE_PERSON_ID, "id": str(anna)}
    answer = await running.projects_for_person(**person)
    assert (numbers(answer), answer.base.total) == ([garden, paper], 2)
    shown = answer.projects[0]
    assert (shown.project_title, shown.project_description) == ("Project garden", "Beds")
    assert shown.organisation_id == school
    assert shown.last_updated.ToDatetime(NOW.tzinfo) == NOW
    assert not shown.HasField("additional_data")
    full = await running.projects_for_person(**person, include_additional_data=True)
    assert full.projects[0].additional_data.organisation_title == "The school"
    second = await running.projects_for_person(**person, base=PagedRequestBase(page_index=1, page_size=1))
    assert (numbers(second), second.base.total) == ([paper], 2)
