"""What the rules need to know of what a message names: people, organisations, courses, elements, folders of files."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PersonReference:
    id: int
    sync_key: str
    deleted: bool
    external: bool
    role: str


@dataclass(frozen=True, slots=True)
class OrganisationReference:
    id: int
    sync_key: str
    deleted: bool
    kind: str
    at_top: bool
    """No other organisation is above it."""


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
    creator_id: int


@dataclass(frozen=True, slots=True)
class ScaleReference:
    """An assessment scale."""

    id: int
    sync_key: str
    course_id: int | None
    """None: for the whole site."""
    deleted: bool


@dataclass(frozen=True, slots=True)
class ObjectiveReference:
    """A learning objective of the repository, or what holds some."""

    id: int
    sync_key: str
    kind: str
    shown: bool
    """Published and not deleted; what is above it may hide it nevertheless."""
    parent_id: int | None


@dataclass(frozen=True, slots=True)
class FolderReference:
    """A folder of a file area."""

    id: int
    sync_key: str
    path: str
    deleted: bool
    tree: tuple[object, ...]
    """What tells its tree from the others of the table: owner and visibility, or the course."""

    @classmethod
    def of(cls, number: int, sync_key: str, path: str, deleted: bool, *tree: object) -> FolderReference:
        return cls(number, sync_key, path, deleted, tree)
