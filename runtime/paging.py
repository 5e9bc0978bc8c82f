"""Keyset paging: a page token is the key of the last row seen, opaque to callers."""

from __future__ import annotations

import base64
import binascii
import json

from runtime.errors import invalid_field

DEFAULT_PAGE_SIZE = 100
MAX_PAGE_SIZE = 1000

KeyPart = int | str | float


def page_size_of(asked: int) -> int:
    """Returns the page size to use: 100 for 0, never more than 1000; INVALID_ARGUMENT below 0."""
    if asked < 0:
        raise invalid_field("page_size", "page_size must not be negative.")
    return min(asked or DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE)


def encode_page_token(*key: KeyPart) -> str:
    """Returns the token for the rows after this key."""
    return base64.urlsafe_b64encode(json.dumps(key, separators=(",", ":")).encode()).decode().rstrip("=")


def decode_page_token(token: str, kinds: tuple[type, ...]) -> tuple[KeyPart, ...] | None:
    """Returns the key in the token, None for "" (the first page); INVALID_ARGUMENT for what is no token of ours."""
    if not token:
        return None
    try:
        key = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    except (binascii.Error, ValueError, RecursionError) as error:
        raise invalid_field("page_token", "page_token is not one that this service gave.") from error
    if not isinstance(key, list) or [type(part) for part in key] != list(kinds):
        raise invalid_field("page_token", "page_token is not one that this service gave.")
    return tuple(key)
