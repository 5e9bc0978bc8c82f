from __future__ import annotations

import pytest
from sqlalchemy import select

from lms.tables import assignment_file, element, element_assignment, file_use
from tests.processor.conftest import Platform
from tests.processor.messages import ASSIGNMENT, COURSE, FILE, FOLDER, USER, WHERE, file, folder, message
from tests.processor.peers import Lane
from tests.processor.placements import DUPLICATE, NO_COURSE, REFUSED, VENDORS, add_neighbours
from tests.processor.test_rules import refusals
from tests.processor.world import OTHER_SITE, SITE

pytestmark = pytest.mark.usefixtures("assessment_world")

ESSAY = "<Title>Essay</Title>"
SETTINGS = (
    "<Description>&lt;b&gt;Write&lt;/b&gt;&lt;script&gt;x&lt;/script&gt;</Description>"
    "<Deadline>2026-12-24T12:00:00+01:00</Deadline><Mandatory>1</Mandatory><Assessment>2</Assessment>"
    "<MaxScore>20</MaxScore><UseGroups>{}</UseGroups><Plagiarism>true</Plagiarism>"
    "<UseAnonymousSubmission>1</UseAnonymousSubmission><Active>0</Active>"
)
NONE_FOUND = "Unable to find any files in the user's site."
SOME_NOT_FOUND = "Unable to find some files in the user's site."
NOBODYS = "0f0e0d0c-0b0a-4908-8706-050403020100"
USED = "File matching the supplied GUID is already used by another element."


def assignment(more: str = "", *, where: str = WHERE, files: str = "", title: str = ESSAY, **rest: object) -> str:
    return message(ASSIGNMENT, f"{where}{title}{more}", files=files, **rest)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("sent", "stored"), [("1", "true"), ("0", "false"), ("true", "true"), ("false", "false"), ("Several", "Several")]
)
async def test_an_assignment_keeps_its_settings(platform: Platform, sent: str, stored: str) -> None:
    outcome = await platform.send(ASSIGNMENT, assignment(SETTINGS.format(sent), keys=["asg-1"], vendor="acme"))
    assert outcome.status == "Finished"
    assert outcome.details == [("Assignment", "Assignment created", "asg-1", "INFO")]
    row = platform.rows(select(element, element_assignment).join(element_assignment))[0]
    assert (row.kind, row.course_id, row.parent_id, row.creator_id, row.vendor_id) == ("Assignment", 7, None, 3, "acme")
    assert (row.title, row.description, row.active, row.sync_key) == ("Essay", "<b>Write</b>", False, "asg-1")
    assert (row.deadline.isoformat(), row.mandatory, row.assessment_scale) == ("2026-12-24T11:00:00+00:00", True, 2)
    assert (row.max_score, row.use_groups, row.plagiarism, row.anonymous) == (20, stored, True, True)


async def test_what_a_message_does_not_speak_of_has_its_default(platform: Platform) -> None:
    outcome = await platform.send(ASSIGNMENT, assignment())
    assert outcome.status == "Finished"
    row = platform.rows(select(element, element_assignment).join(element_assignment))[0]
    assert (row.description, row.active, row.deadline, row.mandatory) == ("", True, None, False)
    assert (row.assessment_scale, row.max_score) == (None, None)
    assert (row.use_groups, row.plagiarism, row.anonymous) == ("false", False, False)
    assert outcome.keys == [row.sync_key]
    assert platform.rows(select(assignment_file)) == []


async def test_files_are_attached_in_order_and_each_once(platform: Platform) -> None:
    files = platform.peers.files
    first, second = files.add(5, "sources.pdf", b"12345"), files.add(5, "b.txt", single_use=True)
    listed = file(first) + file(second) + file(first.upper()) + file("{" + second + "}")
    outcome = await platform.send(ASSIGNMENT, assignment(files=listed))
    assert (outcome.status, outcome.texts) == ("Finished", ["Assignment created"])
    rows = platform.rows(select(assignment_file).order_by(assignment_file.c.position))
    assert [(row.position, row.file_id, row.name, row.size, row.content_type) for row in rows] == [
        (1, first, "sources.pdf", 5, "application/x-test"),
        (2, second, "b.txt", 7, "application/x-test"),
    ]
    assert sorted(platform.values(select(file_use.c.file_id))) == sorted([first, second])
    assert files.confirmed[11, 1] == sorted([first, second])


