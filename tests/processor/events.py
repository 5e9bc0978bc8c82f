"""Messages about calendar events, and what is stored of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from lms.tables import calendar_event
from tests.processor.conftest import Platform
from tests.processor.messages import sync_keys

CREATE = "Create.Calendar.Event"
UPDATE = "Update.Calendar.Event"
DELETE = "Delete.Calendar.Event"
CONNECT = "Update.Calendar.Event.ConnectEvents"
USER = "<UserSyncKey>usr-3</UserSyncKey>"
COURSE = "<CourseSyncKey>crs-7</CourseSyncKey>"
START, END = "2026-12-01T08:00:00Z", "2026-12-01T09:00:00Z"


def event(members: str = USER, *, start: str = START, end: str = END) -> str:
    return f"<Event><StartDateTime>{start}</StartDateTime><EndDateTime>{end}</EndDateTime>{members}</Event>"


def events(*items: str, keys: Sequence[str] = (), vendor: str = "") -> str:
    vendor = f"<VendorId>{vendor}</VendorId>" if vendor else ""
    body = f"<Events>{''.join(items)}</Events>"
    return f'<Message xmlns="urn:message-schema">{sync_keys(keys)}{vendor}{body}</Message>'


def deletion(*keys: str, more: str = "") -> str:
    return f'<Message xmlns="urn:message-schema">{sync_keys(keys)}{more}</Message>'


def connections(keys: Sequence[str], *pairs: tuple[str, ...]) -> str:
    names = ("SourceEventSyncKeyRef", "NextEventSyncKeyRef")
    items = "".join(
        "<EventConnection>"
        + "".join(f"<{name}>{reference}</{name}>" for name, reference in zip(names, pair, strict=False))
        + "</EventConnection>"
        for pair in pairs
    )
    body = f"<EventConnections>{items}</EventConnections>"
    return f'<Message xmlns="urn:message-schema">{sync_keys(keys)}{body}</Message>'


async def make(platform: Platform, *keys: str, members: str = USER + COURSE) -> None:
    """Makes an event for each key."""
    outcome = await platform.send(CREATE, events(*(event(members) for _ in keys), keys=keys))
    assert (outcome.status, outcome.keys) == ("Finished", list(keys))


def stored(platform: Platform) -> dict[str, Any]:
    """The events that are not deleted, by key."""
    rows = platform.rows(select(calendar_event).where(calendar_event.c.deleted_at.is_(None)))
    return {row.sync_key: row for row in rows}


def nexts(platform: Platform) -> dict[str, str]:
    """Which event leads to which."""
    rows = stored(platform)
    keys = {row.id: key for key, row in rows.items()}
    return {key: keys[row.next_event_id] for key, row in rows.items() if row.next_event_id is not None}
