"""Keys that partners give to what they make (writes.yaml synckey_rules, decision 8)."""

from __future__ import annotations

from collections import Counter
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


def check_keys(context: Context) -> list[str]:
    """Returns the keys of the message in order; refuses those that come twice or that content of the site has."""
    keys = [key.value for key in context.message.sync_keys]
    if not keys:
        return keys
    taken = set(context.work.directory.taken(keys))
    double = [key for key, count in Counter(keys).items() if count > 1 or key in taken]
    if double:
        context.refuse(duplicates(double), Step.KEYS)
    if any(len(key) > SYNC_KEY_LENGTH for key in keys):
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
    """Returns for each File of the message its key and whether its SyncKeyRef was good.

    A File without SyncKeyRef takes the next key that no File refers to, and a new one when there is none left.
    """
    check_keys(context)
    by_reference = {key.reference: key.value for key in context.message.sync_keys if key.reference is not None}
    references = {file.sync_key_ref for file in context.message.files if file.sync_key_ref is not None}
    free = iter([key.value for key in context.message.sync_keys if key.reference not in references])
    given: set[str] = set()
    keys = []
    for file in context.message.files:
        if file.sync_key_ref is None:
            key, good = next(free, None), True
        else:
            key, good = by_reference.get(file.sync_key_ref), file.sync_key_ref in by_reference
        if key is not None and key in given:
            context.refuse(duplicates([key]), Step.KEYS)
        keys.append((key or new_key(), good))
        given.add(keys[-1][0])
    return keys
