from __future__ import annotations

from datetime import UTC, datetime

import pytest
from organisation.v1 import read_course_elements_pb2 as pb

from tests.files.peers import Credential
from tests.read.conftest import NO_COURSE, Running, not_valid, on_site
from tests.read.elements import NO_FOLDER, titles

NO_ELEMENT = not_valid("Element with specified ElementId/ElementSyncKey")


async def test_one_level_at_a_time_in_the_courses_order(running: Running) -> None:
    content = running.content
    course_id = content.course(3, "bio")
    other_id = content.course(3, "other")
    folder = content.element(3, course_id, "Folder", "Folder", position=2)
    content.element(3, course_id, "Page", "Last", position=3)
    content.element(3, course_id, "Page", "First", position=1)
    content.element(3, course_id, "Page", "Deleted", position=4, deleted=True)
    content.element(3, course_id, "Page", "Inside", folder)
    nested = content.element(3, course_id, "Folder", "Nested", folder, position=2)
    content.element(3, other_id, "Page", "Other course")
    for by in ({"course_id": course_id}, {"course_sync_key": "bio"}):
        assert titles(await running.elements(**by)) == (["First", "Last"], ["Folder"])
        assert titles(await running.elements(**by, folder_id=0)) == (["First", "Last"], ["Folder"])
    inside = await running.elements(course_id=course_id, folder_id=folder)
    assert titles(inside) == (["Inside"], ["Nested"])
    assert inside.course_elements[0].folder_id == folder
    assert inside.course_folders[0].parent_folder_id == folder
    assert titles(await running.elements(course_id=course_id, folder_id=nested)) == ([], [])
    assert titles(await running.elements(course_id=course_id, output=pb.COURSE_ELEMENT_OUTPUT_FOLDER)) == (
        [],
        ["Folder"],
    )
    assert titles(await running.elements(course_id=course_id, output=pb.COURSE_ELEMENT_OUTPUT_ELEMENT)) == (
        ["First", "Last"],
        [],
    )
    assert (await running.refused("elements", course_id=course_id, output=9))[2] == "Output is not valid."


async def test_all_members_of_an_element_and_a_folder(running: Running) -> None:
    content = running.content
    course_id = content.course(3, "bio")
    link = content.element(
        3, course_id, "Extension", "Link", sync_key="el-1", extension_id=5010, position=4, active=False
    )
    content.link(link, "https://example.org/?a=1&b=2")
    folder = content.element(3, course_id, "Folder", "Folder", sync_key="fo-1", active=False)
    answer = await running.elements(course_id=course_id)
    element, shown = answer.course_elements[0], answer.course_folders[0]
    assert (element.element_id, element.element_sync_key, element.title) == (link, "el-1", "Link")
    assert (element.active, element.order, element.extension_id, element.type) == (False, 4, 5010, "Link")
    assert element.created_date.ToDatetime(UTC) == datetime(2031, 2, 3, 8, tzinfo=UTC)
    assert element.last_updated == element.created_date
    assert element.url == "https://example.org/?a=1&b=2"
    assert not element.HasField("folder_id")
    assert not element.content
    assert (shown.folder_id, shown.folder_sync_key, shown.title, shown.active) == (folder, "fo-1", "Folder", False)
    assert not shown.HasField("parent_folder_id")


@pytest.mark.parametrize("method", ["elements", "element"])
async def test_the_course_is_named_by_exactly_one_of_two(running: Running, method: str) -> None:
    course_id = running.content.course(3, "bio")
    both = await running.refused(method, course_id=course_id, course_sync_key="bio")
    assert both == ("INVALID_ARGUMENT", "READ_REFUSED", "You are not allowed to enter both CourseId and CourseSyncKey.")
    neither = await running.refused(method)
    assert neither[2] == "Either CourseId or CourseSyncKey must be specified."


async def test_the_element_is_named_by_exactly_one_of_two(running: Running) -> None:
    course_id = running.content.course(3, "bio")
    number = running.content.element(3, course_id, "Folder", "Folder", sync_key="fo")
    both = await running.refused("element", course_id=course_id, element_id=number, element_sync_key="fo")
    assert both[2] == "You are not allowed to enter both ElementId and ElementSyncKey."
    neither = await running.refused("element", course_id=course_id)
    assert neither[2] == "Either ElementId or ElementSyncKey must be specified."
    for by in ({"element_id": number}, {"element_sync_key": "fo"}):
        assert (await running.element(course_id=course_id, **by)).type == "Folder"


async def test_what_is_elsewhere_is_as_if_it_did_not_exist(running: Running) -> None:
    content = running.content
    mine, other, theirs = content.course(3, "mine"), content.course(3, "other"), content.course(4, "theirs")
    deleted = content.course(3, "deleted", deleted=True)
    foreign = content.element(4, theirs, "Folder", "Foreign", sync_key="foreign")
    elsewhere = content.element(3, other, "Folder", "Elsewhere", sync_key="elsewhere")
    gone = content.element(3, mine, "Folder", "Gone", sync_key="gone", deleted=True)
    page = content.element(3, mine, "Page", "Page")
    for course in ({"course_id": theirs}, {"course_sync_key": "theirs"}, {"course_id": deleted}, {"course_id": 99_999}):
        assert await running.refused("elements", **course) == NO_COURSE
        assert await running.refused("element", **course, element_id=foreign) == NO_COURSE
    assert await running.refused("elements", course_sync_key="\0") == NO_COURSE
    for folder in (foreign, elsewhere, gone, page, 99_999, -1):
        assert await running.refused("elements", course_id=mine, folder_id=folder) == NO_FOLDER
    for number in (foreign, elsewhere, gone, 99_999):
        assert await running.refused("element", course_id=mine, element_id=number) == NO_ELEMENT
    for key in ("foreign", "elsewhere", "gone", "unknown", "\0"):
        assert await running.refused("element", course_id=mine, element_sync_key=key) == NO_ELEMENT


async def test_a_narrowed_credential_reads_its_organisations_courses_alone(running: Running) -> None:
    content = running.content
    school = content.organisation(3, "school")
    mine, theirs = content.course(3, "mine", organisation_id=school), content.course(3, "theirs")
    number = content.element(3, theirs, "Folder", "Folder")
    narrowed = running.peers.access.add(Credential(8, 3, organisations=("school",)))
    assert titles(await running.elements(narrowed, course_id=mine)) == ([], [])
    assert await running.refused("elements", narrowed, course_id=theirs) == NO_COURSE
    assert await running.refused("element", narrowed, course_id=theirs, element_id=number) == NO_COURSE


async def test_a_credential_of_all_sites_reads_the_site_that_it_names(running: Running) -> None:
    content = running.content
    everywhere = running.peers.access.add(Credential(9, None, {3, 4}))
    for site_id in (3, 4):
        course_id = content.course(site_id, "same")
        content.element(site_id, course_id, "Folder", f"Of site {site_id}")
    for site_id in (3, 4):
        answer = await running.elements(everywhere, base=on_site(site_id), course_sync_key="same")
        assert titles(answer) == ([], [f"Of site {site_id}"])
