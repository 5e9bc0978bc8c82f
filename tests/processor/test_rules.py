"""The texts of the shared rules, each as a partner would bring it about."""

from __future__ import annotations

import pytest
from sqlalchemy import func, insert, select, update

from lms.tables import element, organisation
from tests.processor.conftest import Platform
from tests.processor.messages import COURSE, FILE, FOLDER, LINK, USER, WHERE, file, folder, message
from tests.processor.peers import Lane
from tests.processor.world import NOW, OTHER_SITE, SITE

USERS = [
    ("<UserId>999</UserId>", "User with specified UserId/UserSyncKey is not valid."),
    ("<UserId>-1</UserId>", "User with specified UserId/UserSyncKey is not valid."),
    ("", "User with specified UserId/UserSyncKey is not valid."),
    ("<UserSyncKey>usr-9</UserSyncKey>", "User with specified UserId/UserSyncKey is not valid."),
    ("<UserId>9</UserId>", "User with specified UserId/UserSyncKey is not valid."),
    ("<UserSyncKey>usr-gone</UserSyncKey>", "User with specified UserId/UserSyncKey is deleted."),
    ("<UserId>5</UserId>", "User with specified UserId/UserSyncKey is external."),
    ("<UserId>3</UserId><UserSyncKey>usr-3</UserSyncKey>", "You are not allowed to enter both UserId and UserSyncKey"),
]
FOLDER_USERS = [
    ("<UserId>999</UserId>", "User (creator) does not exist."),
    ("<UserSyncKey>usr-gone</UserSyncKey>", "User (creator) is deleted."),
    ("<UserSyncKey>usr-ext</UserSyncKey>", "User (creator) is external."),
]
COURSES = [
    ("<CourseId>999</CourseId>", "Course with specified CourseId/CourseSyncKey is not valid."),
    ("<CourseSyncKey>crs-19</CourseSyncKey>", "Course with specified CourseId/CourseSyncKey is not valid."),
    ("", "Course with specified CourseId/CourseSyncKey is not valid."),
    ("<CourseSyncKey>crs-gone</CourseSyncKey>", "Course with specified CourseId/CourseSyncKey is deleted."),
    ("<CourseSyncKey>crs-ext</CourseSyncKey>", "Course with specified CourseId/CourseSyncKey is external."),
    ("<CourseId>12</CourseId>", "Course with specified CourseId/CourseSyncKey is archived."),
    (
        "<CourseId>7</CourseId><CourseSyncKey>crs-7</CourseSyncKey>",
        "You are not allowed to enter both CourseId and CourseSyncKey",
    ),
]
PARENTS = [
    ("<ParentSyncKey>none</ParentSyncKey>", "ParentSyncKey cannot be found in the identifier map or is invalid."),
    ("<ParentSyncKey>link</ParentSyncKey>", "ParentSyncKey cannot be found in the identifier map or is invalid."),
    ("<ParentSyncKey>other</ParentSyncKey>", "ParentSyncKey cannot be found in the identifier map or is invalid."),
    ("<ParentSyncKey>gone</ParentSyncKey>", "Folder related to ParentSyncKey has been deleted or removed."),
    ("<ParentId>999</ParentId>", "ParentId cannot be found in the identifier map or is invalid."),
    (
        "<ParentId>1</ParentId><ParentSyncKey>gone</ParentSyncKey>",
        "You are not allowed to enter both ParentId and ParentSyncKey",
    ),
]


def link(where: str) -> str:
    return message(LINK, f"{where}<Title>A</Title><Link>example.org</Link>")


async def refusals(platform: Platform, message_type: str, documents: list[str]) -> list[list[str]]:
    """Sends documents together and returns the texts, having seen that each is refused."""
    lane = platform.lane
    lane.leased = True
    for document in documents:
        platform.peers.lanes.put(lane, message_type, document)
    lane.leased = False
    first = len(lane.messages) - len(documents) + 1
    outcomes = [await platform.outcome(lane, first + place) for place in range(len(documents))]
    assert {outcome.status for outcome in outcomes} == {"Errors"}
    return [outcome.texts for outcome in outcomes]


async def test_users_that_may_not_create_are_refused(platform: Platform) -> None:
    texts = await refusals(platform, LINK, [link(COURSE + user) for user, _ in USERS])
    assert texts == [[text] for _, text in USERS]


async def test_folder_messages_word_the_user_rules_in_their_own_way(platform: Platform) -> None:
    texts = await refusals(platform, FOLDER, [folder(where=COURSE + user) for user, _ in FOLDER_USERS])
    assert texts == [[text] for _, text in FOLDER_USERS]


async def test_courses_that_take_no_content_are_refused(platform: Platform) -> None:
    texts = await refusals(platform, LINK, [link(course + USER) for course, _ in COURSES])
    assert texts == [[text] for _, text in COURSES]


