"""Which columns each file has, what is in them, and which of them a row cannot do without."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Generic, Literal, TypeVar

from oneroster.gradebook_rows import Category, LineItem, Result
from oneroster.problems import RowError
from oneroster.rows import AcademicSession, Class, Course, Enrollment, Org, Role, ScoreScale, User
from oneroster.values import (
    bulk_status,
    day,
    delta_status,
    enabled,
    flag,
    mapping,
    moment,
    number,
    optional_day,
    primary,
    role,
    role_1p2,
    text,
    texts,
)

Version = Literal["1.1", "1.2"]
Row = TypeVar(
    "Row", Org, AcademicSession, Course, Class, User, Role, Enrollment, ScoreScale, Category, LineItem, Result
)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name in the file, how its text is read, and whether it may be blank."""

    name: str
    parse: Callable[[str], object] = text
    required: bool = False


@dataclass(frozen=True, slots=True)
class Table(Generic[Row]):
    """One file: `name` is also the file's name before `.csv`; `columns` are in the order of the row's fields."""

    name: str
    row: Callable[..., Row]
    columns: Sequence[Column]
    check: Callable[[Row], None] | None = None


def required(name: str, parse: Callable[[str], object] = text) -> Column:
    return Column(name, parse, required=True)


def session_ends_after_start(session: AcademicSession) -> None:
    if session.end_date < session.start_date:
        raise RowError("endDate lies before startDate", "endDate")


def enrollment_ends_after_begin(enrollment: Enrollment) -> None:
    if enrollment.begin_date and enrollment.end_date and enrollment.end_date < enrollment.begin_date:
        raise RowError("endDate lies before beginDate", "endDate")


HEAD: Final = (required("sourcedId"), Column("status", bulk_status), Column("dateLastModified"))
# Names that exporters write instead of the specification's.
ALIASES: Final[Mapping[str, str]] = {"termsourcedid": "termsourcedids", "orgsourcedid": "orgsourcedids"}

ORGS: Final = Table(
    "orgs",
    Org,
    (*HEAD, required("name"), required("type"), Column("identifier"), Column("parentSourcedId")),
)
ACADEMIC_SESSIONS: Final = Table(
    "academicSessions",
    AcademicSession,
    (
        *HEAD,
        required("title"),
        required("type"),
        required("startDate", day),
        required("endDate", day),
        Column("parentSourcedId"),
        Column("schoolYear"),
    ),
    session_ends_after_start,
)
COURSES: Final = Table(
    "courses",
    Course,
    (
        *HEAD,
        Column("schoolYearSourcedId"),
        required("title"),
        Column("courseCode"),
        Column("grades", texts),
        Column("orgSourcedId"),
        Column("subjects", texts),
        Column("subjectCodes", texts),
    ),
)
CLASSES: Final = Table(
    "classes",
    Class,
    (
        *HEAD,
        required("title"),
        Column("grades", texts),
        required("courseSourcedId"),
        Column("classCode"),
        Column("classType"),
        Column("location"),
        required("schoolSourcedId"),
        Column("termSourcedIds", texts),
        Column("subjects", texts),
        Column("subjectCodes", texts),
        Column("periods", texts),
    ),
)
USERS: Final = Table(
    "users",
    User,
    (
        *HEAD,
        Column("enabledUser", enabled),
        required("orgSourcedIds", texts),
        required("role", role),
        Column("username"),
        Column("userIds", texts),
        required("givenName"),
        required("familyName"),
        Column("middleName"),
        Column("identifier"),
        Column("email"),
        Column("sms"),
        Column("phone"),
        Column("agentSourcedIds", texts),
        Column("grades", texts),
    ),
)
USERS_1P2: Final = Table(
    "users",
    User,
    tuple(
        Column(column.name, text if column.name == "role" else column.parse)
        if column.name in {"orgSourcedIds", "role"}
        else column
        for column in USERS.columns
    ),
)
ROLES: Final = Table(
    "roles",
    Role,
    (
        *HEAD,
        required("userSourcedId"),
        required("roleType", primary),
        required("role", role_1p2),
        required("orgSourcedId"),
    ),
)
ENROLLMENTS: Final = Table(
    "enrollments",
    Enrollment,
    (
        *HEAD,
        required("classSourcedId"),
        Column("schoolSourcedId"),
        required("userSourcedId"),
        required("role", role),
        Column("primary", flag),
        Column("beginDate", optional_day),
        Column("endDate", optional_day),
    ),
    enrollment_ends_after_begin,
)
SCORE_SCALES: Final = Table(
    "scoreScales",
    ScoreScale,
    (*HEAD, required("title"), Column("type"), Column("classSourcedId"), required("scoreScaleValue", mapping)),
)
CATEGORIES: Final = Table("categories", Category, (*HEAD, required("title"), Column("weight", number)))
LINE_ITEMS: Final = Table(
    "lineItems",
    LineItem,
    (
        *HEAD,
        required("title"),
        Column("description"),
        Column("assignDate", moment),
        Column("dueDate", moment),
        required("classSourcedId"),
        Column("categorySourcedId"),
        Column("gradingPeriodSourcedId"),
        Column("academicSessionSourcedId"),
        Column("resultValueMin", number),
        Column("resultValueMax", number),
    ),
)
RESULTS: Final = Table(
    "results",
    Result,
    (
        *HEAD,
        required("lineItemSourcedId"),
        required("studentSourcedId"),
        Column("scoreStatus"),
        Column("score", number),
        required("scoreDate", moment),
        Column("comment"),
        Column("textScore"),
    ),
)
FILES: Final = (
    "orgs",
    "academicSessions",
    "courses",
    "classes",
    "users",
    "roles",
    "enrollments",
    "scoreScales",
    "categories",
    "lineItems",
    "results",
)
ONLY_1P2: Final = frozenset({"roles", "scoreScales"})


def parser_of(column: Column, *, delta: bool) -> Callable[[str], object]:
    """Returns how a column is read in a bulk or a delta file: only the blank status differs."""
    return delta_status if delta and column.parse is bulk_status else column.parse
