from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from lms.tables import element, progress
from tests.processor.conftest import Platform
from tests.processor.messages import FOLDER, folder, message


async def test_a_folder_is_made_with_all_that_the_message_says(platform: Platform) -> None:
    more = "<Description>All of it</Description><Active>0</Active><Security>Secure</Security>"
    outcome = await platform.send(FOLDER, folder("Week 1", key="fold-1", more=more, vendor="acme"))
    assert outcome.status == "Finished"
    assert outcome.details == [("Folder", "Folder created", "fold-1", "INFO")]
    row = platform.rows(select(element))[0]
    assert (row.site_id, row.course_id, row.parent_id, row.kind) == (5, 7, None, "Folder")
    assert (row.title, row.description, row.active, row.security) == ("Week 1", "All of it", False, "Secure")
    assert (row.vendor_id, row.creator_id, row.credential_id, row.message_id) == ("acme", 3, 11, 1)


async def test_a_key_is_made_where_none_is_given(platform: Platform) -> None:
    outcome = await platform.send(FOLDER, folder())
    assert UUID(outcome.keys[0])
    assert platform.values(select(element.c.sync_key)) == outcome.keys


async def test_a_folder_goes_below_one_that_an_earlier_message_of_the_batch_makes(platform: Platform) -> None:
    lanes, lane = platform.peers.lanes, platform.lane
    lane.leased = True
    lanes.put(lane, FOLDER, folder("A", key="a"))
    lanes.put(lane, FOLDER, folder("B", key="b", more="<ParentSyncKey>a</ParentSyncKey>"))
    lanes.put(lane, FOLDER, folder("C", key="c", more="<ParentSyncKey>a</ParentSyncKey>"))
    lane.leased = False
    assert (await platform.outcome(lane, 3)).status == "Finished"
    rows = {row.title: row for row in platform.rows(select(element))}
    assert rows["B"].parent_id == rows["C"].parent_id == rows["A"].id
    assert (rows["B"].position, rows["C"].position) == (1, 2)
    assert platform.values(select(progress.c.last_seq)) == [3]


async def test_what_names_nothing_is_refused_all_at_once(platform: Platform) -> None:
    where = "<CourseId>999</CourseId><UserId>999</UserId>"
    outcome = await platform.send(FOLDER, folder(" ", where=where, vendor="nobody"))
    assert outcome.status == "Errors"
    assert outcome.texts == [
        "Vendor with specified VendorId does not exist.",
        "User (creator) does not exist.",
        "Course with specified CourseId/CourseSyncKey is not valid.",
        "Folder name is blank or contains invalid characters.",
    ]
    assert platform.rows(select(element)) == []


async def test_a_message_without_course_and_user_is_refused(platform: Platform) -> None:
    outcome = await platform.send(FOLDER, message(FOLDER, "<Title>A</Title>"))
    assert outcome.status == "Errors"
    assert len(outcome.texts) == 2
