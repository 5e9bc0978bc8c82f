"""Calendar events: when, whose and where they are (writes.yaml, the Calendar types)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lms.calendar import StoredEvent, is_locked
from lms.references import OrganisationReference, PersonReference
from lms.rich_text import level_of
from services.processor.context import Context, Step
from services.processor.rules.courses import check_course
from services.processor.rules.naming import find, named_twice
from services.processor.rules.people import check_user
from services.processor.rules.rich_text import clean_text
from services.processor.rules.titles import LINE_SPACE, has_controls
from services.processor.rules.wording import STANDARD

GROUP_INVALID = "GroupHierarchy with specified GroupHierarchyId/GroupHierarchySyncKey is not valid."
COURSE_OR_GROUP = "You are not allowed to enter both a course and a group hierarchy"
ENDS_FIRST = "EndDateTime is before StartDateTime."


@dataclass(frozen=True, slots=True, kw_only=True)
class EventBody:
    """The members that an Event has in any message."""

    start_date_time: datetime
    end_date_time: datetime
    title: str | None = None
    description: str | None = None
    sync_key_ref: str | None = None
    user_id: int | None = None
    user_sync_key: str | None = None
    course_id: int | None = None
    course_sync_key: str | None = None
    group_hierarchy_id: int | None = None
    group_hierarchy_sync_key: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """The calendar of an event: of a course, of an organisation, or, with neither, its owner's own."""

    course_id: int | None = None
    organisation_id: int | None = None


def names_place(data: EventBody) -> bool:
    """Whether the Event names a course or an organisation."""
    named = (data.course_id, data.course_sync_key, data.group_hierarchy_id, data.group_hierarchy_sync_key)
    return any(one is not None for one in named)


def check_place(context: Context, data: EventBody) -> Place | None:
    """Returns the calendar that an Event names."""
    in_course = data.course_id is not None or data.course_sync_key is not None
    in_group = data.group_hierarchy_id is not None or data.group_hierarchy_sync_key is not None
    if in_course and in_group:
        context.refuse(COURSE_OR_GROUP, Step.COURSES)
        return None
    if in_course:
        course = check_course(context, data)
        return None if course is None else Place(course_id=course.id)
    if in_group:
        group = check_group(context, data)
        return None if group is None else Place(organisation_id=group.id)
    return Place()


def check_group(context: Context, data: EventBody) -> OrganisationReference | None:
    """Returns the organisation, of any type, that is not deleted and that the credential may see."""
    number, key = data.group_hierarchy_id, data.group_hierarchy_sync_key
    if named_twice(context, Step.COURSES, "GroupHierarchy", number, key):
        return None
    found = find(context.work.directory.organisations, number, key)
    if found is None or found.deleted or not context.sight.sees_organisation(found):
        context.refuse(GROUP_INVALID, Step.COURSES)
        return None
    return found


def check_event(context: Context, data: EventBody) -> PersonReference | None:
    """Returns the owner; refuses an Event that ends before it starts, or whose title is no line of text."""
    owner = check_user(context, data)
    if data.end_date_time < data.start_date_time:
        context.refuse(ENDS_FIRST)
    if has_controls((data.title or "").translate(LINE_SPACE)):
        context.refuse(STANDARD.title_invalid, Step.TITLES)
    return owner


def check_unlocked(
    context: Context, sync_key: str, course_id: int | None, start_at: datetime, end_at: datetime, done: str
) -> None:
    """Refuses what is done to an event of a course within one of its locked periods."""
    if course_id is not None and is_locked(context.work, course_id, start_at, end_at):
        context.refuse(
            f"Event '{sync_key}' cannot be {done} because the period is locked in given course (Course Id {course_id})."
        )


def texts_of_event(context: Context, data: EventBody, owner: PersonReference) -> dict[str, Any]:
    """Returns the columns for the texts that an Event has."""
    texts: dict[str, Any] = {}
    if data.title is not None:
        texts["title"] = data.title.translate(LINE_SPACE).strip()
    if data.description is not None:
        texts["description"] = clean_text(context, data.description, level_of(owner.role))
    return texts


def does_not_exist(sync_key: str) -> str:
    """Returns the text for a key that no event has, or none that the credential may see."""
    return f"Event '{sync_key}' does not exist in itslearning"


def visible(context: Context, events: Sequence[StoredEvent]) -> dict[str, StoredEvent]:
    """Returns by key the events whose course, organisation or, with neither, owner the credential sees."""
    return {event.sync_key: event for event in events if is_reachable(context, event)}


def is_reachable(context: Context, event: StoredEvent) -> bool:
    if event.course_id is not None:
        return context.sight.sees_course_number(event.course_id)
    if event.organisation_id is not None:
        group = context.work.directory.organisations.by_id(event.organisation_id)
        return group is not None and context.sight.sees_organisation(group)
    return context.sight.sees_person(event.owner_id)