@pytest.mark.parametrize(
    ("missing", "text"),
    [
        (NOBODYS, SOME_NOT_FOUND),
        ("{foreign}", SOME_NOT_FOUND),
        ("no guid", "File doesn't exist."),
    ],
)
async def test_a_missing_file_among_others_is_a_warning(platform: Platform, missing: str, text: str) -> None:
    files = platform.peers.files
    good, foreign = files.add(SITE, "a.txt"), files.add(OTHER_SITE, "b.txt")
    listed = file(missing.format(foreign=foreign)) + file(good)
    outcome = await platform.send(ASSIGNMENT, assignment(files=listed, keys=["asg-1"]))
    assert (outcome.status, outcome.details) == ("Warnings", [("Assignment", text, "asg-1", "WARNING")])
    rows = platform.rows(select(assignment_file))
    assert [(row.position, row.file_id) for row in rows] == [(1, good)]
    assert platform.values(select(element.c.sync_key)) == ["asg-1"]


async def test_without_any_of_its_files_an_assignment_is_refused(platform: Platform) -> None:
    foreign = platform.peers.files.add(OTHER_SITE, "b.txt")
    for listed in (file(foreign), file(NOBODYS), file("no guid") + file(foreign)):
        outcome = await platform.send(ASSIGNMENT, assignment(files=listed))
        assert (outcome.status, outcome.details) == ("Errors", [("Assignment", NONE_FOUND, "", "ERROR")])
    assert platform.rows(select(element)) == []
    assert platform.rows(select(file_use)) == []


async def test_a_file_for_one_element_is_not_attached_to_a_second(platform: Platform) -> None:
    good, used = platform.peers.files.add(5, "a.txt"), platform.peers.files.add(5, "b.txt", single_use=True)
    assert (await platform.send(ASSIGNMENT, assignment(files=file(used)))).status == "Finished"
    for message_type, document in (
        (ASSIGNMENT, assignment(files=file(good) + file(used))),
        (FILE, message(FILE, WHERE, files=file(used))),
    ):
        outcome = await platform.send(message_type, document)
        assert (outcome.status, outcome.texts) == ("Errors", [USED])
    assert len(platform.rows(select(element))) == 1


async def test_the_shared_rules_hold(platform: Platform) -> None:
    await add_neighbours(platform)
    broken = {
        **{assignment(where=where): text for where, text in REFUSED.items()},
        **{assignment(vendor=vendor): text for vendor, text in VENDORS.items()},
        assignment(title="<Title> </Title>"): "Title is blank or contains invalid characters.",
        assignment(title=f"<Title>{'x' * 256}</Title>"): "Title must not be longer than 255 characters.",
        assignment(keys=["link"]): DUPLICATE,
    }
    texts = await refusals(platform, ASSIGNMENT, list(broken))
    assert texts == [[text] for text in broken.values()]
    assert platform.rows(select(element_assignment)) == []


async def test_texts_stand_in_the_order_of_the_decisions(platform: Platform) -> None:
    document = assignment(where="", title="<Title/>", vendor="nobody", files=file("no guid"))
    outcome = await platform.send(ASSIGNMENT, document)
    assert outcome.texts == [
        "Vendor with specified VendorId does not exist.",
        "User with specified UserId/UserSyncKey is not valid.",
        NO_COURSE,
        NONE_FOUND,
        "Title is blank or contains invalid characters.",
    ]


async def test_an_assignment_in_a_folder_stands_after_what_is_there(platform: Platform) -> None:
    await platform.send(FOLDER, folder(key="week-1"))
    inside = assignment("<ParentSyncKey>week-1</ParentSyncKey>", keys=["a"])
    outcomes = [await platform.send(ASSIGNMENT, one) for one in (inside, inside.replace(">a<", ">b<"))]
    assert [outcome.keys for outcome in outcomes] == [["a"], ["b"]]
    rows = platform.rows(select(element).order_by(element.c.id))
    assert [(row.parent_id, row.position) for row in rows[1:]] == [(rows[0].id, 1), (rows[0].id, 2)]


async def test_another_site_and_another_school_see_no_course(platform: Platform) -> None:
    narrow = Lane(2, 12, SITE, organisations=("school-b",))
    assert (await platform.send(ASSIGNMENT, assignment(), narrow)).texts == [NO_COURSE]
    elsewhere = f"<CourseSyncKey>crs-8</CourseSyncKey>{USER}"
    assert (await platform.send(ASSIGNMENT, assignment(where=elsewhere), narrow)).status == "Finished"
    other = Lane(3, 13, OTHER_SITE)
    where = f"{COURSE}<UserId>9</UserId>"
    assert (await platform.send(ASSIGNMENT, assignment(where=where), other)).texts == [NO_COURSE]
