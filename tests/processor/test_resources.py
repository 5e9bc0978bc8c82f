"""Resources that can be booked."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from lms.tables import content_key, organisation, resource
from tests.processor.conftest import Outcome, Platform
from tests.processor.messages import FOLDER, USER, folder, message
from tests.processor.peers import Lane
from tests.processor.world import NOW, OTHER_SITE, SITE

RESOURCE = "Create.Resource"
SCHOOL = "<OrganisationSyncKey>school-a</OrganisationSyncKey>"
ROOM = "<Title>Room 4</Title><ShortName>R4</ShortName>"
INVALID = "Organisation with specified OrganisationId/OrganisationSyncKey is not valid."
BLANK = "Title is blank or contains invalid characters."
BLANK_SHORT = "ShortName is blank or contains invalid characters."


async def create(platform: Platform, body: str, lane: Lane | None = None, **options: Any) -> Outcome:
    return await platform.send(RESOURCE, message(RESOURCE, body, **options), lane)


def listed(*items: str) -> str:
    return f"<Resources>{''.join(f'<Resource>{one}</Resource>' for one in items)}</Resources>"


@pytest.fixture
def tree(platform: Platform) -> Platform:
    """A platform whose schools are below a district, with a class below one of them."""
    common = {"site_id": SITE, "identifier": "", "created_at": NOW, "updated_at": NOW}
    rows = [
        {**common, "id": 30, "sync_key": "district", "title": "D", "kind": "district", "parent_id": None},
        {**common, "id": 31, "sync_key": "year", "title": "Y", "kind": "department", "parent_id": 1},
        {**common, "id": 32, "sync_key": "site", "title": "S", "kind": "Site", "parent_id": 30},
        {**common, "id": 33, "sync_key": "gone", "title": "G", "kind": "school", "parent_id": 30, "deleted_at": NOW},
        {**common, "id": 34, "site_id": OTHER_SITE, "sync_key": "there", "title": "T", "kind": "school"},
    ]
    with platform.engine.begin() as connection:
        for row in rows:
            connection.execute(insert(organisation), row)
        connection.execute(update(organisation).where(organisation.c.id.in_((1, 2))).values(parent_id=30))
    return platform


async def test_a_room_is_stored_with_all_that_is_said_of_it(platform: Platform) -> None:
    more = "<Description>With a piano</Description><AvailableFor>Staff</AvailableFor><AvailableFor>Guest</AvailableFor>"
    outcome = await create(platform, USER + SCHOOL + ROOM + more, keys=["res-1"], vendor="acme")
    assert (outcome.status, outcome.details) == ("Finished", [("Resource", "Resource created", "res-1", "INFO")])
    (row,) = platform.rows(select(resource))
    assert (row.site_id, row.organisation_id, row.sync_key, row.title, row.short_name, row.description) == (
        (SITE, 1, "res-1", "Room 4", "R4", "With a piano")
    )
    assert (row.for_staff, row.for_learners, row.for_guests) == (True, False, True)
    assert (row.creator_id, row.vendor_id, row.credential_id, row.message_id) == (3, "acme", 11, 1)
    assert platform.values(select(content_key.c.kind)) == ["resource"]


async def test_nobody_may_book_what_is_for_nobody(platform: Platform) -> None:
    assert (await create(platform, USER + SCHOOL + ROOM)).status == "Finished"
    (row,) = platform.rows(select(resource))
    assert (row.for_staff, row.for_learners, row.for_guests, row.description) == (False, False, False, "")


async def test_several_take_the_keys_in_order_and_new_ones_after_them(platform: Platform) -> None:
    items = [f"<Title>Room {n}</Title><ShortName>R{n}</ShortName>" for n in range(4)]
    outcome = await create(platform, USER + SCHOOL + listed(*items), keys=["a", "K=b"])
    assert (outcome.status, outcome.texts) == ("Finished", ["Resource created"] * 4)
    rows = platform.rows(select(resource).order_by(resource.c.title))
    assert [row.sync_key for row in rows] == outcome.keys
    assert outcome.keys[:2] == ["a", "b"]
    assert len({*outcome.keys}) == 4


@pytest.mark.parametrize(
    ("organisation_key", "good"),
    [
        ("school-b", True),
        ("district", True),
        ("site", True),
        ("year", False),
        ("gone", False),
        ("there", False),
        ("none", False),
    ],
)
async def test_a_school_or_the_site_owns_it(tree: Platform, organisation_key: str, good: bool) -> None:
    owner = f"<OrganisationSyncKey>{organisation_key}</OrganisationSyncKey>"
    outcome = await create(tree, USER + owner + ROOM)
    assert (outcome.status, outcome.texts) == (("Finished", ["Resource created"]) if good else ("Errors", [INVALID]))


async def test_a_credential_of_one_school_has_that_school_alone(tree: Platform) -> None:
    lane = Lane(2, 12, SITE, organisations=("school-a",))
    assert (await create(tree, USER + SCHOOL + ROOM, lane)).status == "Finished"
    for other in ("<OrganisationId>2</OrganisationId>", "<OrganisationId>30</OrganisationId>"):
        assert (await create(tree, USER + other + ROOM, lane)).texts == [INVALID]


@pytest.mark.parametrize(
    ("body", "texts"),
    [
        (USER + ROOM, [INVALID]),
        (USER + "<OrganisationId>99</OrganisationId>" + ROOM, [INVALID]),
        (
            USER + SCHOOL + "<OrganisationId>1</OrganisationId>" + ROOM,
            ["You are not allowed to enter both OrganisationId and OrganisationSyncKey"],
        ),
        (SCHOOL + ROOM, ["User with specified UserId/UserSyncKey is not valid."]),
        ("<UserId>4</UserId>" + SCHOOL + ROOM, ["User with specified UserId/UserSyncKey is deleted."]),
        ("<UserId>5</UserId>" + SCHOOL + ROOM, ["User with specified UserId/UserSyncKey is external."]),
        (USER + SCHOOL, [BLANK, BLANK_SHORT]),
        (USER + SCHOOL + "<Title> </Title><ShortName>R\u202e</ShortName>", [BLANK, BLANK_SHORT]),
        (
            USER + SCHOOL + f"<Title>{'x' * 256}</Title><ShortName>{'x' * 256}</ShortName>",
            [
                "Title must not be longer than 255 characters.",
                "ShortName must not be longer than 255 characters.",
            ],
        ),
        (USER + SCHOOL + listed(ROOM, "<Title>\u2028</Title><ShortName>R</ShortName>"), [BLANK]),
        (USER + SCHOOL + ROOM + listed(ROOM), ["You are not allowed to enter both Title and Resources"]),
    ],
)
async def test_what_is_wrong_is_said_and_nothing_is_made(platform: Platform, body: str, texts: list[str]) -> None:
    outcome = await create(platform, body)
    assert (outcome.status, outcome.texts) == ("Errors", texts)
    assert platform.rows(select(resource)) == platform.rows(select(content_key)) == []


async def test_keys_are_those_of_all_content(platform: Platform) -> None:
    await platform.send(FOLDER, folder(key="k"))
    duplicates = "Message contains duplicates for syncKeys: k. Make sure your syncKeys are globally unique."
    assert (await create(platform, USER + SCHOOL + ROOM, keys=["k"])).texts == [duplicates]
    assert (await create(platform, USER + SCHOOL + ROOM, keys=["r"])).status == "Finished"
    twice = await create(platform, USER + SCHOOL + listed(ROOM, ROOM), keys=["k2", "k2"])
    assert twice.texts == [duplicates.replace(" k.", " k2.")]
    assert (await platform.send(FOLDER, folder(key="r"))).texts == [duplicates.replace(" k.", " r.")]


async def test_a_vendor_must_be_a_content_vendor(platform: Platform) -> None:
    outcome = await create(platform, USER + SCHOOL + ROOM, vendor="printer")
    assert outcome.texts == ["Vendor with specified VendorId is not a content vendor."]


async def test_the_database_keeps_a_resource_on_its_site(tree: Platform) -> None:
    await create(tree, USER + SCHOOL + ROOM)
    (row,) = tree.rows(select(resource))
    for change in ({"organisation_id": 34}, {"creator_id": 9}, {"title": ""}, {"short_name": ""}, {"sync_key": "x"}):
        with pytest.raises(IntegrityError), tree.engine.begin() as connection:
            connection.execute(insert(resource), {**row._asdict(), "id": 900, **change})


AUDIENCE = st.lists(st.sampled_from(["Staff", "Learner", "Guest"]), max_size=5)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(audiences=st.lists(st.tuples(AUDIENCE, st.booleans()), min_size=1, max_size=5))
async def test_however_an_audience_is_written_it_is_the_same(
    platform: Platform, audiences: list[tuple[list[str], bool]]
) -> None:
    written = [
        f"<AvailableFor>{' '.join(words)}</AvailableFor>"
        if together
        else "".join(f"<AvailableFor>{word}</AvailableFor>" for word in words)
        for words, together in audiences
    ]
    outcome = await create(platform, USER + SCHOOL + listed(*(ROOM + one for one in written)))
    assert outcome.status == "Finished"
    rows = {row.sync_key: row for row in platform.rows(select(resource))}
    found = [rows[key] for key in outcome.keys]
    assert [(row.for_staff, row.for_learners, row.for_guests) for row in found] == [
        ("Staff" in words, "Learner" in words, "Guest" in words) for words, _ in audiences
    ]
