"""Update.Course.Planner, message by message; what holds for all of them is in test_planner_properties."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from lms.tables import content_key, planner, planner_column, planner_lesson, planner_link, planner_text, planner_topic
from tests.processor.conftest import Platform
from tests.processor.messages import COURSE, FOLDER, LINK, USER, WHERE, folder, message
from tests.processor.peers import Lane
from tests.processor.planners import (
    CREATE_PLANNER,
    UPDATE_PLANNER,
    column,
    create,
    entries,
    identities,
    lesson,
    links,
    listed,
    objective,
    plan,
    replace,
    shown,
    text,
    topic,
)
from tests.processor.world import OTHER_SITE

DUPLICATES = "Message contains duplicates for syncKeys: {}. Make sure your syncKeys are globally unique."


def custom(number: int, html: str) -> str:
    return f"<CustomColumnsData>{text(number, html)}</CustomColumnsData>"


async def sent(platform: Platform, *documents: str) -> None:
    for document in documents:
        message_type = CREATE_PLANNER if "<CreateCoursePlanner>" in document else UPDATE_PLANNER
        outcome = await platform.send(message_type, document)
        assert outcome.status == "Finished", outcome


async def test_what_is_sent_replaces_what_was_there(platform: Platform) -> None:
    first = plan(
        topics=[topic("A", "t-1", [lesson("1", "l-1", "<ClassHours>2</ClassHours>")], custom(1, "old"))],
        topic_columns=[column(1)],
    )
    await sent(platform, create(first, keys=["pln-1"]))
    before = identities(platform)
    second = plan(
        topics=[topic("B", "t-2"), topic("A2", "t-1")],
        lessons=[lesson("1b", "l-1")],
        topic_columns=[column(5, "LearningObjectives", None)],
        lesson_columns=[column(1)],
    )
    outcome = await platform.send(UPDATE_PLANNER, replace(second))
    assert outcome.details == [("CoursePlanner", "Course planner updated", "pln-1", "INFO")]
    found = shown(platform)
    assert found.columns == [("Topic", 5, "LearningObjectives", ""), ("Lesson", 1, "Custom", "Goal")]
    assert found.topics == [("t-2", "B", {}), ("t-1", "A2", {})]
    assert found.lessons == [("l-1", "1b", None, {})]
    assert found.trash == set()
    assert before.items() <= identities(platform).items()
    assert entries(platform, planner_lesson, 7)[0].class_hours == ""
    row = platform.rows(select(planner))[0]
    assert (row.editor_id, row.message_id) == (3, 1)


async def test_the_trash_keeps_what_was_in_it_until_it_is_sent_again(platform: Platform) -> None:
    await platform.send(LINK, message(LINK, f"{WHERE}<Title>A</Title><Link>a.example</Link>", keys=["link"]))
    resource = listed("Resources", ["<Resource><ElementSyncKey>link</ElementSyncKey></Resource>"])
    full = plan(
        topics=[topic("A", "t-1", [lesson("1", "l-1", resource + custom(2, "page 4"))], custom(1, "goal"))],
        topic_columns=[column(1)],
        lesson_columns=[column(2), column(3)],
    )
    await sent(platform, create(full))
    before = identities(platform)
    await sent(platform, replace(plan()), replace(plan(topic_columns=[column(1, name="New")])))
    found = shown(platform)
    assert (found.topics, found.lessons, found.trash) == ([], [], {"t-1", "l-1"})
    assert sorted(platform.values(select(planner_text.c.text))) == ["goal", "page 4"]
    assert links(platform, "l-1") == [("Resource", "link")]
    assert sorted(platform.values(select(planner_column.c.number))) == [1, 1, 2]
    await sent(platform, replace(plan(lessons=[lesson("1c", "l-1")])))
    assert shown(platform).lessons == [("l-1", "1c", None, {})]
    assert shown(platform).trash == {"t-1"}
    assert identities(platform) == before
    assert platform.rows(select(planner_link)) == []
    await sent(platform, replace(plan(topics=[topic("A", "t-1")])))
    assert (platform.rows(select(planner_text)), platform.rows(select(planner_column))) == ([], [])


async def test_the_moments_of_a_part_tell_its_story(platform: Platform) -> None:
    await sent(platform, create(plan(topics=[topic("A", "t-1"), topic("B", "t-2")])))
    early = entries(platform, planner_topic, 7)[0].created_at - timedelta(days=1)
    with platform.engine.begin() as connection:
        connection.execute(update(planner_topic).values(created_at=early, updated_at=early))
    await sent(platform, replace(plan(topics=[topic("A", "t-1")])))
    kept, left_out = sorted(entries(platform, planner_topic, 7), key=lambda row: row.sync_key)
    assert (kept.created_at, kept.deleted_at) == (early, None)
    assert (left_out.created_at, left_out.updated_at) == (early, early)
    assert kept.updated_at == left_out.deleted_at
    await sent(platform, replace(plan()), replace(plan(topics=[topic("B", "t-2")])), replace(plan()))
    again = sorted(entries(platform, planner_topic, 7), key=lambda row: row.sync_key)
    assert again[0].deleted_at < again[1].deleted_at


async def test_a_course_without_a_planner_gets_one(platform: Platform) -> None:
    document = replace(plan(topics=[topic("A", "t-1")]), keys=["pln-1"], vendor="acme")
    outcome = await platform.send(UPDATE_PLANNER, document)
    assert outcome.details == [("CoursePlanner", "Course planner created", "pln-1", "INFO")]
    row = platform.rows(select(planner))[0]
    assert (row.sync_key, row.vendor_id, row.creator_id, row.editor_id) == ("pln-1", "acme", 3, None)
    assert shown(platform).topics == [("t-1", "A", {})]


async def test_a_planner_takes_a_new_key_and_vendor_and_keeps_the_old_ones_otherwise(platform: Platform) -> None:
    platform.peers.access.vendors["other"] = True
    await sent(platform, create(plan(), keys=["pln-1"], vendor="acme"), replace(plan(), keys=["pln-1"]))
    row = platform.rows(select(planner))[0]
    assert (row.sync_key, row.vendor_id) == ("pln-1", "acme")
    outcome = await platform.send(UPDATE_PLANNER, replace(plan(), keys=["pln-2"], vendor="other"))
    assert outcome.keys == ["pln-2"]
    row = platform.rows(select(planner))[0]
    assert (row.sync_key, row.vendor_id) == ("pln-2", "other")
    assert platform.values(select(content_key.c.sync_key)) == ["pln-2"]
    assert (await platform.send(FOLDER, folder(key="pln-1"))).status == "Finished"
    refused = await platform.send(UPDATE_PLANNER, replace(plan(), keys=["pln-1"]))
    assert refused.texts == [DUPLICATES.format("pln-1")]


async def test_a_key_is_free_for_the_next_message_of_the_batch(platform: Platform) -> None:
    await sent(platform, create(plan(), keys=["pln-1"]))
    lane = platform.lane
    lane.leased = True
    platform.peers.lanes.put(lane, UPDATE_PLANNER, replace(plan(), keys=["pln-2"]))
    platform.peers.lanes.put(lane, UPDATE_PLANNER, replace(plan(topics=[topic("A", "pln-1")])))
    lane.leased = False
    assert (await platform.outcome(lane, 3)).status == "Finished"
    assert shown(platform).topics == [("pln-1", "A", {})]


async def test_parts_without_a_key_of_their_own_are_left_out_and_counted(platform: Platform) -> None:
    await sent(platform, create(plan(topics=[topic("Old", "t-9", [lesson("Old", "l-9")])])))
    planned = plan(
        topics=[
            topic("A", "t-1", [lesson("1", "l-1"), lesson("2"), lesson("3", "l-1"), lesson("4", "t-1")]),
            topic("B", None, [lesson("5", "l-9")]),
            topic("C", "t-1", [lesson("6", "l-6")]),
        ],
        lessons=[lesson("7", "l-1"), lesson("8", "l-8")],
    )
    outcome = await platform.send(UPDATE_PLANNER, replace(planned))
    assert outcome.status == "Finished"
    remark = "Left out for want of a SyncKey of their own: 2 topics, 6 lessons"
    assert outcome.texts == [f"Course planner updated. {remark}"]
    found = shown(platform)
    assert found.topics == [("t-1", "A", {})]
    assert found.lessons == [("l-1", "1", "t-1", {}), ("l-8", "8", None, {})]
    assert found.trash == {"t-9", "l-9"}
    outcome = await platform.send(UPDATE_PLANNER, replace(plan(topics=[topic("A"), topic("B", "t-1")])))
    assert outcome.texts == ["Course planner updated. Left out for want of a SyncKey of their own: 1 topic"]


async def test_keys_of_other_content_are_taken(platform: Platform) -> None:
    await platform.send(FOLDER, folder(key="taken"))
    elsewhere = "<CourseSyncKey>crs-8</CourseSyncKey>" + USER
    await sent(
        platform,
        create(plan(topics=[topic("A", "t-8", [lesson("1", "l-8")])]), elsewhere),
        create(plan(topics=[topic("A", "t-1", [lesson("1", "l-1")])]), keys=["pln-1"]),
        replace(plan()),
    )
    refused = {
        "taken": plan(topics=[topic("A", "taken")]),
        "t-8": plan(topics=[topic("A", "t-8")]),
        "l-8": plan(lessons=[lesson("A", "l-8")]),
        "l-1": plan(topics=[topic("A", "l-1")]),
        "t-1": plan(lessons=[lesson("A", "t-1")]),
        "pln-1": plan(lessons=[lesson("A", "pln-1")]),
    }
    for key, planned in refused.items():
        assert (await platform.send(UPDATE_PLANNER, replace(planned))).texts == [DUPLICATES.format(key)]
    both = replace(plan(topics=[topic("A", "pln-1")]), keys=["pln-1"])
    assert (await platform.send(UPDATE_PLANNER, both)).texts == [DUPLICATES.format("pln-1")]
    assert (await platform.send(UPDATE_PLANNER, replace(plan(), keys=["t-1"]))).texts == [DUPLICATES.format("t-1")]
    assert shown(platform).trash == {"t-1", "l-1"}


async def test_a_refused_message_changes_nothing(platform: Platform) -> None:
    first = plan(topics=[topic("A", "t-1", [], custom(1, "a"))], topic_columns=[column(1)])
    await sent(platform, create(first))
    before = shown(platform)
    planned = plan(
        topics=[topic(" ", "t-1")],
        lessons=[lesson("A", "l-1", listed("LearningObjectives", [objective(1, "LO-1")]))],
        lesson_columns=[column(1)],
    )
    outcome = await platform.send(UPDATE_PLANNER, replace(planned, vendor="printer"))
    assert outcome.texts == [
        "Vendor with specified VendorId is not a content vendor.",
        "Topic name is blank or contains invalid characters.",
        "Invalid content: ColumnId 1 is no lesson column of type LearningObjectives.",
    ]
    assert shown(platform) == before


async def test_users_and_courses_that_take_no_planner_are_refused(platform: Platform) -> None:
    await sent(platform, create(plan(topics=[topic("A", "t-1")])))
    invalid = "Course with specified CourseId/CourseSyncKey is not valid."
    wheres = {
        COURSE + "<UserId>9</UserId>": "User with specified UserId/UserSyncKey is not valid.",
        COURSE + "<UserSyncKey>usr-gone</UserSyncKey>": "User with specified UserId/UserSyncKey is deleted.",
        COURSE + "<UserSyncKey>usr-ext</UserSyncKey>": "User with specified UserId/UserSyncKey is external.",
        COURSE + "<UserId>3</UserId>" + USER: "You are not allowed to enter both UserId and UserSyncKey",
        USER + "<CourseId>999</CourseId>": invalid,
        USER + "<CourseSyncKey>crs-gone</CourseSyncKey>": "Course with specified CourseId/CourseSyncKey is deleted.",
        USER + "<CourseSyncKey>crs-ext</CourseSyncKey>": "Course with specified CourseId/CourseSyncKey is external.",
        USER + "<CourseSyncKey>crs-old</CourseSyncKey>": "Course with specified CourseId/CourseSyncKey is archived.",
        USER + "<CourseId>7</CourseId>" + COURSE: "You are not allowed to enter both CourseId and CourseSyncKey",
    }
    outcomes = [await platform.send(UPDATE_PLANNER, replace(plan(), where)) for where in wheres]
    assert [outcome.texts for outcome in outcomes] == [[refusal] for refusal in wheres.values()]
    narrow, other = Lane(3, 13, 5, organisations=("school-b",)), Lane(2, 12, OTHER_SITE)
    assert (await platform.send(UPDATE_PLANNER, replace(plan()), narrow)).texts == [invalid]
    foreign = replace(plan(), "<CourseId>7</CourseId><UserId>9</UserId>")
    assert (await platform.send(UPDATE_PLANNER, foreign, other)).texts == [invalid]
    assert shown(platform).topics == [("t-1", "A", {})]


@pytest.mark.slow
async def test_the_largest_planner_that_a_message_can_hold_is_replaced(platform: Platform) -> None:
    many = [lesson("A", f"l{number}") for number in range(33_000)]
    await sent(platform, create(plan(lessons=many)), replace(plan(lessons=many[::-1])))
    first = select(planner_lesson.c.sync_key).where(planner_lesson.c.position == 1)
    assert platform.values(first) == ["l32999"]