async def test_parents_that_are_no_folder_of_the_course_are_refused(platform: Platform) -> None:
    await platform.send(FOLDER, folder(key="gone"))
    with platform.engine.begin() as connection:
        connection.execute(element.update().values(deleted_at=func.now()))
    await platform.send(LINK, message(LINK, f"{WHERE}<Title>A</Title><Link>a.example</Link>", keys=["link"]))
    elsewhere = "<CourseSyncKey>crs-8</CourseSyncKey>" + USER
    await platform.send(FOLDER, folder(key="other", where=elsewhere))
    texts = await refusals(platform, LINK, [link(WHERE + parent) for parent, _ in PARENTS])
    assert texts == [[text] for _, text in PARENTS]
    by_folder = await refusals(platform, FOLDER, [folder(more=PARENTS[0][0]), folder(more=PARENTS[3][0])])
    assert by_folder == [["Invalid or unknown ParentSyncKey."]] * 2


@pytest.mark.parametrize(
    ("vendor", "text"),
    [
        ("nobody", "Vendor with specified VendorId does not exist."),
        ("printer", "Vendor with specified VendorId is not a content vendor."),
    ],
)
async def test_vendors_that_are_no_content_vendors_are_refused(platform: Platform, vendor: str, text: str) -> None:
    assert await refusals(platform, FOLDER, [folder(vendor=vendor)]) == [[text]]


async def test_keys_are_unique_in_a_message_and_on_a_site(platform: Platform) -> None:
    await platform.send(FOLDER, folder(key="taken"))
    file_id = platform.peers.files.add(5, "a.txt")
    twice = message(FILE, WHERE, keys=["A=k", "B=k"], files=file(file_id))
    pattern = "Message contains duplicates for syncKeys: {}. Make sure your syncKeys are globally unique."
    assert await refusals(platform, FILE, [twice]) == [[pattern.format("k")]]
    assert await refusals(platform, FOLDER, [folder(key="taken")]) == [[pattern.format("taken")]]
    other = Lane(2, 12, OTHER_SITE)
    where = "<CourseId>19</CourseId><UserId>9</UserId>"
    assert (await platform.send(FOLDER, folder(key="taken", where=where), other)).status == "Finished"


async def test_the_same_key_twice_in_a_batch_is_taken_by_the_first(platform: Platform) -> None:
    lane = platform.lane
    lane.leased = True
    for title in ("first", "second"):
        platform.peers.lanes.put(lane, FOLDER, folder(title, key="k"))
    lane.leased = False
    assert (await platform.outcome(lane, 2)).status == "Errors"
    assert (await platform.outcome(lane, 1)).status == "Finished"
    assert platform.values(select(element.c.title)) == ["first"]


@pytest.mark.parametrize("title", ["\N{RIGHT-TO-LEFT OVERRIDE}gpj.exe", "x" * 256])
async def test_titles_that_no_page_could_show_are_refused(platform: Platform, title: str) -> None:
    texts = await refusals(platform, FOLDER, [folder(title)])
    assert texts[0][0] in (
        "Folder name is blank or contains invalid characters.",
        "Title must not be longer than 255 characters.",
    )


async def test_a_narrowed_credential_sees_only_its_organisations_courses(platform: Platform) -> None:
    narrow = Lane(3, 13, 5, organisations=("school-b",))
    assert (await platform.send(FOLDER, folder(), narrow)).texts == [
        "Course with specified CourseId/CourseSyncKey is not valid."
    ]
    elsewhere = "<CourseSyncKey>crs-8</CourseSyncKey>" + USER
    assert (await platform.send(FOLDER, folder(where=elsewhere), narrow)).status == "Finished"


async def test_a_credential_narrowed_to_a_district_sees_its_schools_courses(platform: Platform) -> None:
    district = {
        "id": 3, "site_id": SITE, "sync_key": "district", "title": "D", "kind": "district", "identifier": "",
        "parent_id": None, "created_at": NOW, "updated_at": NOW, "deleted_at": None,
    }  # fmt: skip
    with platform.engine.begin() as connection:
        connection.execute(insert(organisation), district)
        connection.execute(update(organisation).where(organisation.c.sync_key == "school-b").values(parent_id=3))
    narrow = Lane(3, 13, SITE, organisations=("district", "unknown"))
    elsewhere = "<CourseSyncKey>crs-8</CourseSyncKey>" + USER
    assert (await platform.send(FOLDER, folder(where=elsewhere), narrow)).status == "Finished"
    assert (await platform.send(FOLDER, folder(), narrow)).texts == [
        "Course with specified CourseId/CourseSyncKey is not valid."
    ]
