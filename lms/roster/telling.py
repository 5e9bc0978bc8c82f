"""Rows and their changes, for people to read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

Stored = Mapping[Any, Any]
"""The columns of a row."""
SHOWN: Final = 60


def name_of(row: Stored) -> str:
    """Returns a title or a name; the role of what has neither."""
    if row.get("title"):
        return shown(row["title"])
    names = [row[name] for name in ("given_name", "family_name") if row.get(name)]
    return shown(" ".join(names) or row.get("role") or "")


def difference(stored: Stored, values: Stored, list_field: str = "") -> str:
    """Returns what changes: of texts and dates before and after, of what refers to other rows its name alone."""
    parts = ["there again"] if stored["deleted_at"] is not None else []
    for name, value in values.items():
        if stored[name] == value:
            continue
        if name.endswith("_id"):
            parts.append(f"{name.removesuffix('_id')} changes")
        else:
            parts.append(f"{name} {quoted(stored[name])} becomes {quoted(value)}")
    if list_field:
        parts.append(f"{list_field.removesuffix('_sync_keys')}s change")
    name = name_of(stored)
    return f"{name}: {', '.join(parts)}" if name else ", ".join(parts)


def quoted(value: object) -> str:
    if isinstance(value, list | tuple):
        value = ", ".join(map(str, value))
    return f"'{shown('' if value is None else str(value))}'"


def shown(text: str) -> str:
    """Returns the beginning of a text, printable."""
    text = "".join(
        character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text[: SHOWN + 1]
    )
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
