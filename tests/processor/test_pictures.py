"""Profile pictures: given, replaced and removed, each with its use of a file."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Table, delete, insert, select

from lms.pictures import picture_type
from lms.tables import file_use, person, person_organisation, profile_picture
from tests.processor.conftest import Both, Outcome, Platform
from tests.processor.messages import MY_FILE, file, message
from tests.processor.peers import Lane
from tests.processor.world import NOW, OTHER_SITE, PERSON

UPDATE = "Update.Person.ProfilePicture"
DELETE = "Delete.Person.ProfilePicture"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
ANA = "<UserSyncKey>usr-3</UserSyncKey>"
BO = "<UserId>20</UserId>"
INVALID_USER = "User with specified UserId/UserSyncKey is not valid."
NO_PICTURE = "File matching the supplied GUID is not a picture (JPEG, PNG, GIF, BMP or WebP)."
IMAGES = {
    b"\xff\xd8\xff\xe0\x00\x10JFIF": "image/jpeg",
    PNG: "image/png",
    b"GIF87a\x01\x00": "image/gif",
    b"GIF89a\x01\x00": "image/gif",
    b"RIFF\x24\x00\x00\x00WEBPVP8 ": "image/webp",
    b"BM\x36\x00\x00\x00\x00\x00\x00\x00\x36\x00": "image/bmp",
}


@pytest.fixture
def people(platform: Platform) -> Platform:
    """A platform with a second person."""
    row = {**PERSON, "id": 20, "site_id": 5, "sync_key": "usr-20", "created_at": NOW, "updated_at": NOW}
    with platform.engine.begin() as connection:
        connection.execute(insert(person), row)
    return platform


def document(*items: str, vendor: str = "", deletes: bool = False) -> str:
    wrapper, name = ("Persons", "Person") if deletes else ("ProfilePictures", "ProfilePicture")
    listed = "".join(f"<{name}>{item}</{name}>" for item in items)
    sender = f"<VendorId>{vendor}</VendorId>" if vendor else ""
    return f'<Message xmlns="urn:message-schema">{sender}<{wrapper}>{listed}</{wrapper}></Message>'


def shows(who: str, file_id: str) -> str:
    return f"{who}<FileId>{file_id}</FileId>"


async def update(platform: Platform, *items: str, lane: Lane | None = None, **options: Any) -> Outcome:
    return await platform.send(UPDATE, document(*items, **options), lane)


async def remove(platform: Platform, *who: str, lane: Lane | None = None) -> Outcome:
    return await platform.send(DELETE, document(*who, deletes=True), lane)


def image(platform: Platform, *, single_use: bool = False) -> str:
    return platform.peers.files.add(5, "me.png", PNG, single_use=single_use)


def stored(platform: Platform) -> dict[int, str]:
    return {row.person_id: row.file_id for row in platform.rows(select(profile_picture))}


def uses(platform: Platform) -> dict[int, str]:
    return {row.person_id: row.file_id for row in platform.rows(select(file_use))}


async def test_people_get_pictures_in_order(people: Platform) -> None:
    one, two = image(people), image(people)
    outcome = await update(people, shows(BO, f" {two.upper()} "), shows(ANA, one), vendor="acme")
    assert outcome.status == "Finished"
    assert outcome.details == [
        ("Person", "Profile picture updated", "usr-20", "INFO"),
        ("Person", "Profile picture updated", "usr-3", "INFO"),
    ]
    assert stored(people) == uses(people) == {3: one, 20: two}
    rows = people.rows(select(profile_picture))
    assert {(row.name, row.content_type, row.size, row.vendor_id) for row in rows} == {
        ("me.png", "image/png", len(PNG), "acme")
    }
    assert people.peers.files.confirmed[11, 1] == sorted([one, two])


async def test_a_replaced_picture_lets_its_file_go(platform: Platform) -> None:
    first, second = image(platform), image(platform)
    await update(platform, shows(ANA, first))
    assert (await update(platform, shows(ANA, second))).status == "Finished"
    assert stored(platform) == uses(platform) == {3: second}
    assert platform.peers.files.released == [(11, 1, first)]


async def test_a_removed_picture_lets_its_file_go_and_again_is_no_error(platform: Platform) -> None:
    first = image(platform)
    await update(platform, shows(ANA, first))
    outcome = await remove(platform, ANA)
    assert outcome.details == [("Person", "Profile picture deleted", "usr-3", "INFO")]
    assert stored(platform) == uses(platform) == {}
    assert platform.peers.files.released == [(11, 1, first)]
    assert await remove(platform, ANA, ANA) == replace(outcome, details=outcome.details * 2)
    assert platform.peers.files.released == [(11, 1, first)]


async def test_a_file_that_two_people_show_goes_with_the_last(people: Platform) -> None:
    shared = image(people)
    await update(people, shows(ANA, shared), shows(BO, shared))
    assert (await remove(people, ANA)).status == "Finished"
    assert people.peers.files.released == []
    assert (await remove(people, BO)).status == "Finished"
    assert people.peers.files.released == [(11, 1, shared)]


async def test_the_last_picture_of_a_person_stays(platform: Platform) -> None:
    first, last = image(platform), image(platform)
    outcome = await update(platform, shows(ANA, first), shows("<UserId>3</UserId>", last))
    assert outcome.keys == ["usr-3", "usr-3"]
    assert stored(platform) == uses(platform) == {3: last}
    assert platform.peers.files.confirmed[11, 1] == [last]


async def test_a_hundred_people_are_changed_at_once(platform: Platform) -> None:
    people = [{**PERSON, "id": 100 + n, "site_id": 5, "sync_key": f"p{n}"} for n in range(100)]
    with platform.engine.begin() as connection:
        connection.execute(insert(person), [{**one, "created_at": NOW, "updated_at": NOW} for one in people])
    files = [image(platform) for _ in people]
    items = [shows(f"<UserSyncKey>p{n}</UserSyncKey>", one) for n, one in enumerate(files)]
    outcome = await update(platform, *items)
    assert (outcome.status, outcome.keys) == ("Finished", [f"p{n}" for n in range(100)])
    assert stored(platform) == {100 + n: one for n, one in enumerate(files)}
    assert (await remove(platform, *(f"<UserId>{100 + n}</UserId>" for n in range(100)))).status == "Finished"
    assert sorted(platform.peers.files.released) == sorted((11, 1, one) for one in files)


@pytest.mark.parametrize(
    ("who", "text"),
    [
        ("<UserId>9</UserId>", INVALID_USER),
        ("<UserId>99999999999999999999</UserId>", INVALID_USER),
        ("<UserSyncKey>usr-9</UserSyncKey>", INVALID_USER),
        ("", INVALID_USER),
        ("<UserSyncKey>usr-gone</UserSyncKey>", "User with specified UserId/UserSyncKey is deleted."),
        ("<UserId>5</UserId>", "User with specified UserId/UserSyncKey is external."),
        (
            "<UserId>3</UserId><UserSyncKey>usr-3</UserSyncKey>",
            "You are not allowed to enter both UserId and UserSyncKey",
        ),
    ],
)
async def test_one_bad_person_leaves_all_as_they_were(platform: Platform, who: str, text: str) -> None:
    old, new = image(platform), image(platform)
    await update(platform, shows(ANA, old))
    for outcome in (await update(platform, shows(ANA, new), shows(who, new)), await remove(platform, ANA, who)):
        assert (outcome.status, outcome.texts) == ("Errors", [text])
    assert stored(platform) == uses(platform) == {3: old}
    assert platform.peers.files.confirmed[11, 2] == []
    assert platform.peers.files.released == []


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"BM is a text", b"RIFF\x24\x00\x00\x00WAVEfmt ", b"GIF90a"])
async def test_what_is_no_picture_is_refused_by_its_content(platform: Platform, content: bytes) -> None:
    file_id = platform.peers.files.add(5, "me.png", content)
    outcome = await update(platform, shows(ANA, file_id))
    assert (outcome.status, outcome.texts) == ("Errors", [NO_PICTURE])
    assert stored(platform) == {}


@pytest.mark.parametrize("content", IMAGES)
async def test_each_kind_of_picture_is_told_by_its_content(platform: Platform, content: bytes) -> None:
    file_id = platform.peers.files.add(5, "picture", content + bytes(600_000))
    assert (await update(platform, shows(ANA, file_id))).status == "Finished"
    assert platform.values(select(profile_picture.c.content_type)) == [IMAGES[content]]


async def test_a_file_of_another_site_is_not_found(platform: Platform) -> None:
    foreign = platform.peers.files.add(OTHER_SITE, "me.png", PNG)
    for file_id in (foreign, "no guid", "6f1c2b6e-0000-4000-8000-000000000007"):
        outcome = await update(platform, shows(ANA, file_id))
        assert (outcome.status, outcome.texts) == ("Errors", ["Unable to find file matching the supplied GUID."])


async def test_a_file_for_one_user_has_one(people: Platform) -> None:
    text = ["File matching the supplied GUID is already used by another element."]
    only = image(people, single_use=True)
    assert (await update(people, shows(ANA, only), shows(BO, only))).texts == text
    assert (await update(people, shows(ANA, only))).status == "Finished"
    assert (await update(people, shows(ANA, only))).status == "Finished"
    assert (await update(people, shows(BO, only))).texts == text
    mine = await people.send(MY_FILE, message(MY_FILE, f"{ANA}<Visibility>Public</Visibility>", files=file(only)))
    assert mine.texts == text
    await remove(people, ANA)
    assert (await update(people, shows(BO, only))).status == "Finished"


async def test_a_credential_of_one_school_changes_its_people_alone(people: Platform) -> None:
    with people.engine.begin() as connection:
        connection.execute(
            insert(person_organisation),
            [
                {"person_id": 20, "organisation_id": 2, "position": 0},
                {"person_id": 4, "organisation_id": 1, "position": 0},
            ],
        )
    lane = Lane(2, 12, 5, organisations=("school-b",))
    picture = image(people)
    assert (await update(people, shows(BO, picture), lane=lane)).status == "Finished"
    gone = "<UserSyncKey>usr-gone</UserSyncKey>"
    for who in ("<UserSyncKey>usr-a</UserSyncKey>", gone):
        assert (await update(people, shows(who, picture), lane=lane)).texts == [INVALID_USER]
        assert (await remove(people, who, lane=lane)).texts == [INVALID_USER]


async def test_a_vendor_must_be_known(platform: Platform) -> None:
    outcome = await update(platform, shows(ANA, image(platform)), vendor="nobody")
    assert outcome.texts == ["Vendor with specified VendorId does not exist."]


async def test_a_number_that_no_program_reads_is_a_wrong_format(platform: Platform) -> None:
    outcome = await remove(platform, f"<UserId>{'9' * 5000}</UserId>")
    text = "Invalid format / parameters (different to specified schema). UserId: no usable number"
    assert (outcome.status, outcome.texts) == ("Errors", [text])


@pytest.mark.parametrize("table", [profile_picture, file_use])
async def test_messages_of_one_batch_follow_each_other(platform: Platform, table: Table) -> None:
    platform.lane.leased = True
    last = image(platform)
    sent = [(UPDATE, document(shows(ANA, image(platform)))), (DELETE, document(ANA, deletes=True))]
    for kind, data in (*sent, (UPDATE, document(shows(ANA, last)))):
        platform.peers.lanes.put(platform.lane, kind, data)
    platform.lane.leased = False
    assert [(await platform.outcome(platform.lane, number)).status for number in (1, 2, 3)] == ["Finished"] * 3
    assert platform.values(select(table.c.file_id)) == [last]
    with platform.engine.begin() as connection:
        connection.execute(delete(table))


async def test_whoever_races_a_person_has_one_picture(both: Both) -> None:
    """Two lanes give the same person pictures at once; every file but the last is let go."""
    platform = both.platform
    files = [image(platform) for _ in range(20)]
    lanes = (both.one, both.other) * 10
    sent = [(lane, UPDATE, document(shows(ANA, one))) for lane, one in zip(lanes, files, strict=True)]
    outcomes = await both.send_together(*sent)
    assert {outcome.status for outcome in outcomes} == {"Finished"}
    (last,) = stored(platform).values()
    assert uses(platform) == {3: last}
    assert {file_id for _, _, file_id in platform.peers.files.released} == {*files} - {last}


@given(st.binary(max_size=64))
def test_any_bytes_are_one_kind_or_none(start: bytes) -> None:
    kind = picture_type(start)
    assert kind is None or any(start[:2] == known[:2] for known, name in IMAGES.items() if name == kind)
    assert all(picture_type(known + start) == name for known, name in IMAGES.items())
