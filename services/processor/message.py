"""A message as handlers see it: what every type has, and its body as typed data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from services.processor.binding import NAMESPACE, Convert, Element, text_of

SYNC_KEYS: Final = f"{NAMESPACE}SyncKeys"
VENDOR_ID: Final = f"{NAMESPACE}VendorId"
FILES: Final = f"{NAMESPACE}Files"
COMMON: Final = {SYNC_KEYS, VENDOR_ID, FILES, f"{NAMESPACE}SiteId"}


@dataclass(frozen=True, slots=True)
class SyncKey:
    """A key that the partner gives to what is made; files point at its reference."""

    value: str
    reference: str | None


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A File of the list Files."""

    file_id: str
    name: str | None
    comment: str
    sync_key_ref: str | None


@dataclass(frozen=True, slots=True)
class Message:
    """One message. data is what its handler's binds to."""

    credential_id: int
    message_id: int
    site_id: int
    sync_keys: tuple[SyncKey, ...]
    vendor_id: str | None
    files: tuple[FileEntry, ...]
    data: Any


def bind_message(root: Element, bind: Convert, credential_id: int, message_id: int, site_id: int) -> Message:
    """Returns the message in a normalised document; a type without a body has data made of what Message holds."""
    parts = {child.tag: child for child in root}
    body = next((child for tag, child in parts.items() if tag not in COMMON and len(child)), None)
    vendor = parts.get(VENDOR_ID)
    return Message(
        credential_id,
        message_id,
        site_id,
        sync_keys_of(parts.get(SYNC_KEYS)),
        None if vendor is None else text_of(vendor).strip() or None,
        files_of(parts.get(FILES)),
        bind(root if body is None else body),
    )


def sync_keys_of(wrapper: Element | None) -> tuple[SyncKey, ...]:
    """Returns the keys in order; blank ones are left out, as if they had not been sent."""
    if wrapper is None:
        return ()
    return tuple(SyncKey(text_of(key), key.get("ID")) for key in wrapper if text_of(key).strip())


def files_of(wrapper: Element | None) -> tuple[FileEntry, ...]:
    if wrapper is None:
        return ()
    return tuple(
        FileEntry(text_of(file).strip(), file.get("Name"), file.get("Comment") or "", file.get("SyncKeyRef"))
        for file in wrapper
    )
