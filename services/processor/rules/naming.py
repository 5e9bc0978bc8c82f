"""Things are named by number or by key, never by both."""

from __future__ import annotations

from typing import TypeVar

from lms.lookup import Lookup, Reference
from services.processor.context import Context, Step

R = TypeVar("R", bound=Reference)


def both(name: str) -> str:
    """Returns the text for a message that names a thing twice."""
    return f"You are not allowed to enter both {name}Id and {name}SyncKey"


def find(lookup: Lookup[R], number: int | None, key: str | None) -> R | None:
    """Returns what the number or else the key names."""
    if number is not None:
        return lookup.by_id(number)
    return None if key is None else lookup.by_key(key)


def named_twice(context: Context, step: Step, name: str, number: int | None, key: str | None) -> bool:
    """Refuses number and key together; returns whether it did."""
    if number is None or key is None:
        return False
    context.refuse(both(name), step)
    return True
