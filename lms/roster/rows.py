"""The rows of a roster, as they are brought, and those of what else comes with it: projects, scales, remarks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lms.roster.gradebook_rows import GradebookRow


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    sync_key: str
    title: str
    kind: str
    parent_sync_key: str
    identifier: str
    deleted: bool


@dataclass(frozen=True, slots=True)
class TermRow:
    sync_key: str
    title: str
    kind: str
    start_date: str
    end_date: str
    parent_sync_key: str
    description: str | None
    """None: as it was."""
    organisation_sync_key: str | None
    """Empty: none. None: as it was."""
    deleted: bool


@dataclass(frozen=True, slots=True)
class CourseRow:
    sync_key: str
    title: str
    code: str
    subjects: tuple[str, ...]
    organisation_sync_key: str
    term_sync_keys: tuple[str, ...]
    deleted: bool
    planner_enabled: bool | None = None
    """None: as it is; on for a new course."""
    use_assessment_record: bool | None = None
    """The same."""


@dataclass(frozen=True, slots=True)
class PersonRow:
    sync_key: str
    username: str
    given_name: str
    family_name: str
    role: str
    email: str
    organisation_sync_keys: tuple[str, ...]
    enabled: bool
    deleted: bool


@dataclass(frozen=True, slots=True)
class RoleRow:
    sync_key: str
    person_sync_key: str
    organisation_sync_key: str
    role: str
    primary: bool
    deleted: bool


@dataclass(frozen=True, slots=True)
class MembershipRow:
    sync_key: str
    course_sync_key: str
    person_sync_key: str
    role: str
    deleted: bool


@dataclass(frozen=True, slots=True)
class FavouriteRow:
    """A course that a person has starred."""

    sync_key: str
    course_sync_key: str
    person_sync_key: str
    deleted: bool


@dataclass(frozen=True, slots=True)
class ProjectRow:
    sync_key: str
    title: str
    description: str
    organisation_sync_key: str
    archived: bool
    deleted: bool


@dataclass(frozen=True, slots=True)
class ProjectMemberRow:
    sync_key: str
    project_sync_key: str
    person_sync_key: str
    role: str
    deleted: bool


@dataclass(frozen=True, slots=True)
class ScaleRow:
    """An assessment scale."""

    sync_key: str
    title: str
    description: str
    totals: str
    course_sync_key: str
    """Empty: for the whole site."""
    deleted: bool


@dataclass(frozen=True, slots=True)
class GradeRow:
    """A grade of an assessment scale."""

    sync_key: str
    scale_sync_key: str
    title: str
    percent_from: float | None
    percent_to: float | None
    position: int
    deleted: bool


@dataclass(frozen=True, slots=True)
class ObjectiveRow:
    """A learning objective, or what holds some."""

    sync_key: str
    title: str
    kind: str
    parent_sync_key: str
    description: str
    published: bool
    deleted: bool


@dataclass(frozen=True, slots=True)
class RemarkRow:
    """A behaviour remark."""

    sync_key: str
    person_sync_key: str
    noted_at: datetime | None
    type: str
    code: str
    weight: int
    description: str
    reaction: str
    course_sync_key: str
    term_sync_key: str
    author_sync_key: str
    """Course, term and author: empty for none."""
    deleted: bool


Row = (
    OrganisationRow
    | TermRow
    | CourseRow
    | PersonRow
    | RoleRow
    | MembershipRow
    | FavouriteRow
    | ProjectRow
    | ProjectMemberRow
    | ScaleRow
    | GradeRow
    | ObjectiveRow
    | RemarkRow
    | GradebookRow
)
