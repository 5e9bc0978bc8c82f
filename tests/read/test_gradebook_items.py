"""Read.Course.Gradebook.Items and Read.Course.Gradebook.Categories."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from organisation.v1.read_base_pb2 import PagedRequestBase
from organisation.v1.read_gradebook_categories_pb2 import ReadCourseGradebookCategoriesRequest as Categories
from organisation.v1.read_gradebook_items_pb2 import ReadCourseGradebookItemsRequest as Items

from lms import tables
from runtime.timestamps import timestamp
from tests.files.peers import Credential
from tests.read.conftest import NO_COURSE, Running, on_site
from tests.read.content import NOW
from tests.read.gradebooks import activity, category, item, read, refusals, refused

DUE = datetime(2031, 3, 1, 12, tzinfo=UTC)


def numbers(answer: Any) -> list[int]:
    return [one.gradebook_item_id for one in answer.gradebook_items]


async def test_items_of_a_roster_and_of_elements_with_something_to_assess_are_listed(running: Running) -> None:
    content = running.content
    course_id, other = content.course(3, "bio"), content.course(3, "other")
    scale_id = content.roster(tables.assessment_scale, 3, "s", title="S", description="", totals="")
    term_id = content.term(3, "t", None, None)
    kind = category(content, 3, "k", course_id=course_id)
    whole: dict[str, Any] = {
        "description": "<p>D</p>",
        "category_id": kind,
        "term_id": term_id,
        "assessment_scale_id": scale_id,
    }
    full = item(content, course_id, "i", date=NOW, deadline=DUE, max_points=7.5, weight=0.5, **whole)
    lab = activity(content, course_id, None, 20, title="Lab", sync_key="lab", description="<p>Do</p>")
    graded = activity(content, course_id, scale_id, None, title="Graded")
    activity(content, course_id, None, None)
    item(content, course_id, "gone", deleted=True)
    item(content, other, "elsewhere")
    essay = content.element(3, course_id, "Assignment", "Essay")
    handed_in = {"deadline": DUE, "mandatory": False, "use_groups": "false", "plagiarism": False, "anonymous": False}
    content.insert(tables.element_assignment, element_id=essay, assessment_scale=4, max_score=5, **handed_in)
    essay_item = item(content, course_id, element_id=essay)
    source = content.element(3, None, "Extension", "Source", extension_id=5000, description="of the library")
    content.extension(source, "Library")
    tool = content.element(3, course_id, "Extension", "Tool", extension_id=5000)
    removed = content.element(3, course_id, "Extension", "Removed", extension_id=5000, deleted=True)
    for element_id in (tool, removed):
        row = {"location": "Course", "metadata": {}, "disallow_modification": False, "assessment_scale": 8}
        content.insert(tables.extension_instance, element_id=element_id, **row)
    content.insert(tables.element_instance, element_id=tool, content_id=source)
    tool_item = item(content, course_id, element_id=tool)
    item(content, course_id, element_id=removed)

    answer = await read(running, Items(course_sync_key="bio"))
    assert (answer.base.total, answer.base.page_size) == (5, 100)
    assert numbers(answer) == [full, lab, graded, essay_item, tool_item]
    first, second, third, fourth, fifth = answer.gradebook_items
    assert (first.title, first.description, first.max_points, first.weight) == ("Item i", "<p>D</p>", 7.5, 0.5)
    assert (first.category_id, first.term_id, first.assessment_scale_id) == (kind, term_id, scale_id)
    assert (first.date, first.deadline) == (timestamp(NOW), timestamp(DUE))
    assert not first.HasField("element_id")
    assert (second.title, second.description, second.element_sync_key) == ("Lab", "<p>Do</p>", "lab")
    assert (second.max_points, second.date) == (20, timestamp(NOW))
    for unset in ("category_id", "term_id", "assessment_scale_id", "deadline", "weight"):
        assert not second.HasField(unset)
    assert third.assessment_scale_id == scale_id
    assert (fourth.element_id, fourth.assessment_scale_id, fourth.max_points) == (essay, 4, 5)
    assert fourth.deadline == timestamp(DUE)
    assert (fifth.title, fifth.description, fifth.assessment_scale_id) == ("Tool", "of the library", 8)

    for size in (2, 5):
        pages = [await read(running, Items(course_id=course_id, base=PagedRequestBase(page_size=size)))]
        while token := pages[-1].base.next_page_token:
            more = PagedRequestBase(page_size=size, page_token=token)
            pages.append(await read(running, Items(course_id=course_id, base=more)))
        assert [number for page in pages for number in numbers(page)] == numbers(answer)
    beyond = await read(running, Items(course_id=course_id, base=PagedRequestBase(page_index=9)))
    assert (numbers(beyond), beyond.base.total, beyond.base.current_page_index) == ([], 5, 9)


async def test_items_by_category_and_term_where_0_is_without(running: Running) -> None:
    content = running.content
    course_id = content.course(3, "bio")
    kinds = [category(content, 3, "k1", course_id=course_id), category(content, 3, "gone", deleted=True)]
    terms = [content.term(3, "t1", None, None), content.term(3, "gone", None, None, deleted=True)]
    both = item(content, course_id, "both", category_id=kinds[0], term_id=terms[0])
    bare = item(content, course_id, "bare")
    past = item(content, course_id, "past", category_id=kinds[1], term_id=terms[1])
    lab = activity(content, course_id, None, 5)

    async def found(**filters: Any) -> list[int]:
        return numbers(await read(running, Items(course_id=course_id, **filters)))

    assert await found() == [both, bare, past, lab]
    assert await found(category_id=kinds[0]) == await found(term_id=terms[0]) == [both]
    assert await found(category_id=0) == await found(term_id=0) == [bare, past, lab]
    assert await found(category_id=kinds[0], term_id=0) == []
    for unknown in (kinds[1], 99_999, -1, 2**31 - 1):
        assert await found(category_id=unknown) == []
    shown = (await read(running, Items(course_id=course_id))).gradebook_items[2]
    assert not shown.HasField("category_id")
    assert not shown.HasField("term_id")


async def test_categories_are_those_of_the_course_and_those_of_the_site_that_its_items_are_in(running: Running) -> None:
    content = running.content
    course_id, other = content.course(3, "bio", use_assessment_record=False), content.course(3, "other")
    own = category(content, 3, "own", course_id=course_id, weight=40.0)
    used = category(content, 3, "used")
    category(content, 3, "unused")
    category(content, 3, "theirs", course_id=other)
    gone = category(content, 3, "gone", deleted=True)
    left = category(content, 3, "left")
    item(content, course_id, "i", category_id=used)
    item(content, course_id, "of-gone", category_id=gone)
    item(content, course_id, "deleted", category_id=left, deleted=True)
    answer = await read(running, Categories(course_id=course_id))
    shown = [(one.category_id, one.title) for one in answer.course_gradebook_categories]
    assert shown == [(own, "Category own"), (used, "Category used")]
    assert [one.HasField("weight") for one in answer.course_gradebook_categories] == [True, False]


async def test_a_course_is_named_once_and_visible_and_uses_the_assessment_record(running: Running) -> None:
    content = running.content
    school = content.organisation(3, "school")
    mine = content.course(3, "mine", organisation_id=school)
    numbers_of = {
        "theirs": content.course(3, "theirs"),
        "gone": content.course(3, "gone", deleted=True),
        "foreign": content.course(4, "foreign"),
    }
    content.course(3, "old", is_archived=True)
    off = content.course(3, "off", use_assessment_record=False)
    for ask in (Items, Categories):
        wrong = [ask(), ask(course_id=mine, course_sync_key="mine")]
        assert [refusal[2] for refusal in await refusals(running, wrong)] == [
            "Either CourseId or CourseSyncKey must be specified.",
            "You are not allowed to enter both CourseId and CourseSyncKey.",
        ]
        unknown = [ask(course_id=number) for number in (0, -1, 99_999, numbers_of["gone"], numbers_of["foreign"])]
        keys = [ask(course_sync_key=key) for key in ("\0", "x" * 5000, "gone", "foreign")]
        assert set(await refusals(running, [*unknown, *keys])) == {NO_COURSE}
        narrowed = running.peers.access.add(Credential(8, 3, organisations=("school",)))
        assert await refused(running, ask(course_id=numbers_of["theirs"]), narrowed) == NO_COURSE
        await read(running, ask(course_id=mine), narrowed)
        await read(running, ask(course_sync_key="old"))
        other = running.peers.access.add(Credential(9, 3, types=("", "Read.Courses")))
        assert (await refused(running, ask(course_id=mine), other))[1] == "TYPE_NOT_GRANTED"
        roaming = running.peers.access.add(Credential(10, None, sites={4}))
        base: Any = on_site(4) if ask is Categories else PagedRequestBase(base=on_site(4))
        await read(running, ask(base=base, course_sync_key="foreign"), roaming)
        assert await refused(running, ask(base=base, course_id=mine), roaming) == NO_COURSE
    text = "Assessment record is not enabled for the specified course."
    assert await refused(running, Items(course_id=off)) == ("INVALID_ARGUMENT", "READ_REFUSED", text)
    assert not (await read(running, Categories(course_id=off))).course_gradebook_categories
