"""Update.Calendar.Event.ConnectEvents: makes events of courses the next of one another, or takes that back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lms.calendar import StoredEvent, connect_events, find_events
from lms.lanes import Detail
from services.processor.context import Context, Step
from services.processor.handler import Handler
from services.processor.rules.events import check_unlocked, does_not_exist, visible
from services.processor.rules.sync_keys import REFERENCE_NOT_FOUND, keys_by_reference
from services.processor.rules.vendors import check_vendor


@dataclass(frozen=True, slots=True)
class Connection:
    source_event_sync_key_ref: str
    next_event_sync_key_ref: str | None = None


def apply(context: Context, data: Sequence[Connection]) -> Sequence[Detail]:
    check_vendor(context)
    keys = keys_by_reference(context)
    wanted = [keys[one] for connection in data if is_good(connection, keys) for one in references(connection)]
    found = find_events(context.work, wanted)
    there = visible(context, list(found.values()))
    for key in dict.fromkeys(wanted):
        check_course_event(context, key, there.get(key))
    for connection in data:
        if is_good(connection, keys):
            check_connection(context, connection, keys, there)
    context.approved(wanted)
    return [connect(context, connection, keys, there) for connection in data]


def references(connection: Connection) -> Sequence[str]:
    source, following = connection.source_event_sync_key_ref, connection.next_event_sync_key_ref
    return (source,) if following is None else (source, following)


def is_good(connection: Connection, keys: dict[str, str]) -> bool:
    """Whether the message has the keys that a connection refers to."""
    return all(one in keys for one in references(connection))


def check_course_event(context: Context, key: str, event: StoredEvent | None) -> None:
    if event is None:
        context.refuse(does_not_exist(key), Step.PARENTS)
    elif event.course_id is None:
        context.refuse(f"Event '{key}' is not a course event.", Step.PARENTS)


def check_connection(
    context: Context, connection: Connection, keys: dict[str, str], there: dict[str, StoredEvent]
) -> None:
    """Refuses an event that is to follow itself, and one that is locked."""
    source = keys[connection.source_event_sync_key_ref]
    if connection.next_event_sync_key_ref is not None and keys[connection.next_event_sync_key_ref] == source:
        context.refuse(f"Event '{source}' cannot be its own next event.")
    event = there.get(source)
    if event is not None:
        check_unlocked(context, source, event.course_id, event.start_at, event.end_at, "updated")


def connect(context: Context, connection: Connection, keys: dict[str, str], there: dict[str, StoredEvent]) -> Detail:
    if not is_good(connection, keys):
        return context.warning(REFERENCE_NOT_FOUND)
    source = there[keys[connection.source_event_sync_key_ref]]
    if connection.next_event_sync_key_ref is None:
        connect_events(context.work, source.id, None)
        return context.info("Calendar event disconnected.", source.sync_key)
    connect_events(context.work, source.id, there[keys[connection.next_event_sync_key_ref]].id)
    return context.info("Calendar event connected.", source.sync_key)


HANDLER = Handler("Update.Calendar.Event.ConnectEvents", "CalendarEvent", tuple[Connection, ...], apply)
