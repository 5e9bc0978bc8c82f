"""The rows of the OneRoster CSV files that a school's structure is made of, named as there, in snake case.

`status` is "active", "inactive" or "tobedeleted"; `date_last_modified` stands as written. Texts are stripped.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Org:
    sourced_id: str
    status: str
    date_last_modified: str
    name: str
    type: str
    identifier: str
    parent_sourced_id: str


@dataclass(frozen=True, slots=True)
class AcademicSession:
    """A term or school year; `end_date` is the first day after it."""

    sourced_id: str
    status: str
    date_last_modified: str
    title: str
    type: str
    start_date: date
    end_date: date
    parent_sourced_id: str
    school_year: str


@dataclass(frozen=True, slots=True)
class Course:
    sourced_id: str
    status: str
    date_last_modified: str
    school_year_sourced_id: str
    title: str
    course_code: str
    grades: tuple[str, ...]
    org_sourced_id: str
    subjects: tuple[str, ...]
    subject_codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Class:
    sourced_id: str
    status: str
    date_last_modified: str
    title: str
    grades: tuple[str, ...]
    course_sourced_id: str
    class_code: str
    class_type: str
    location: str
    school_sourced_id: str
    term_sourced_ids: tuple[str, ...]
    subjects: tuple[str, ...]
    subject_codes: tuple[str, ...]
    periods: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class User:
    """A person. The file's password column is never read. In 1.2 roles are rows of their own: `role` is empty."""

    sourced_id: str
    status: str
    date_last_modified: str
    enabled_user: bool
    org_sourced_ids: tuple[str, ...]
    role: str
    username: str
    user_ids: tuple[str, ...]
    given_name: str
    family_name: str
    middle_name: str
    identifier: str
    email: str
    sms: str
    phone: str
    agent_sourced_ids: tuple[str, ...]
    grades: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Enrollment:
    """A person in a class; `end_date` is the first day after it."""

    sourced_id: str
    status: str
    date_last_modified: str
    class_sourced_id: str
    school_sourced_id: str
    user_sourced_id: str
    role: str
    primary: bool
    begin_date: date | None
    end_date: date | None


@dataclass(frozen=True, slots=True)
class Role:
    """A role of a person in an organisation (1.2); `role_type` says whether it is the primary one."""

    sourced_id: str
    status: str
    date_last_modified: str
    user_sourced_id: str
    role_type: bool
    role: str
    org_sourced_id: str


@dataclass(frozen=True, slots=True)
class ScoreScale:
    """A scale of marks (1.2); `score_scale_value` has pairs of what is mapped and what it is mapped to."""

    sourced_id: str
    status: str
    date_last_modified: str
    title: str
    type: str
    class_sourced_id: str
    score_scale_value: tuple[tuple[str, str], ...]
