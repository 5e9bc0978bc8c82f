"""Copies of the full examples of message types, each with keys of its own, as one lane can apply them in any number."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from catalogue.examples import examples_of
from catalogue.loader import load_catalogue
from catalogue.model import MessageType

KEY = re.compile(r"(<SyncKey(?: [^>]*)?>)([^<]*)(</SyncKey>)")
COURSE = re.compile(r"<Course(Id|SyncKey)>[^<]*</Course\1>")
ELEMENT = re.compile(r"<Element(Id|SyncKey)>[^<]*</Element\1>")
PLANNER, LINK = "Create.Course.Planner", "Create.Course.Element.Link"
DELETION, CREATION = "Delete.Extension.Instance", "Create.Extension.Instance"
EVENT_DELETION, EVENT = "Delete.Calendar.Event", "Create.Calendar.Event"
CONNECTION = "Update.Calendar.Event.ConnectEvents"
OWN_KEYS = {"Update.Course.Planner", "Update.Calendar.Event", CONNECTION}
"""They change what is there by its keys, which copies therefore keep."""

Typed = tuple[MessageType, str]


def example(name: str, which: str = "valid-full") -> Typed:
    """Returns a type with one of its examples."""
    kind = load_catalogue().by_name(name)
    assert kind is not None
    return kind, next(one.data for one in examples_of(kind.folder) if one.name == which)


def full_examples() -> list[Typed]:
    """Returns each write type with its full example."""
    return [example(kind.name) for kind in load_catalogue().types if not kind.is_read]


def copies(kind: MessageType, data: str, numbers: Iterable[int]) -> Iterator[Typed]:
    """Yields the example with keys of its own; a planner with a course, a deletion with what it deletes."""
    for number in numbers:
        own = f"-{kind.identifier}-{number}"
        text = data if kind.name in OWN_KEYS else KEY.sub(rf"\g<1>\g<2>{own}\g<3>", data)
        if kind.name == PLANNER:
            text = in_course(text, number)
            text = ELEMENT.sub(f"<ElementSyncKey>bench-link-{number}</ElementSyncKey>", text)
        if kind.name == DELETION:
            text = text.replace(
                "<ContentId>901</ContentId>", f"<ContentSyncKey>bench-content-{number}</ContentSyncKey>"
            )
        if kind.name == CONNECTION:
            text = text.replace(">event-", ">bench-pair-")
        if kind.name == EVENT_DELETION:
            text = re.sub(r"event-(\d)" + own, rf"bench-event-\g<1>-{number}", text)
        yield kind, text


def in_course(text: str, number: int) -> str:
    return COURSE.sub(f"<CourseSyncKey>bench-{number}</CourseSyncKey>", text, count=1)


def deleted_later(text: str, number: int, site_id: int) -> str:
    """Returns a creation that a deletion names, in a course of its own: deleting from the folder that all others are
    made in would have the next reordering move thousands.
    """
    return keyed(in_course(re.sub(r"<ParentId>.*?</ParentId>", "", text), number), f"bench-content-{number}", site_id)


def keyed(text: str, key: str, site_id: int) -> str:
    """Returns a message to this site with this key as its only one."""
    bare = re.sub(r"<SyncKeys>.*</SyncKeys>|<SiteId>.*?</SiteId>", "", text, flags=re.DOTALL)
    head = f"<SyncKeys><SyncKey>{key}</SyncKey></SyncKeys><SiteId>{site_id}</SiteId>"
    return re.sub(r"(<Message[^>]*>)", rf"\1{head}", bare, count=1)
