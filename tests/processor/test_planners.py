"""Create.Course.Planner."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import func, select, update

from lms.tables import content_key, element, planner, planner_column, planner_lesson, planner_topic
from tests.processor.conftest import Platform
from tests.processor.messages import COURSE, FOLDER, LINK, USER, WHERE, folder, message
from tests.processor.peers import Lane
from tests.processor.planners import (
    CREATE_PLANNER,
    column,
    create,
    entries,
    lesson,
    links,
    listed,
    objective,
    plan,
    shown,
    text,
    topic,
)
from tests.processor.world import OTHER_SITE

FULL = plan(
    topics=[
        topic(
            "Inner planets",
            "t-1",
            [
                lesson(
                    "Mercury",
                    "l-1",
                    "<LessonOutline>&lt;p&gt;Hot&lt;/p&gt;&lt;script&gt;x()&lt;/script&gt;</LessonOutline>"
                    "<StartDateTime>2026-09-01T08:00:00+02:00</StartDateTime><StopDateTime>2026-09-01T08:45:00Z</StopDateTime>"
                    "<ClassHours>1st</ClassHours><Active>0</Active>"
                    f"<CustomColumnsData>{text(3, '<b>p. 4</b>')}</CustomColumnsData>"
                    f"<LearningObjectives>{objective(4, 'LO-3')}</LearningObjectives>",
                ),
                lesson("Venus", "l-2"),
            ],
            f"<LearningObjectives>{objective(2, 'LO-2')}{objective(2, 'LO-1')}{objective(2, 'LO-2')}"
            f"</LearningObjectives><CustomColumnsData>{text(1, '<i>tell apart</i><script>x()</script>')}"
            "</CustomColumnsData>",
        ),
        topic("Outer planets", "t-2", [lesson("Saturn", "l-3")]),
    ],
    lessons=[lesson("Excursion", "l-4")],
    topic_columns=[column(1, name="Goal"), column(2, "LearningObjectives", None, ShowInGrid="0")],
    lesson_columns=[column(3, name="Homework"), column(4, "LearningObjectives", None), column(5, "Date", "When")],
)


async def test_a_planner_is_made_with_all_that_the_message_says(platform: Platform) -> None:
    outcome = await platform.send(CREATE_PLANNER, create(FULL, keys=["pln-1"], vendor="acme"))
    assert outcome.status == "Finished"
    assert outcome.details == [("CoursePlanner", "Course planner created", "pln-1", "INFO")]
    row = platform.rows(select(planner))[0]
    assert (row.course_id, row.site_id, row.sync_key, row.vendor_id, row.creator_id) == (7, 5, "pln-1", "acme", 3)
    assert (row.credential_id, row.message_id, row.editor_id) == (11, 1, None)
    found = shown(platform)
    assert found.columns == [
        ("Topic", 1, "Custom", "Goal"),
        ("Topic", 2, "LearningObjectives", ""),
        ("Lesson", 3, "Custom", "Homework"),
        ("Lesson", 4, "LearningObjectives", ""),
        ("Lesson", 5, "Date", "When"),
    ]
    assert found.topics == [
        ("t-1", "Inner planets", {1: "<i>tell apart</i>", 2: ["LO-2", "LO-1"]}),
        ("t-2", "Outer planets", {}),
    ]
    assert found.lessons == [
        ("l-1", "Mercury", "t-1", {3: "<b>p. 4</b>", 4: ["LO-3"]}),
        ("l-2", "Venus", "t-1", {}),
        ("l-3", "Saturn", "t-2", {}),
        ("l-4", "Excursion", None, {}),
    ]
    assert found.trash == set()


async def test_a_lesson_keeps_its_members_and_has_defaults(platform: Platform) -> None:
    await platform.send(CREATE_PLANNER, create(FULL))
    first, second = entries(platform, planner_lesson, 7)[:2]
    assert (first.outline, first.class_hours, first.active) == ("<p>Hot</p>", "1st", False)
    assert first.start_at == datetime(2026, 9, 1, 6, tzinfo=UTC)
    assert first.stop_at == datetime(2026, 9, 1, 8, 45, tzinfo=UTC)
    assert (second.outline, second.class_hours, second.active) == ("", "", True)
    assert (second.start_at, second.stop_at) == (None, None)
    shows = select(
        planner_column.c.show_on_course_page, planner_column.c.show_in_grid, planner_column.c.visible_for_all
    ).where(planner_column.c.number.in_([1, 2]))
    assert [tuple(row) for row in platform.rows(shows.order_by(planner_column.c.number))] == [
        (True, True, True),
        (True, False, True),
    ]


async def test_keys_are_made_where_none_are_given(platform: Platform) -> None:
    planned = plan(topics=[topic("A", None, [lesson("B"), lesson("C", " ")])])
    outcome = await platform.send(CREATE_PLANNER, create(planned))
    assert UUID(outcome.keys[0])
    found = shown(platform)
    made = [outcome.keys[0], *(one[0] for one in found.topics), *(one[0] for one in found.lessons)]
    assert all(UUID(key) for key in made)
    assert set(platform.values(select(content_key.c.sync_key))) == set(made)
    assert len(set(made)) == 4


async def test_an_empty_planner_is_a_planner(platform: Platform) -> None:
    assert (await platform.send(CREATE_PLANNER, create(plan()))).status == "Finished"
    assert platform.values(select(planner.c.course_id)) == [7]


async def test_a_course_has_one_planner(platform: Platform) -> None:
    lane = platform.lane
    lane.leased = True
    for _ in range(2):
        platform.peers.lanes.put(lane, CREATE_PLANNER, create(plan(topics=[topic("A")])))
    lane.leased = False
    outcome = await platform.outcome(lane, 2)
    assert (outcome.status, outcome.texts) == (
        "Errors",
        ["Course with specified CourseId/CourseSyncKey already has a planner."],
    )
    assert (await platform.outcome(lane, 1)).status == "Finished"
    assert len(platform.rows(select(planner_topic))) == 1
    elsewhere = "<CourseSyncKey>crs-8</CourseSyncKey>" + USER
    assert (await platform.send(CREATE_PLANNER, create(plan(), elsewhere))).status == "Finished"


async def test_what_is_wrong_is_refused_all_at_once_and_leaves_nothing(platform: Platform) -> None:
    planned = plan(
        topics=[
            topic(" ", "k", [lesson("\N{RIGHT-TO-LEFT OVERRIDE}", "k")]),
            topic("x" * 256, more=listed("CustomColumnsData", [text(3, "a"), text(1, "a"), text(1, "b")])),
        ],
        lessons=[lesson("A", more=listed("LearningObjectives", [objective(3, "LO-1"), objective(9, "LO-1")]))],
        topic_columns=[column(1, name=None), column(2, "Topic")],
        lesson_columns=[column(2, "Date"), column(3)],
    )
    where = "<CourseId>999</CourseId><UserId>999</UserId>"
    outcome = await platform.send(CREATE_PLANNER, create(planned, where, vendor="nobody"))
    assert outcome.status == "Errors"
    assert outcome.texts == [
        "Vendor with specified VendorId does not exist.",
        "User with specified UserId/UserSyncKey is not valid.",
        "Course with specified CourseId/CourseSyncKey is not valid.",
        "Message contains duplicates for syncKeys: k. Make sure your syncKeys are globally unique.",
        "Topic name is blank or contains invalid characters.",
        "Lesson name is blank or contains invalid characters.",
        "Title must not be longer than 255 characters.",
        "Invalid content: Name of a column of type Custom is blank or contains invalid characters.",
        "Invalid content: ColumnId 2 is used for two columns.",
        "Invalid content: ColumnId 3 is no topic column of type Custom.",
        "Invalid content: ColumnId 1 is used twice in one topic.",
        "Invalid content: ColumnId 3 is no lesson column of type LearningObjectives.",
        "Invalid content: ColumnId 9 is no lesson column of type LearningObjectives.",
    ]
    for table in (planner, planner_column, planner_topic, planner_lesson, content_key):
        assert platform.rows(select(table)) == []


async def test_users_and_courses_that_take_no_planner_are_refused(platform: Platform) -> None:
    wheres = {
        COURSE: "User with specified UserId/UserSyncKey is not valid.",
        COURSE + "<UserSyncKey>usr-9</UserSyncKey>": "User with specified UserId/UserSyncKey is not valid.",
        COURSE + "<UserSyncKey>usr-gone</UserSyncKey>": "User with specified UserId/UserSyncKey is deleted.",
        COURSE + "<UserSyncKey>usr-ext</UserSyncKey>": "User with specified UserId/UserSyncKey is external.",
        COURSE + "<UserId>3</UserId>" + USER: "You are not allowed to enter both UserId and UserSyncKey",
        USER: "Course with specified CourseId/CourseSyncKey is not valid.",
        USER + "<CourseSyncKey>crs-19</CourseSyncKey>": "Course with specified CourseId/CourseSyncKey is not valid.",
        USER + "<CourseId>19</CourseId>": "Course with specified CourseId/CourseSyncKey is not valid.",
        USER + "<CourseSyncKey>crs-gone</CourseSyncKey>": "Course with specified CourseId/CourseSyncKey is deleted.",
        USER + "<CourseSyncKey>crs-ext</CourseSyncKey>": "Course with specified CourseId/CourseSyncKey is external.",
        USER + "<CourseSyncKey>crs-old</CourseSyncKey>": "Course with specified CourseId/CourseSyncKey is archived.",
        USER + "<CourseId>7</CourseId>" + COURSE: "You are not allowed to enter both CourseId and CourseSyncKey",
    }
    outcomes = [await platform.send(CREATE_PLANNER, create(plan(), where)) for where in wheres]
    assert [outcome.texts for outcome in outcomes] == [[text] for text in wheres.values()]
    narrow = Lane(3, 13, 5, organisations=("school-b",))
    outcome = await platform.send(CREATE_PLANNER, create(plan()), narrow)
    assert outcome.texts == ["Course with specified CourseId/CourseSyncKey is not valid."]
    assert platform.rows(select(planner)) == []


async def test_keys_of_other_content_are_taken_and_those_of_another_site_are_not(platform: Platform) -> None:
    await platform.send(FOLDER, folder(key="taken"))
    pattern = "Message contains duplicates for syncKeys: {}. Make sure your syncKeys are globally unique."
    taken = [create(plan(), keys=["taken"]), create(plan(topics=[topic("A", "taken")]))]
    taken += [create(plan(lessons=[lesson("A", "taken")]))]
    for document in taken:
        assert (await platform.send(CREATE_PLANNER, document)).texts == [pattern.format("taken")]
    same = create(plan(topics=[topic("A", "k")]), keys=["k"])
    assert (await platform.send(CREATE_PLANNER, same)).texts == [pattern.format("k")]
    other = Lane(2, 12, OTHER_SITE)
    there = create(plan(topics=[topic("A", "taken")]), "<CourseId>19</CourseId><UserId>9</UserId>", keys=["pln-1"])
    assert (await platform.send(CREATE_PLANNER, there, other)).status == "Finished"
    assert (await platform.send(CREATE_PLANNER, create(plan(), keys=["pln-1"]))).status == "Finished"
    outcome = await platform.send(FOLDER, folder(key="pln-1"))
    assert outcome.texts == [pattern.format("pln-1")]


async def make_links(platform: Platform, *keys: str, where: str = WHERE) -> None:
    for key in keys:
        body = f"{where}<Title>{key}</Title><Link>example.org</Link>"
        assert (await platform.send(LINK, message(LINK, body, keys=[key]))).status == "Finished"


def resources(*keys: str) -> str:
    return listed("Resources", [f"<Resource><ElementSyncKey>{key}</ElementSyncKey></Resource>" for key in keys])


def activities(*numbers: int) -> str:
    return listed("Activities", [f"<Activity><ElementId>{number}</ElementId></Activity>" for number in numbers])


async def test_lessons_are_connected_to_elements_of_the_course(platform: Platform) -> None:
    await make_links(platform, "a", "b")
    number = platform.values(select(element.c.id).where(element.c.sync_key == "a"))[0]
    planned = plan(lessons=[lesson("A", "l-1", resources("b", "a", "b") + activities(number))])
    assert (await platform.send(CREATE_PLANNER, create(planned))).status == "Finished"
    assert links(platform, "l-1") == [("Resource", "b"), ("Resource", "a"), ("Activity", "a")]


async def test_elements_that_are_not_of_the_course_are_refused(platform: Platform) -> None:
    await make_links(platform, "gone")
    with platform.engine.begin() as connection:
        connection.execute(update(element).values(deleted_at=func.now()))
    await make_links(platform, "mine")
    await make_links(platform, "elsewhere", where="<CourseId>8</CourseId>" + USER)
    number = platform.values(select(element.c.id).where(element.c.sync_key == "mine"))[0]
    both = resources("mine").replace("<Resource>", f"<Resource><ElementId>{number}</ElementId>")
    invalid = "Element with specified ElementId/ElementSyncKey is not valid."
    texts = {
        resources("none"): invalid,
        resources("elsewhere"): invalid,
        activities(999): invalid,
        resources("mine").replace("</Resources>", "<Resource/></Resources>"): invalid,
        resources("mine", "gone"): "Element with specified ElementId/ElementSyncKey is deleted.",
        both: "You are not allowed to enter both ElementId and ElementSyncKey",
    }
    for links_of_lesson, expected in texts.items():
        planned = plan(topics=[topic("A", None, [lesson("B", None, links_of_lesson)])])
        assert (await platform.send(CREATE_PLANNER, create(planned))).texts == [expected]
    there = create(plan(lessons=[lesson("B", None, resources("mine"))]), "<CourseId>19</CourseId><UserId>9</UserId>")
    assert (await platform.send(CREATE_PLANNER, there, Lane(2, 12, OTHER_SITE))).texts == [invalid]
    assert platform.rows(select(planner)) == []


async def test_elements_move_into_a_folder_for_each_topic_that_has_any(platform: Platform) -> None:
    await make_links(platform, "a", "b", "c", "d")
    planned = plan(
        topics=[
            topic("Inner", None, [lesson("1", None, resources("b")), lesson("2", None, resources("a", "b"))]),
            topic("Empty", None, [lesson("3")]),
            topic("Outer", None, [lesson("4", None, resources("a", "c"))]),
        ],
        lessons=[lesson("5", None, resources("d"))],
    )
    move = "<MoveElementsToTopicFolder>1</MoveElementsToTopicFolder>"
    outcome = await platform.send(CREATE_PLANNER, create(move + planned))
    assert (outcome.status, len(outcome.details)) == ("Finished", 1)
    rows = platform.rows(select(element).order_by(element.c.parent_id, element.c.position))
    titles = {row.id: row.title for row in rows}
    assert {row.title: (titles.get(row.parent_id), row.position) for row in rows} == {
        "b": ("Inner", 1),
        "a": ("Inner", 2),
        "c": ("Outer", 1),
        "d": (None, 4),
        "Inner": (None, 5),
        "Outer": (None, 6),
    }
    folders = [row for row in rows if row.kind == "Folder"]
    assert {(row.creator_id, row.course_id) for row in folders} == {(3, 7)}
    after = await platform.send(FOLDER, folder(key="later"))
    assert after.status == "Finished"
    assert platform.values(select(element.c.position).where(element.c.sync_key == "later")) == [7]


async def test_elements_stay_where_they_are_by_default(platform: Platform) -> None:
    await make_links(platform, "a")
    planned = plan(topics=[topic("Inner", None, [lesson("1", None, resources("a"))])])
    await platform.send(CREATE_PLANNER, create(planned))
    assert platform.values(select(element.c.parent_id)) == [None]
