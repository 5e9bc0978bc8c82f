"""Delete.Calendar.Event: deletes events by their keys; one that is not there is a warning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lms.calendar import StoredEvent, change_event, delete_event, find_events
from lms.lanes import Detail
from services.processor.context import Context
from services.processor.handler import Handler
from services.processor.rules.events import check_unlocked, does_not_exist, visible
from services.processor.rules.vendors import check_vendor


@dataclass(frozen=True, slots=True)
class Deletion:
    """What stands under Message beside its keys: the type has no body."""

    delete_protection: bool = False


def apply(context: Context, data: Deletion) -> Sequence[Detail]:
    check_vendor(context)
    keys = [key.value for key in context.message.sync_keys]
    found = find_events(context.work, keys)
    there = visible(context, list(found.values()))
    for event in there.values():
        if not (data.delete_protection and event.has_description):
            check_unlocked(context, event.sync_key, event.course_id, event.start_at, event.end_at, "deleted")
    context.approved(keys)
    # The second of two equal keys finds nothing any more.
    return [delete(context, data, key, there.pop(key, None)) for key in keys]


def delete(context: Context, data: Deletion, key: str, event: StoredEvent | None) -> Detail:
    if event is None:
        return context.warning(does_not_exist(key), key)
    if data.delete_protection and event.has_description:
        change_event(context.work, event.id, {"disable_delete": False})
        return context.warning(f"Event '{key}' contains content and has not been deleted.", key)
    delete_event(context.work, event.id)
    return context.info("Calendar event deleted.", key)


HANDLER = Handler("Delete.Calendar.Event", "CalendarEvent", Deletion, apply)
