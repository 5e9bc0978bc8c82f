"""Folders and files with paths: personal ones, and those of courses."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Table, insert, select, update
from sqlalchemy.exc import IntegrityError

from lms.elements import StoredFile
from lms.file_areas import NewItem, names_for
from lms.tables import course_file, file_use, my_file
from tests.processor.conftest import Outcome, Platform
from tests.processor.messages import COURSE, MY_FILE, USER, file, message
from tests.processor.peers import Lane
from tests.processor.world import NOW, OTHER_SITE

MY_FOLDER = "Create.MyFiles.Folder"
COURSE_FILE = "Create.Course.File"
COURSE_FOLDER = "Create.Course.Folder"
PRIVATE = f"{USER}<Visibility>Private</Visibility>"
PUBLIC = f"{USER}<Visibility>Public</Visibility>"
HERE = f"{USER}{COURSE}"
AREAS = [
    pytest.param(MY_FOLDER, MY_FILE, PRIVATE, my_file, "\\myfiles", id="personal"),
    pytest.param(COURSE_FOLDER, COURSE_FILE, HERE, course_file, "", id="course"),
]
INVALID_PARENT = "ParentSyncKey cannot be found in the identifier map or is invalid."
DELETED_PARENT = "Folder related to ParentSyncKey has been deleted or removed."
TAKEN = "Folder name already exists."


def below(key: str) -> str:
    return f"<ParentSyncKey>{key}</ParentSyncKey>"


async def make(
    platform: Platform, kind: str, where: str, name: str = "Notes", key: str = "", lane: Lane | None = None
) -> Outcome:
    return await platform.send(kind, message(kind, f"{where}<Name>{name}</Name>", keys=[key] if key else []), lane)


async def put(platform: Platform, kind: str, where: str, *names: str, **options: Any) -> Outcome:
    listed = "".join(file(platform.peers.files.add(5, name)) for name in names)
    return await platform.send(kind, message(kind, where, files=listed, **options))


@pytest.mark.parametrize(("folders", "files", "where", "table", "root"), AREAS)
async def test_folders_and_files_make_a_tree(
    platform: Platform, folders: str, files: str, where: str, table: Table, root: str
) -> None:
    outcomes = [
        await make(platform, folders, where, "Autumn", "a"),
        await make(platform, folders, where + below("a"), "Week 1", "b"),
        await put(platform, files, where + below("b"), "plan.pdf", keys=["c"]),
        await put(platform, files, where, "plan.pdf"),
    ]
    assert [(one.status, one.details[0][1:]) for one in outcomes[:3]] == [
        ("Finished", (rf"{root}\Autumn", "a", "INFO")),
        ("Finished", (rf"{root}\Autumn\Week 1", "b", "INFO")),
        ("Finished", (rf"{root}\Autumn\Week 1\plan.pdf", "c", "INFO")),
    ]
    assert [one.details[0][0] for one in outcomes] == ["Folder", "Folder", "File", "File"]
    rows = platform.rows(select(table).order_by(table.c.id))
    assert [(row.kind, row.name, row.path) for row in rows] == [
        ("Folder", "Autumn", rf"{root}\Autumn"),
        ("Folder", "Week 1", rf"{root}\Autumn\Week 1"),
        ("File", "plan.pdf", rf"{root}\Autumn\Week 1\plan.pdf"),
        ("File", "plan.pdf", rf"{root}\plan.pdf"),
    ]
    assert [row.parent_id for row in rows] == [None, rows[0].id, rows[1].id, None]
    assert [row.size for row in rows] == [0, 0, 7, 7]


async def test_the_folders_of_one_batch_find_each_other(platform: Platform) -> None:
    platform.lane.leased = True
    for level in range(5):
        where = HERE + (below(f"k{level - 1}") if level else "")
        data = message(COURSE_FOLDER, f"{where}<Name>{level}</Name>", keys=[f"k{level}"])
        platform.peers.lanes.put(platform.lane, COURSE_FOLDER, data)
    platform.lane.leased = False
    outcomes = [await platform.outcome(platform.lane, number) for number in range(1, 6)]
    assert outcomes[-1].texts == [r"\0\1\2\3\4"]


async def test_a_file_of_a_course_is_held_by_it_and_told_of(platform: Platform) -> None:
    files = platform.peers.files
    first, second, foreign = files.add(5, "a.txt", b"12345"), files.add(5, "a.txt"), files.add(OTHER_SITE, "b.txt")
    listed = file(first, Name="Plan.txt", Comment="Read it", SyncKeyRef="K1") + file(foreign) + file("no guid")
    listed += file(second, SyncKeyRef="K9")
    outcome = await platform.send(COURSE_FILE, message(COURSE_FILE, HERE, keys=["K1=one"], vendor="acme", files=listed))
    assert outcome.status == "Warnings"
    assert [(detail[1], detail[3]) for detail in outcome.details] == [
        (r"\Plan.txt", "INFO"),
        ("Unable to find some files in the user's site.", "WARNING"),
        ("File doesn't exist.", "WARNING"),
        ("Supplied SyncRefId not found.", "WARNING"),
    ]
    rows = platform.rows(select(course_file).order_by(course_file.c.id))
    assert [(row.name, row.comment, row.size, row.file_id) for row in rows] == [
        ("Plan.txt", "Read it", 5, first),
        ("a.txt", "", 7, second),
    ]
    assert {(row.site_id, row.course_id, row.creator_id, row.vendor_id) for row in rows} == {(5, 7, 3, "acme")}
    assert [row.sync_key for row in rows] == [outcome.keys[0], outcome.keys[3]]
    used = platform.rows(select(file_use).order_by(file_use.c.course_file_id))
    assert [(use.course_file_id, use.file_id) for use in used] == [(row.id, row.file_id) for row in rows]
    assert files.confirmed[11, 1] == sorted([first, second])


@pytest.mark.parametrize(("folders", "files", "where", "table", "root"), AREAS)
async def test_a_taken_name_gets_a_number(
    platform: Platform, folders: str, files: str, where: str, table: Table, root: str
) -> None:
    assert (await make(platform, folders, where, "Notes", "a")).status == "Finished"
    again = await make(platform, folders, where, "Notes", "b")
    assert (again.status, again.details) == ("Warnings", [("Folder", TAKEN, "b", "WARNING")])
    inside = await put(platform, files, where + below("b"), "x.txt", "x.txt", "Notes")
    assert inside.texts == [rf"{root}\Notes (1)\{name}" for name in ("x.txt", "x (1).txt", "Notes")]
    assert (await put(platform, files, where, "Notes")).texts == [rf"{root}\Notes (2)"]
    assert len(platform.rows(select(table).where(table.c.kind == "Folder"))) == 2


@pytest.mark.parametrize(
    ("folders", "where", "table"), [(MY_FOLDER, PRIVATE, my_file), (COURSE_FOLDER, HERE, course_file)]
)
@pytest.mark.parametrize("name", ["", " \t", "a/b", r"a\b", "..", "a:b", "x" * 256, "\u202eabc"])
async def test_a_bad_name_of_a_folder_is_refused(
    platform: Platform, folders: str, where: str, table: Table, name: str
) -> None:
    outcome = await make(platform, folders, where, name)
    assert (outcome.status, outcome.texts) == ("Errors", ["Folder name is blank or contains invalid characters."])
    assert platform.rows(select(table)) == []


@pytest.mark.parametrize(("folders", "rest"), [(MY_FOLDER, "<Visibility>Public</Visibility>"), (COURSE_FOLDER, COURSE)])
@pytest.mark.parametrize(
    ("user", "text"),
    [
        ("<UserSyncKey>nobody</UserSyncKey>", "User (creator) does not exist."),
        ("<UserId>9</UserId>", "User (creator) does not exist."),
        ("<UserSyncKey>usr-ext</UserSyncKey>", "User (creator) is external."),
        ("<UserId>4</UserId>", "User (creator) is deleted."),
        (
            "<UserId>3</UserId><UserSyncKey>usr-3</UserSyncKey>",
            "You are not allowed to enter both UserId and UserSyncKey",
        ),
    ],
)
async def test_folders_speak_of_their_creators_in_their_own_words(
    platform: Platform, folders: str, rest: str, user: str, text: str
) -> None:
    assert (await make(platform, folders, user + rest)).texts == [text]


@pytest.mark.parametrize(
    ("user", "text"),
    [
        ("<UserSyncKey>usr-9</UserSyncKey>", "User with specified UserId/UserSyncKey is not valid."),
        ("<UserId>5</UserId>", "User with specified UserId/UserSyncKey is external."),
        ("<UserSyncKey>usr-gone</UserSyncKey>", "User with specified UserId/UserSyncKey is deleted."),
    ],
)
async def test_a_course_file_needs_a_good_creator(platform: Platform, user: str, text: str) -> None:
    assert (await put(platform, COURSE_FILE, user + COURSE, "a.txt")).texts == [text]


@pytest.mark.parametrize(
    ("course", "word"),
    [("crs-19", "not valid"), ("crs-gone", "deleted"), ("crs-ext", "external"), ("crs-old", "archived")],
)
async def test_the_course_must_be_one_to_write_to(platform: Platform, course: str, word: str) -> None:
    where = f"{USER}<CourseSyncKey>{course}</CourseSyncKey>"
    expected = [f"Course with specified CourseId/CourseSyncKey is {word}."]
    assert (await make(platform, COURSE_FOLDER, where)).texts == expected
    assert (await put(platform, COURSE_FILE, where, "a.txt")).texts == expected


async def test_a_credential_of_one_school_sees_the_courses_of_that_school_alone(platform: Platform) -> None:
    lane = replace(platform.lane, lane_id=2, organisations=("school-b",), messages=[], outcomes={})
    elsewhere = await make(platform, COURSE_FOLDER, HERE, lane=lane)
    assert elsewhere.texts == ["Course with specified CourseId/CourseSyncKey is not valid."]
    assert (await make(platform, COURSE_FOLDER, f"{USER}<CourseId>8</CourseId>", lane=lane)).status == "Finished"


async def test_a_folder_of_another_tree_is_unknown(platform: Platform) -> None:
    await make(platform, COURSE_FOLDER, f"{USER}<CourseId>8</CourseId>", key="other-course")
    await make(platform, MY_FOLDER, PUBLIC, key="public")
    for key in ("other-course", "public", "none"):
        assert (await put(platform, COURSE_FILE, HERE + below(key), "a.txt")).texts == [INVALID_PARENT]
        assert (await put(platform, MY_FILE, PRIVATE + below(key), "a.txt")).texts == [INVALID_PARENT]
        for kind, where in ((COURSE_FOLDER, HERE), (MY_FOLDER, PRIVATE)):
            assert (await make(platform, kind, where + below(key))).texts == ["Invalid or unknown ParentSyncKey."]
    outcome = await put(platform, COURSE_FILE, HERE + "<ParentId>99</ParentId>", "a.txt")
    assert outcome.texts == ["ParentId cannot be found in the identifier map or is invalid."]
    both = await make(platform, COURSE_FOLDER, HERE + "<ParentId>1</ParentId>" + below("x"))
    assert both.texts == ["You are not allowed to enter both ParentId and ParentSyncKey"]


@pytest.mark.parametrize(("folders", "files", "where", "table", "root"), AREAS)
async def test_a_deleted_folder_takes_nothing(
    platform: Platform, folders: str, files: str, where: str, table: Table, root: str
) -> None:
    await make(platform, folders, where, key="gone")
    with platform.engine.begin() as connection:
        connection.execute(update(table).values(deleted_at=NOW))
    assert (await put(platform, files, where + below("gone"), "a.txt")).texts == [DELETED_PARENT]
    assert (await make(platform, folders, where + below("gone"))).texts == ["Invalid or unknown ParentSyncKey."]


@pytest.mark.parametrize("kind", [COURSE_FOLDER, MY_FOLDER])
async def test_a_key_is_used_once(platform: Platform, kind: str) -> None:
    where = HERE if kind == COURSE_FOLDER else PRIVATE
    await make(platform, kind, where, key="k")
    text = "Message contains duplicates for syncKeys: k. Make sure your syncKeys are globally unique."
    assert (await make(platform, kind, where, "Other", key="k")).texts == [text]
    assert (await put(platform, COURSE_FILE, HERE, "a.txt", keys=["k"])).texts == [text]


@pytest.mark.parametrize(
    ("listed", "text"),
    [
        (file("6f1c2b6e-0000-4000-8000-000000000005"), "Unable to find any files in the user's site."),
        ("good .exe", "Files with extension '.exe' are not allowed."),
        ("good a/b", "File name is blank or contains invalid characters."),
    ],
)
async def test_a_file_that_cannot_be_stored_is_refused(platform: Platform, listed: str, text: str) -> None:
    if listed.startswith("good"):
        listed = file(platform.peers.files.add(5, "a.txt"), Name=listed.removeprefix("good "))
    outcome = await platform.send(COURSE_FILE, message(COURSE_FILE, HERE, files=listed))
    assert (outcome.status, outcome.texts) == ("Errors", [text])
    assert platform.rows(select(course_file)) == platform.rows(select(file_use)) == []


async def test_a_vendor_must_be_a_content_vendor(platform: Platform) -> None:
    body = f"{HERE}<Name>Notes</Name>"
    outcome = await platform.send(COURSE_FOLDER, message(COURSE_FOLDER, body, vendor="printer"))
    assert outcome.texts == ["Vendor with specified VendorId is not a content vendor."]


async def test_the_database_keeps_a_folder_in_its_own_course(platform: Platform) -> None:
    await make(platform, COURSE_FOLDER, HERE, key="a")
    await make(platform, COURSE_FOLDER, f"{USER}<CourseId>8</CourseId>", key="b")
    here, there = platform.rows(select(course_file).order_by(course_file.c.id))
    for change in ({"parent_id": there.id}, {"path": here.path}, {"file_id": "f"}, {"kind": "Poem"}):
        row = {**here._asdict(), "id": 900, "sync_key": "c", "path": r"\c", **change}
        with pytest.raises(IntegrityError), platform.engine.begin() as connection:
            connection.execute(insert(course_file), row)


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=255), st.booleans())
def test_every_name_that_is_tried_is_new_and_fits(name: str, is_file: bool) -> None:
    stored = StoredFile("f", name, "", 1, single_use=False) if is_file else None
    names = list(names_for(NewItem(None, "k", name, stored)))
    assert names[0] == name
    assert len(set(names)) == len(names) == 21
    assert all(0 < len(one) <= 255 for one in names)
