"""What the rules need to know of a person, a course, an element or a personal folder that a message names."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PersonReference:
    id: int
    sync_key: str
    deleted: bool
    external: bool


@dataclass(frozen=True, slots=True)
class CourseReference:
    id: int
    sync_key: str
    deleted: bool
    external: bool
    archived: bool
    organisation_id: int | None
    """Its school."""


@dataclass(frozen=True, slots=True)
class ElementReference:
    id: int
    sync_key: str
    course_id: int | None
    """None: in the library."""
    kind: str
    deleted: bool


@dataclass(frozen=True, slots=True)
class FolderReference:
    """A folder of personal files."""

    id: int
    sync_key: str
    owner_id: int
    visibility: str
    path: str
    deleted: bool
