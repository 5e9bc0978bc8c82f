"""Names of the protos as .NET spells them."""

from __future__ import annotations


def pascal_case(name: str) -> str:
    """Returns "CourseSyncKey" for "course_sync_key"."""
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def snake_case(name: str) -> str:
    """Returns "course_id_type" for "CourseIdType"."""
    return "".join(f"_{c.lower()}" if c.isupper() and i else c.lower() for i, c in enumerate(name))
