from __future__ import annotations

from typing import Any

from sqlalchemy import update

from lms import tables
from tests.files.peers import Credential
from tests.read.conftest import NO_COURSE, Running, not_valid, on_site
from tests.read.content import NOW

NO_PATH = not_valid("Path")
FILE = "11111111-2222-3333-4444-555555555555"


async def names(running: Running, course_id: int, **request: Any) -> tuple[list[str], list[str]]:
    answer = await running.files(course_id=course_id, **request)
    return [one.name for one in answer.course_files], [one.name for one in answer.course_folders]


async def test_one_folder_at_a_time_by_either_separator(running: Running) -> None:
    content = running.content
    course_id, other = content.course(3, "bio"), content.course(3, "other")
    handouts = content.course_file(3, course_id, "\\Handouts")
    week = content.course_file(3, course_id, "\\Handouts\\Week 1", handouts)
    content.course_file(3, course_id, "\\b.pdf", file_id=FILE)
    content.course_file(3, course_id, "\\a.pdf", file_id=FILE)
    content.course_file(3, course_id, "\\gone.pdf", file_id=FILE, deleted_at=NOW)
    content.course_file(3, course_id, "\\Gone", deleted_at=NOW)
    content.course_file(3, course_id, "\\Handouts\\Week 1\\c.txt", week, file_id=FILE)
    content.course_file(3, other, "\\x.pdf", file_id=FILE)
    for root in ("", "/", "\\"):
        assert await names(running, course_id, path=root) == (["a.pdf", "b.pdf"], ["Handouts"])
    assert (await running.files(course_sync_key="bio")).course_files[0].name == "a.pdf"
    assert await names(running, course_id, path="Handouts") == ([], ["Week 1"])
    for path in ("/Handouts/Week 1", "Handouts\\Week 1", "\\Handouts/Week 1\\", "Handouts//Week 1"):
        assert await names(running, course_id, path=path) == (["c.txt"], []), path
    answer = await running.files(course_id=course_id, path="/Handouts/Week 1")
    assert (answer.course_files[0].path, answer.course_files[0].url) == ("\\Handouts\\Week 1\\c.txt", "")
    folder = (await running.files(course_id=course_id)).course_folders[0]
    assert await names(running, course_id, path=folder.path) == ([], ["Week 1"])
    assert await names(running, course_id, output=1) == (["a.pdf", "b.pdf"], [])
    assert await names(running, course_id, output=2) == ([], ["Handouts"])
    assert (await running.refused("files", course_id=course_id, output=9))[2] == "Output is not valid."
    for path in ("nowhere", "/b.pdf", "Gone", "Handouts/..", "\0", "x" * 100_000, "' OR 1=1 --", "%"):
        assert await running.refused("files", course_id=course_id, path=path) == NO_PATH, path[:20]


async def test_a_list_is_given_again_but_who_may_see_it_is_decided_each_time(running: Running) -> None:
    content = running.content
    school = content.organisation(3, "school")
    course_id = content.course(3, "bio", organisation_id=school)
    empty = content.course_file(3, course_id, "\\Empty")
    content.course_file(3, course_id, "\\a.pdf", file_id=FILE)
    assert await names(running, course_id) == (["a.pdf"], ["Empty"])
    assert await names(running, course_id, path="Empty") == ([], [])
    content.course_file(3, course_id, "\\late.pdf", file_id=FILE)
    content.course_file(3, course_id, "\\Empty\\late.pdf", empty, file_id=FILE)
    content.course_file(3, course_id, "\\Late")
    assert await names(running, course_id) == (["a.pdf"], ["Empty"])
    assert await names(running, course_id, output=2) == ([], ["Empty"])
    assert await names(running, course_id, path="Empty") == (["late.pdf"], [])
    assert await names(running, course_id, path="Late") == ([], [])
    strangers = [
        running.peers.access.add(Credential(8, 4)),
        running.peers.access.add(Credential(9, 3, organisations=("elsewhere",))),
    ]
    for stranger in strangers:
        assert await running.refused("files", stranger, course_id=course_id) == NO_COURSE
        assert await running.refused("files", stranger, course_id=course_id + 1000) == NO_COURSE
    roaming = running.peers.access.add(Credential(10, None, {3, 4}))
    assert (await running.files(roaming, base=on_site(3), course_id=course_id)).course_files
    assert await running.refused("files", roaming, base=on_site(4), course_id=course_id) == NO_COURSE
    narrowed = running.peers.access.add(Credential(11, 3, organisations=("school",)))
    assert (await running.files(narrowed, course_id=course_id)).course_files
    with content.engine.begin() as connection:
        connection.execute(update(tables.course).values(deleted_at=NOW))
    assert await running.refused("files", course_id=course_id) == NO_COURSE
