"""Keys that partners give to what they make (writes.yaml synckey_rules, decision 8)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from uuid import uuid4

from lms.tables.base import SYNC_KEY_LENGTH
from services.processor.context import Context, Step

REFERENCE_NOT_FOUND = "Supplied SyncRefId not found."


def duplicates(keys: list[str]) -> str:
    """Returns the text for keys that are not unique."""
    return f"Message contains duplicates for syncKeys: {', '.join(keys)}. Make sure your syncKeys are globally unique."


def new_key() -> str:
    """Returns a key made here, for what the partner gives none."""
    return str(uuid4())


def check_keys(context: Context, inside: tuple[str, ...] = (), own: frozenset[str] = frozenset()) -> list[str]:
    """Returns the keys of the message in order; refuses those that come twice or that content of the site has.

    inside: further keys, of parts of what the message makes. own: keys of the very content that the message replaces.
    """
    keys = [key.value for key in context.message.sync_keys]
    every = [*keys, *inside]
    if not every:
        return keys
    taken = set(context.work.directory.taken(every)) - own
    double = [key for key, count in Counter(every).items() if count > 1 or key in taken]
    if double:
        context.refuse(duplicates(double), Step.KEYS)
    if any(len(key) > SYNC_KEY_LENGTH for key in every):
        context.refuse(f"SyncKey is longer than {SYNC_KEY_LENGTH} characters.", Step.KEYS)
    return keys


def check_key(context: Context) -> str:
    """Returns the key of the one thing that the message makes: the partner's, or a new one."""
    return check_keys_of(context, 1)[0]


def check_keys_of(context: Context, count: int) -> list[str]:
    """Returns the keys of what the message makes, in order: the partner's, then new ones."""
    keys = check_keys(context)[:count]
    return keys + [new_key() for _ in range(count - len(keys))]


def keys_of_files(context: Context) -> list[tuple[str, bool]]:
    """Returns for each File of the message its key, new where none is given, and whether its SyncKeyRef was good."""
    return keys_of_new(context, [file.sync_key_ref for file in context.message.files])


def keys_of_new(context: Context, references: Sequence[str | None]) -> list[tuple[str, bool]]:
    """Returns for each item to be made its key, new where none is given, and whether its SyncKeyRef was good."""
    check_keys(context)
    return [(key or new_key(), good) for key, good in referred_keys(context, references)]


def referred_keys(context: Context, references: Sequence[str | None]) -> list[tuple[str | None, bool]]:
    """Returns for each item the key that its SyncKeyRef names, None where there is none, and whether it was good.

    An item without SyncKeyRef takes the next key that none refers to. Two items never have one key.
    """
    by_reference = keys_by_reference(context)
    named = {reference for reference in references if reference is not None}
    free = iter([key.value for key in context.message.sync_keys if key.reference not in named])
    given: set[str] = set()
    keys: list[tuple[str | None, bool]] = []
    for reference in references:
        if reference is None:
            key, good = next(free, None), True
        else:
            key, good = by_reference.get(reference), reference in by_reference
        if key is not None and key in given:
            context.refuse(duplicates([key]), Step.KEYS)
        keys.append((key, good))
        given.add(key or "")
    return keys


def keys_by_reference(context: Context) -> dict[str, str]:
    """Returns the keys of the message by their IDs."""
    return {key.reference: key.value for key in context.message.sync_keys if key.reference is not None}
