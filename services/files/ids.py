"""Ids of files: GUIDs, which partners write in any of .NET's ways."""

from __future__ import annotations

import re
import uuid

GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{32}", re.ASCII)
BRACES = (("{", "}"), ("(", ")"))


def new_file_id() -> str:
    """Returns an unguessable id: a random GUID in lower case, with hyphens."""
    return str(uuid.uuid4())


def parse_file_id(text: str) -> str | None:
    """Returns the id in the form of new_file_id; None for what is no GUID."""
    bare = text.strip().lower()
    for opening, closing in BRACES:
        if bare.startswith(opening) and bare.endswith(closing):
            bare = bare[1:-1]
            break
    return str(uuid.UUID(bare)) if GUID.fullmatch(bare) else None
