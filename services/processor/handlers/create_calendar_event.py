"""Create.Calendar.Event: events of a person, a course or an organisation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lms.calendar import add_event
from lms.lanes import Detail
from lms.references import PersonReference
from services.processor.context import Context
from services.processor.handler import Handler
from services.processor.rules.events import EventBody, Place, check_event, check_place, check_unlocked, texts_of_event
from services.processor.rules.sync_keys import REFERENCE_NOT_FOUND, keys_of_new
from services.processor.rules.vendors import check_vendor


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(EventBody):
    title_read_only_in_ui: bool = False
    show_extra_description: bool = False
    disable_delete: bool = False
    is_lesson: bool = False


def apply(context: Context, data: Sequence[Event]) -> Sequence[Detail]:
    check_vendor(context)
    keys = keys_of_new(context, [event.sync_key_ref for event in data])
    owners = [check_event(context, event) for event in data]
    places = [check_place(context, event) for event in data]
    for event, place, (key, _) in zip(data, places, keys, strict=True):
        if place is not None:
            check_unlocked(context, key, place.course_id, event.start_date_time, event.end_date_time, "created")
    context.approved(keys)
    return [
        add(context, event, context.approved(owner), context.approved(place), key, good)
        for event, owner, place, (key, good) in zip(data, owners, places, keys, strict=True)
    ]


def add(context: Context, event: Event, owner: PersonReference, place: Place, key: str, good: bool) -> Detail:
    values = {
        "owner_id": owner.id,
        "course_id": place.course_id,
        "organisation_id": place.organisation_id,
        "start_at": event.start_date_time,
        "end_at": event.end_date_time,
        "title": "",
        "title_read_only": event.title_read_only_in_ui,
        "description": "",
        "show_extra_description": event.show_extra_description,
        "disable_delete": event.disable_delete,
        "is_lesson": event.is_lesson,
        **texts_of_event(context, event, owner),
    }
    add_event(context.work, key, values, context.origin)
    if not good:
        return context.warning(REFERENCE_NOT_FOUND, key)
    return context.info("Calendar event created.", key)


HANDLER = Handler("Create.Calendar.Event", "CalendarEvent", tuple[Event, ...], apply)
