"""The Calendar types: events are made, changed and deleted."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import insert, select

from lms.tables import calendar_event, locked_period
from tests.processor.conftest import Platform
from tests.processor.events import CONNECT as CONNECT_EVENTS
from tests.processor.events import (
    COURSE,
    CREATE,
    DELETE,
    END,
    START,
    UPDATE,
    USER,
    connections,
    deletion,
    event,
    events,
    make,
    nexts,
    stored,
)
from tests.processor.messages import FOLDER, folder
from tests.processor.peers import Lane

GROUP = "<GroupHierarchySyncKey>school-a</GroupHierarchySyncKey>"
NOT_THERE = "Event '{}' does not exist in itslearning"
NO_GROUP = "GroupHierarchy with specified GroupHierarchyId/GroupHierarchySyncKey is not valid."


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def lock(platform: Platform, start: str = "2026-12-01T08:30:00Z", end: str = "2026-12-01T08:45:00Z") -> None:
    with platform.engine.begin() as connection:
        connection.execute(insert(locked_period), {"course_id": 7, "start_at": at(start), "end_at": at(end)})


async def test_events_are_made_with_all_that_the_message_says(platform: Platform) -> None:
    members = (
        "<Title> Fractions\n</Title><TitleReadOnlyInUi>1</TitleReadOnlyInUi><Description>&lt;p onclick='x'&gt;Ruler"
        "&lt;/p&gt;</Description><ShowExtraDescription>true</ShowExtraDescription><DisableDelete>1</DisableDelete>"
        f"<SyncKeyRef>B</SyncKeyRef><IsLesson>1</IsLesson>{USER}<CourseId>7</CourseId>"
    )
    first = event(members, start="2026-01-02T03:04:05+01:00", end="2026-01-02T04:04:05+01:00")
    second = event("<SyncKeyRef>A</SyncKeyRef><UserId>3</UserId><GroupHierarchyId>2</GroupHierarchyId>")
    outcome = await platform.send(CREATE, events(first, second, event(), keys=["A=ev-1", "B=ev-2"], vendor="acme"))
    assert outcome.status == "Finished"
    assert outcome.details[:2] == [
        ("CalendarEvent", "Calendar event created.", "ev-2", "INFO"),
        ("CalendarEvent", "Calendar event created.", "ev-1", "INFO"),
    ]
    rows = stored(platform)
    assert set(rows) == set(outcome.keys)
    row = rows["ev-2"]
    assert (row.site_id, row.owner_id, row.course_id, row.organisation_id) == (5, 3, 7, None)
    assert (row.start_at, row.end_at) == (at("2026-01-02T02:04:05Z"), at("2026-01-02T03:04:05Z"))
    assert (row.title, row.description, row.is_lesson) == ("Fractions", "<p>Ruler</p>", True)
    assert (row.title_read_only, row.show_extra_description, row.disable_delete) == (True, True, True)
    assert (row.vendor_id, row.credential_id, row.message_id) == ("acme", 11, 1)
    assert (rows["ev-1"].course_id, rows["ev-1"].organisation_id) == (None, 2)
    personal = rows[outcome.keys[2]]
    assert (personal.course_id, personal.organisation_id, personal.title, personal.description) == (None, None, "", "")
    assert (personal.title_read_only, personal.show_extra_description, personal.disable_delete) == (False,) * 3


async def test_a_reference_that_names_no_key_is_a_warning_and_the_event_gets_a_new_key(platform: Platform) -> None:
    outcome = await platform.send(CREATE, events(event(f"<SyncKeyRef>Z</SyncKeyRef>{USER}"), keys=["A=ev-1"]))
    assert (outcome.status, outcome.texts) == ("Warnings", ["Supplied SyncRefId not found."])
    assert list(stored(platform)) == outcome.keys != ["ev-1"]


@pytest.mark.parametrize(
    ("members", "text"),
    [
        (COURSE, "User with specified UserId/UserSyncKey is not valid."),
        ("<UserSyncKey>usr-9</UserSyncKey>", "User with specified UserId/UserSyncKey is not valid."),
        ("<UserSyncKey>usr-gone</UserSyncKey>", "User with specified UserId/UserSyncKey is deleted."),
        ("<UserSyncKey>usr-ext</UserSyncKey>", "User with specified UserId/UserSyncKey is external."),
        (f"<UserId>3</UserId>{USER}", "You are not allowed to enter both UserId and UserSyncKey"),
        (f"{USER}<CourseId>7</CourseId>{COURSE}", "You are not allowed to enter both CourseId and CourseSyncKey"),
        (f"{USER}<CourseId>19</CourseId>", "Course with specified CourseId/CourseSyncKey is not valid."),
        (f"{USER}<CourseId>10</CourseId>", "Course with specified CourseId/CourseSyncKey is deleted."),
        (f"{USER}<CourseId>11</CourseId>", "Course with specified CourseId/CourseSyncKey is external."),
        (f"{USER}<CourseId>12</CourseId>", "Course with specified CourseId/CourseSyncKey is archived."),
        (f"{USER}<GroupHierarchyId>99</GroupHierarchyId>", NO_GROUP),
        (
            f"{USER}<GroupHierarchyId>1</GroupHierarchyId>{GROUP}",
            "You are not allowed to enter both GroupHierarchyId and GroupHierarchySyncKey",
        ),
        (USER + COURSE + GROUP, "You are not allowed to enter both a course and a group hierarchy"),
        (f"<Title>a&#x85;b</Title>{USER}", "Title is blank or contains invalid characters."),
    ],
)
@pytest.mark.parametrize("kind", [CREATE, UPDATE])
async def test_what_is_wrong_with_an_event_is_said_and_nothing_is_left(
    platform: Platform, kind: str, members: str, text: str
) -> None:
    await make(platform, "ev-1", "ev-2")
    before = stored(platform)
    keys = ["ev-1", "ev-2"] if kind == UPDATE else ["ev-3", "ev-4"]
    outcome = await platform.send(kind, events(event(), event(members), keys=keys))
    assert (outcome.status, outcome.texts) == ("Errors", [text])
    assert stored(platform) == before


@pytest.mark.parametrize("kind", [CREATE, UPDATE])
async def test_texts_come_in_the_order_of_the_decisions(platform: Platform, kind: str) -> None:
    await make(platform, "ev-1")
    wrong = event("<UserId>99</UserId><CourseId>99</CourseId>", start=END, end=START)
    outcome = await platform.send(kind, events(wrong, keys=["ev-1"], vendor="nobody"))
    assert outcome.texts == [
        "Vendor with specified VendorId does not exist.",
        "User with specified UserId/UserSyncKey is not valid.",
        "Course with specified CourseId/CourseSyncKey is not valid.",
        *(
            ["Message contains duplicates for syncKeys: ev-1. Make sure your syncKeys are globally unique."]
            * (kind == CREATE)
        ),
        "EndDateTime is before StartDateTime.",
    ]


async def test_keys_are_unique_over_all_content_of_the_site(platform: Platform) -> None:
    await platform.send(FOLDER, folder(key="f"))
    await make(platform, "ev-1")
    for keys in (["f"], ["ev-1"], ["a", "a"]):
        outcome = await platform.send(CREATE, events(event(), event(), keys=keys))
        assert outcome.texts == [
            f"Message contains duplicates for syncKeys: {keys[0]}. Make sure your syncKeys are globally unique."
        ]
    twice = events(event(f"<SyncKeyRef>A</SyncKeyRef>{USER}"), event(f"<SyncKeyRef>A</SyncKeyRef>{USER}"), keys=["A=b"])
    assert (await platform.send(CREATE, twice)).status == "Errors"


async def test_an_update_changes_what_it_says_and_nothing_else(platform: Platform) -> None:
    members = "<Title>A</Title><Description>B</Description><DisableDelete>1</DisableDelete>"
    await make(platform, "ev-1", members=members + USER + COURSE)
    outcome = await platform.send(UPDATE, events(event(end=START), keys=["ev-1"]))
    assert outcome.details == [("CalendarEvent", "Calendar event updated.", "ev-1", "INFO")]
    row = stored(platform)["ev-1"]
    assert (row.title, row.description, row.disable_delete, row.course_id) == ("A", "B", True, 7)
    assert row.end_at == at(START)
    more = f"<Title>C</Title><DisableDelete>0</DisableDelete><SyncKeyRef>X</SyncKeyRef>{USER}{GROUP}"
    assert (await platform.send(UPDATE, events(event(more), keys=["X=ev-1"]))).status == "Finished"
    row = stored(platform)["ev-1"]
    assert (row.title, row.disable_delete, row.course_id, row.organisation_id) == ("C", False, None, 1)


async def test_an_event_that_leaves_its_course_leads_nowhere_and_nothing_leads_to_it(platform: Platform) -> None:
    await make(platform, "a", "b", "c")
    await platform.send(CONNECT_EVENTS, connections(["A=a", "B=b", "C=c"], ("A", "B"), ("B", "C")))
    assert (await platform.send(UPDATE, events(event(USER + GROUP), keys=["b"]))).status == "Finished"
    assert nexts(platform) == {}


async def test_an_update_needs_a_key_that_an_event_has(platform: Platform) -> None:
    await make(platform, "ev-1")
    await platform.send(FOLDER, folder(key="f"))
    for key in ("none", "f"):
        outcome = await platform.send(UPDATE, events(event(), event(), keys=["ev-1", key]))
        assert (outcome.status, outcome.texts) == ("Errors", [NOT_THERE.format(key)])
    outcome = await platform.send(UPDATE, events(event(), event(), keys=["ev-1"]))
    assert outcome.texts == ["Event without SyncKeyRef is not valid."]
    unknown = event(f"<SyncKeyRef>Z</SyncKeyRef><Title>T</Title>{USER}")
    outcome = await platform.send(UPDATE, events(unknown, event(), keys=["ev-1"]))
    assert outcome.details == [
        ("CalendarEvent", "Supplied SyncRefId not found.", "", "WARNING"),
        ("CalendarEvent", "Calendar event updated.", "ev-1", "INFO"),
    ]
    assert stored(platform)["ev-1"].title == ""


async def test_a_key_that_is_deleted_twice_is_a_warning(platform: Platform) -> None:
    await make(platform, "a", "b", "c")
    outcome = await platform.send(DELETE, deletion("a", "none", "a", "b"))
    assert outcome.status == "Warnings"
    assert outcome.details == [
        ("CalendarEvent", "Calendar event deleted.", "a", "INFO"),
        ("CalendarEvent", NOT_THERE.format("none"), "none", "WARNING"),
        ("CalendarEvent", NOT_THERE.format("a"), "a", "WARNING"),
        ("CalendarEvent", "Calendar event deleted.", "b", "INFO"),
    ]
    again = await platform.send(DELETE, deletion("a"))
    assert (again.status, again.texts) == ("Warnings", [NOT_THERE.format("a")])
    assert (await platform.send(DELETE, deletion("c"))).status == "Finished"
    assert stored(platform) == {}
    assert len(platform.rows(select(calendar_event.c.id))) == 3


async def test_protected_events_with_a_description_stay_and_may_be_deleted_by_hand(platform: Platform) -> None:
    await make(platform, "full", members=f"<Description>x</Description><DisableDelete>1</DisableDelete>{USER}")
    await make(platform, "empty")
    protected = deletion("full", "empty", more="<DeleteProtection>1</DeleteProtection>")
    outcome = await platform.send(DELETE, protected)
    assert outcome.status == "Warnings"
    assert outcome.texts == ["Event 'full' contains content and has not been deleted.", "Calendar event deleted."]
    rows = stored(platform)
    assert list(rows) == ["full"]
    assert not rows["full"].disable_delete
    assert (await platform.send(DELETE, deletion("full"))).status == "Finished"


async def test_events_in_a_locked_period_of_their_course_stay_as_they_are(platform: Platform) -> None:
    await make(platform, "a", "b")
    await make(platform, "free", members=USER)
    lock(platform)
    before = stored(platform)
    text = "Event '{}' cannot be {} because the period is locked in given course (Course Id 7)."
    deleted = await platform.send(DELETE, deletion("free", "a"))
    assert (deleted.status, deleted.texts) == ("Errors", [text.format("a", "deleted")])
    updated = await platform.send(
        UPDATE, events(event(start="2027-01-01T08:00:00Z", end="2027-01-01T09:00:00Z"), keys=["a"])
    )
    assert updated.texts == [text.format("a", "updated")]
    moved = await platform.send(UPDATE, events(event(USER + COURSE), keys=["free"]))
    assert moved.texts == [text.format("free", "updated")]
    created = await platform.send(CREATE, events(event(USER + COURSE), keys=["new"]))
    assert created.texts == [text.format("new", "created")]
    connected = await platform.send(CONNECT_EVENTS, connections(["A=a", "B=b"], ("A", "B")))
    assert connected.texts == [text.format("a", "updated")]
    assert stored(platform) == before
    after = events(event(USER + COURSE, start="2026-12-01T08:45:00Z"), keys=["after"])
    assert (await platform.send(CREATE, after)).status == "Finished"


@pytest.mark.parametrize("start", ["2026-12-01T08:30:00Z", "2026-12-01T08:44:59.999999Z"])
async def test_a_moment_within_a_locked_period_is_locked(platform: Platform, start: str) -> None:
    lock(platform)
    outcome = await platform.send(CREATE, events(event(USER + COURSE, start=start, end=start)))
    assert outcome.status == "Errors"


async def test_another_site_and_other_organisations_are_out_of_reach(platform: Platform) -> None:
    await make(platform, "course")
    await make(platform, "school", members=USER + GROUP)
    await make(platform, "own", members=USER)
    keys = ["course", "school", "own"]
    foreign = Lane(2, 12, 6)
    outcome = await platform.send(DELETE, deletion(*keys), foreign)
    assert outcome.texts == [NOT_THERE.format(key) for key in keys]
    narrow = Lane(3, 13, 5, ("school-b",))
    outcome = await platform.send(DELETE, deletion("course", "school"), narrow)
    assert outcome.texts == [NOT_THERE.format(key) for key in ("course", "school")]
    outcome = await platform.send(UPDATE, events(event(), keys=["course"]), narrow)
    assert outcome.texts == [NOT_THERE.format("course")]
    outcome = await platform.send(CREATE, events(event(USER + GROUP)), narrow)
    assert outcome.texts == [NO_GROUP]
    outcome = await platform.send(CREATE, events(event(USER + COURSE)), narrow)
    assert outcome.texts == ["Course with specified CourseId/CourseSyncKey is not valid."]
    assert set(stored(platform)) == set(keys)
    assert (await platform.send(DELETE, deletion("own"), narrow)).status == "Finished"
    wide = Lane(4, 14, 5, ("school-a",))
    assert (await platform.send(DELETE, deletion("course", "school"), wide)).status == "Finished"


async def test_a_date_that_no_calendar_has_is_an_error(platform: Platform) -> None:
    outcome = await platform.send(CREATE, events(event(start="20000-01-01T00:00:00Z", end="20000-01-02T00:00:00Z")))
    assert outcome.status == "Errors"
    assert outcome.texts[0].startswith("Invalid format / parameters (different to specified schema).")
    assert stored(platform) == {}
