"""Update.Calendar.Event: changes events; what an Event does not say stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lms.calendar import StoredEvent, change_event, find_events
from lms.lanes import Detail
from lms.references import PersonReference
from services.processor.context import Context, Step
from services.processor.handler import Handler
from services.processor.rules.events import (
    EventBody,
    Place,
    check_event,
    check_place,
    check_unlocked,
    does_not_exist,
    names_place,
    texts_of_event,
    visible,
)
from services.processor.rules.sync_keys import REFERENCE_NOT_FOUND, referred_keys
from services.processor.rules.vendors import check_vendor

NO_KEY = "Event without SyncKeyRef is not valid."


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(EventBody):
    title_read_only_in_ui: bool | None = None
    show_extra_description: bool | None = None
    disable_delete: bool | None = None
    is_lesson: bool | None = None


def apply(context: Context, data: Sequence[Event]) -> Sequence[Detail]:
    check_vendor(context)
    keys = referred_keys(context, [event.sync_key_ref for event in data])
    found = find_events(context.work, [key for key, _ in keys if key is not None])
    stored = visible(context, list(found.values()))
    owners = [check_event(context, event) for event in data]
    places = [check_place(context, event) for event in data]
    for event, place, (key, good) in zip(data, places, keys, strict=True):
        if good:
            check_change(context, event, place, key, stored)
    context.approved(keys)
    return [
        change(context, event, context.approved(owner), context.approved(place), stored[key])
        if key is not None
        else context.warning(REFERENCE_NOT_FOUND)
        for event, owner, place, (key, _) in zip(data, owners, places, keys, strict=True)
    ]


def check_change(
    context: Context, event: Event, place: Place | None, key: str | None, stored: dict[str, StoredEvent]
) -> None:
    """Refuses an event that is not there, and one that a locked period holds where it was, or where it is to be."""
    if key is None:
        context.refuse(NO_KEY, Step.PARENTS)
        return
    before = stored.get(key)
    if before is None:
        context.refuse(does_not_exist(key), Step.PARENTS)
        return
    check_unlocked(context, key, before.course_id, before.start_at, before.end_at, "updated")
    if place is not None:
        course_id = place.course_id if names_place(event) else before.course_id
        check_unlocked(context, key, course_id, event.start_date_time, event.end_date_time, "updated")


def change(context: Context, event: Event, owner: PersonReference, place: Place, before: StoredEvent) -> Detail:
    values: dict[str, Any] = {
        "owner_id": owner.id,
        "start_at": event.start_date_time,
        "end_at": event.end_date_time,
        **texts_of_event(context, event, owner),
    }
    said = {
        "title_read_only": event.title_read_only_in_ui,
        "show_extra_description": event.show_extra_description,
        "disable_delete": event.disable_delete,
        "is_lesson": event.is_lesson,
    }
    values.update((column, value) for column, value in said.items() if value is not None)
    if names_place(event):
        values.update(course_id=place.course_id, organisation_id=place.organisation_id)
    change_event(context.work, before.id, values)
    return context.info("Calendar event updated.", before.sync_key)


HANDLER = Handler("Update.Calendar.Event", "CalendarEvent", tuple[Event, ...], apply)
