"""Looks up what a batch of messages refers to, a few statements for all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from lms.directory import Directory, Place
from lms.lookup import Lookup, Reference
from services.processor.message import Message
from services.processor.rules.naming import find

R = TypeVar("R", bound=Reference)
Bodies = Mapping[Any, Sequence[object]]
"""By their kinds."""


def learn(directory: Directory, messages: Sequence[Message]) -> None:
    """Looks up what bodies, or their items, name by the usual members, and the keys of the messages."""
    bodies: dict[Any, list[object]] = {}
    for message in messages:
        for body in bodies_of(message):
            bodies.setdefault(type(body), []).append(body)
    look_up(directory.people, bodies, "user", "person", "evaluator_person")
    look_up(directory.organisations, bodies, "organisation")
    look_up(directory.courses, bodies, "course")
    look_up(directory.elements, bodies, "parent", "content", "element")
    directory.learn_positions(places(directory, bodies))
    directory.learn_keys(key.value for message in messages for key in message.sync_keys)


def bodies_of(message: Message) -> Sequence[object]:
    """Returns what of a message may name things: the body, or the items of one that is a list."""
    return message.data if isinstance(message.data, tuple) else (message.data,)


def look_up(lookup: Lookup[Any], bodies: Bodies, *names: str) -> None:
    lookup.learn(
        members_of(bodies, [f"{name}_id" for name in names]), members_of(bodies, [f"{name}_sync_key" for name in names])
    )


def members_of(bodies: Bodies, names: Iterable[str]) -> Iterator[Any]:
    """Yields what bodies have under these names, each value of a name once."""
    for name in names:
        yield from {value for body in having(bodies, name) if (value := getattr(body, name)) is not None}


def having(bodies: Bodies, *names: str) -> Iterator[object]:
    """Yields the bodies of the kinds that have one of these members."""
    for kind, those in bodies.items():
        if any(has(kind, name) for name in names):
            yield from those


@cache
def has(kind: Any, name: str) -> bool:
    """Whether bodies of this kind have a member; most have few of those that are looked for."""
    # Without slots and a default a member is no attribute of its class; a deployment's own handlers may be so.
    return hasattr(kind, name) or name in getattr(kind, "__dataclass_fields__", ())


def places(directory: Directory, bodies: Bodies) -> Iterator[Place]:
    """Yields the places in courses where bodies are to be put, of those that are there."""
    for body in having(bodies, "course_id", "parent_id"):
        parent = named(directory.elements, body, "parent")
        course = named(directory.courses, body, "course")
        if parent is not None and parent.course_id is not None:
            yield parent.course_id, parent.id
        elif course is not None:
            yield course.id, None


def named(lookup: Lookup[R], body: object, name: str) -> R | None:
    """Returns what a body names by its usual members."""
    return find(lookup, getattr(body, f"{name}_id", None), getattr(body, f"{name}_sync_key", None))
