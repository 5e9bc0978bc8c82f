"""Create and Update.Course.Element.CustomActivity."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from lms.tables import element, element_custom_activity
from tests.processor.conftest import Outcome, Platform
from tests.processor.messages import COURSE, FOLDER, USER, WHERE, folder, message
from tests.processor.peers import Lane
from tests.processor.world import OTHER_SITE, SITE

CREATE = "Create.Course.Element.CustomActivity"
CHANGE = "Update.Course.Element.CustomActivity"
ACT = "<ElementSyncKey>act-1</ElementSyncKey>"


pytestmark = pytest.mark.usefixtures("assessment_world")


def activity(
    more: str = "", *, key: str = "act-1", where: str = WHERE, title: str = "Lab visit", vendor: str = ""
) -> str:
    return message(CREATE, f"{where}<Title>{title}</Title>{more}", keys=[key] if key else [], vendor=vendor)


def change(more: str = "", *, where: str = WHERE + ACT, vendor: str = "") -> str:
    return message(CHANGE, where + more, vendor=vendor)


async def created(platform: Platform, document: str | None = None) -> Outcome:
    outcome = await platform.send(CREATE, document or activity())
    assert (outcome.status, outcome.texts) == ("Finished", ["CustomActivity created"])
    return outcome


def stored(platform: Platform) -> tuple[object, ...]:
    """Title, description and all settings of the one activity."""
    settings = element_custom_activity.c
    query = select(
        element.c.title,
        element.c.description,
        element.c.active,
        settings.deadline,
        settings.mandatory,
        settings.assessment_scale_id,
        settings.max_score,
        settings.status_id,
    ).join(element_custom_activity, settings.element_id == element.c.id)
    return tuple(platform.rows(query)[0])


SETTINGS = (
    "<Description>&lt;p onclick='x'&gt;Coats&lt;/p&gt;</Description><Active>0</Active>"
    "<Deadline>2026-12-01T12:00:00+01:00</Deadline><Mandatory>1</Mandatory><Assessment>2</Assessment>"
    "<MaxScore>20</MaxScore><StatusId>4</StatusId>"
)
DEADLINE = datetime(2026, 12, 1, 11, tzinfo=UTC)


async def test_an_activity_keeps_what_was_sent(platform: Platform) -> None:
    await platform.send(FOLDER, folder(key="week-1"))
    where = f"{COURSE}<ParentSyncKey>week-1</ParentSyncKey>{USER}"
    outcome = await created(platform, activity(SETTINGS, where=where, vendor="acme"))
    assert outcome.details == [("CustomActivity", "CustomActivity created", "act-1", "INFO")]
    assert stored(platform) == ("Lab visit", "<p>Coats</p>", False, DEADLINE, True, 2, 20, 4)
    row = platform.rows(select(element).where(element.c.sync_key == "act-1"))[0]
    assert (row.kind, row.course_id, row.creator_id, row.vendor_id, row.position) == ("CustomActivity", 7, 3, "acme", 1)
    assert row.parent_id == platform.values(select(element.c.id).where(element.c.sync_key == "week-1"))[0]


async def test_an_activity_has_defaults_and_a_key(platform: Platform) -> None:
    outcome = await created(platform, activity(key=""))
    assert len(outcome.keys) == 1
    assert platform.values(select(element.c.sync_key)) == outcome.keys
    assert stored(platform) == ("Lab visit", "", True, None, False, None, None, None)


SCALE = "Assessment scale with specified Assessment is not valid."
CREATIONS = [
    (activity(title=" "), "Title is blank or contains invalid characters."),
    (activity("<Assessment>3</Assessment>"), SCALE),
    (activity("<Assessment>4</Assessment>"), SCALE),
    (activity("<Assessment>5</Assessment>"), SCALE),
    (activity("<Assessment>99</Assessment>"), SCALE),
    (activity("<MaxScore>-1</MaxScore>"), "MaxScore must not be negative."),
    (activity(where=COURSE), "User with specified UserId/UserSyncKey is not valid."),
    (
        activity(where=f"{COURSE}<UserSyncKey>usr-gone</UserSyncKey>"),
        "User with specified UserId/UserSyncKey is deleted.",
    ),
    (activity(where=f"{COURSE}<UserId>5</UserId>"), "User with specified UserId/UserSyncKey is external."),
    (activity(where=f"{COURSE}<UserId>9</UserId>"), "User with specified UserId/UserSyncKey is not valid."),
    (activity(where=USER), "Course with specified CourseId/CourseSyncKey is not valid."),
    (activity(where=f"<CourseId>19</CourseId>{USER}"), "Course with specified CourseId/CourseSyncKey is not valid."),
    (activity(where=f"<CourseId>7</CourseId>{WHERE}"), "You are not allowed to enter both CourseId and CourseSyncKey"),
    (
        activity(where=f"{WHERE}<ParentSyncKey>nowhere</ParentSyncKey>"),
        "ParentSyncKey cannot be found in the identifier map or is invalid.",
    ),
    (activity(vendor="printer"), "Vendor with specified VendorId is not a content vendor."),
]


@pytest.mark.parametrize(("document", "text"), CREATIONS)
async def test_what_an_activity_must_fulfil(platform: Platform, document: str, text: str) -> None:
    outcome = await platform.send(CREATE, document)
    assert (outcome.status, outcome.texts) == ("Errors", [text])
    assert platform.rows(select(element)) == []


async def test_a_key_is_given_once(platform: Platform) -> None:
    await created(platform)
    outcome = await platform.send(CREATE, activity())
    assert outcome.texts == [
        "Message contains duplicates for syncKeys: act-1. Make sure your syncKeys are globally unique."
    ]


async def test_an_update_changes_what_it_names_and_nothing_else(platform: Platform) -> None:
    await created(platform, activity(SETTINGS))
    outcome = await platform.send(CHANGE, change())
    assert outcome.details == [("CustomActivity", "CustomActivity updated", "act-1", "INFO")]
    assert stored(platform) == ("Lab visit", "<p>Coats</p>", False, DEADLINE, True, 2, 20, 4)
    more = (
        "<Title> Lab </Title><Description>&lt;script&gt;x&lt;/script&gt;d</Description><Active>1</Active>"
        "<Deadline>2027-01-01T00:00:00Z</Deadline><Mandatory>0</Mandatory><Assessment>1</Assessment>"
        "<MaxScore>0</MaxScore><StatusId>5</StatusId>"
    )
    where = f"<CourseId>7</CourseId><ElementId>{platform.values(select(element.c.id))[0]}</ElementId><UserId>6</UserId>"
    assert (await platform.send(CHANGE, change(more, where=where))).status == "Finished"
    assert stored(platform) == ("Lab", "d", True, datetime(2027, 1, 1, tzinfo=UTC), False, 1, 0, 5)
    assert platform.rows(select(element.c.creator_id, element.c.editor_id)) == [(3, 6)]


async def test_an_update_moves_an_activity_and_the_others_close_up(platform: Platform) -> None:
    await platform.send(FOLDER, folder(key="week-1"))
    for key in ("act-1", "act-2", "act-3"):
        await created(platform, activity(key=key))
    inside = f"{COURSE}<ParentSyncKey>week-1</ParentSyncKey>{USER}"
    await created(platform, activity(key="inner", where=inside))
    places = select(element.c.sync_key, element.c.parent_id.is_not(None), element.c.position).order_by(element.c.id)

    async def moved(more: str) -> list[tuple[object, ...]]:
        outcome = await platform.send(CHANGE, change(more))
        assert outcome.texts == ["CustomActivity updated"]
        return [tuple(row) for row in platform.rows(places)]

    before = [("week-1", 0, 1), ("act-1", 0, 2), ("act-2", 0, 3), ("act-3", 0, 4), ("inner", 1, 1)]
    within = [("week-1", 0, 1), ("act-1", 1, 2), ("act-2", 0, 2), ("act-3", 0, 3), ("inner", 1, 1)]
    at_root = [("week-1", 0, 1), ("act-1", 0, 4), ("act-2", 0, 2), ("act-3", 0, 3), ("inner", 1, 1)]
    assert await moved("") == before
    assert await moved("<ParentSyncKey>week-1</ParentSyncKey>") == within
    assert await moved("<ParentSyncKey>week-1</ParentSyncKey>") == within
    assert await moved("") == within
    assert await moved("<ParentSyncKey/>") == at_root
    number = platform.values(select(element.c.id).where(element.c.sync_key == "week-1"))[0]
    assert await moved(f"<ParentId>{number}</ParentId><ParentSyncKey/>") == within
    assert await moved("<ParentSyncKey> </ParentSyncKey>") == at_root
    await created(platform, activity(key="act-5"))
    await created(platform, activity(key="inner-2", where=inside))
    assert [tuple(row) for row in platform.rows(places)][-2:] == [("act-5", 0, 5), ("inner-2", 1, 2)]


ELEMENT = "Element with specified ElementId/ElementSyncKey is not valid."
CHANGES = [
    (change(where=WHERE), ELEMENT),
    (change(where=f"{WHERE}<ElementSyncKey>nothing</ElementSyncKey>"), ELEMENT),
    (change(where=f"{WHERE}<ElementSyncKey>week-1</ElementSyncKey>"), ELEMENT),
    (change(where=f"<CourseSyncKey>crs-8</CourseSyncKey>{USER}{ACT}"), ELEMENT),
    (
        change(where=f"{WHERE}{ACT}<ElementId>1</ElementId>"),
        "You are not allowed to enter both ElementId and ElementSyncKey",
    ),
    (change("<Title>  </Title>"), "Title is blank or contains invalid characters."),
    (change("<Assessment>3</Assessment>"), SCALE),
    (change("<MaxScore>-20</MaxScore>"), "MaxScore must not be negative."),
    (
        change("<ParentSyncKey>act-1</ParentSyncKey>"),
        "ParentSyncKey cannot be found in the identifier map or is invalid.",
    ),
    (change("<ParentId>999</ParentId>"), "ParentId cannot be found in the identifier map or is invalid."),
    (
        change("<ParentId>1</ParentId><ParentSyncKey>week-1</ParentSyncKey>"),
        "You are not allowed to enter both ParentId and ParentSyncKey",
    ),
    (change(where=COURSE + ACT), "User with specified UserId/UserSyncKey is not valid."),
    (
        change(where=f"<CourseSyncKey>crs-old</CourseSyncKey>{USER}{ACT}"),
        "Course with specified CourseId/CourseSyncKey is archived.",
    ),
    (change(vendor="nobody"), "Vendor with specified VendorId does not exist."),
]


@pytest.mark.parametrize(("document", "text"), CHANGES)
async def test_what_an_update_must_fulfil(platform: Platform, document: str, text: str) -> None:
    await platform.send(FOLDER, folder(key="week-1"))
    await created(platform)
    before = platform.rows(select(element))
    outcome = await platform.send(CHANGE, document)
    assert (outcome.status, outcome.texts) == ("Errors", [text])
    assert platform.rows(select(element)) == before


async def test_a_deleted_activity_is_not_changed(platform: Platform) -> None:
    await created(platform)
    with platform.engine.begin() as connection:
        connection.execute(element.update().values(deleted_at=DEADLINE))
    assert (await platform.send(CHANGE, change())).texts == [
        "Element with specified ElementId/ElementSyncKey is deleted."
    ]


async def test_others_do_not_see_the_activity(platform: Platform) -> None:
    await created(platform)
    narrowed = Lane(2, 12, SITE, organisations=("school-b",))
    outcome = await platform.send(CHANGE, change(), narrowed)
    assert outcome.texts == ["Course with specified CourseId/CourseSyncKey is not valid."]
    elsewhere = Lane(3, 13, OTHER_SITE)
    where = f"<CourseSyncKey>crs-19</CourseSyncKey><UserSyncKey>usr-9</UserSyncKey>{ACT}"
    assert (await platform.send(CHANGE, change(where=where), elsewhere)).texts == [ELEMENT]
