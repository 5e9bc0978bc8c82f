from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import update

from lms import tables
from tests.files.peers import Credential
from tests.read.conftest import Running, on_site
from tests.read.content import NOW


async def keys(running: Running, credential: Credential | None = None, **request: Any) -> list[str]:
    asked = ["course", "group", "own", "colleague", "far", "gone", "elsewhere", "of a lost course", "unknown"]
    return [event.sync_key for event in await running.events(credential, **{"sync_keys": asked, **request})]


async def test_all_members_of_an_event(running: Running) -> None:
    content = running.content
    owner, school = content.user(3, "ana"), content.organisation(3, "school")
    course_id = content.course(3, "bio")
    later = content.event(3, "later", course_id=course_id)
    number = content.event(
        3,
        "first",
        course_id=course_id,
        owner_id=owner,
        title="Maths",
        description="<b>x</b>",
        title_read_only=True,
        show_extra_description=True,
        is_lesson=True,
        next_event_id=later,
        end_at=datetime(2031, 2, 3, 9, 30, tzinfo=UTC),
    )
    content.event(3, "group", organisation_id=school)
    content.event(3, "own", owner_id=owner)
    first, own, group = await running.events(sync_keys=["first", "own", "unknown", "group", "own", "\0", ""])
    assert (first.event_id, first.sync_key, first.title, first.description) == (number, "first", "Maths", "<b>x</b>")
    assert (first.course_id, first.course_sync_key) == (course_id, "bio")
    assert (first.user_id, first.user_sync_key) == (owner, "ana")
    assert (first.title_read_only_in_ui, first.show_extra_description, first.is_lesson) == (True, True, True)
    assert (first.next_event_id, first.next_event_sync_key) == (later, "later")
    assert first.start_date_time.ToDatetime(UTC) == NOW
    assert first.end_date_time.ToDatetime(UTC) == datetime(2031, 2, 3, 9, 30, tzinfo=UTC)
    assert (first.extra_description, first.group_hierarchy_sync_key) == ("", "")
    assert not first.HasField("group_hierarchy_id")
    assert (group.group_hierarchy_id, group.group_hierarchy_sync_key) == (school, "school")
    assert not any(own.HasField(name) for name in ("course_id", "group_hierarchy_id", "next_event_id"))
    assert await running.events() == []
    many = await running.events(sync_keys=["own", *map(str, range(9_999))])
    assert [one.sync_key for one in many] == ["own"]
    refused = await running.refused("events", sync_keys=[*map(str, range(10_001))])
    assert refused[2] == "No more than 10000 SyncKeys can be asked for at once."


async def test_what_the_caller_does_not_see_is_left_out_as_if_it_were_not_there(running: Running) -> None:
    content = running.content
    school, other = content.organisation(3, "school"), content.organisation(3, "other")
    course_id = content.course(3, "bio", organisation_id=school)
    far_id = content.course(3, "far", organisation_id=other)
    lost = content.course(3, "lost", deleted=True)
    ana, colleague = content.user(3, "ana"), content.user(3, "bo")
    content.insert(tables.person_organisation, person_id=ana, organisation_id=school, position=0)
    far = content.event(3, "far", course_id=far_id)
    content.event(3, "course", course_id=course_id, owner_id=colleague, next_event_id=far)
    content.event(3, "group", organisation_id=school, owner_id=colleague)
    content.event(3, "own", owner_id=ana)
    content.event(3, "colleague", owner_id=colleague)
    content.event(3, "gone", owner_id=ana, deleted_at=NOW)
    content.event(3, "of a lost course", course_id=lost)
    content.event(4, "elsewhere")
    assert await keys(running) == ["course", "group", "own", "colleague", "far"]
    narrowed = running.peers.access.add(Credential(8, 3, organisations=("school",)))
    assert await keys(running, narrowed) == ["course", "group", "own"]
    [seen] = await running.events(narrowed, sync_keys=["course"])
    assert not seen.HasField("next_event_id")
    assert not seen.next_event_sync_key
    assert not seen.HasField("user_id")
    assert not seen.user_sync_key
    roaming = running.peers.access.add(Credential(9, None, {3, 4}))
    assert await keys(running, roaming, base=on_site(4)) == ["elsewhere"]
    assert await keys(running, running.peers.access.add(Credential(10, 4))) == ["elsewhere"]
    with content.engine.begin() as connection:
        connection.execute(update(tables.person).where(tables.person.c.id == ana).values(deleted_at=NOW))
        connection.execute(update(tables.organisation).values(deleted_at=NOW))
        connection.execute(update(tables.course).values(is_archived=True))
    assert await keys(running) == ["course", "colleague", "far"]
