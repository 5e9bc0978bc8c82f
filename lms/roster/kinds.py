"""The kinds of rows: their tables, what they refer to, and their values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lms.roster.checks import RowRefusedError, percentages, period, text, word
from lms.roster.gradebook_kinds import GRADEBOOK_KINDS
from lms.roster.kind import EMAIL, LONG, TEXT, WORD, Kind, Known, Links, Reference, Values, known_id, known_or_none
from lms.roster.rows import (
    CourseRow,
    FavouriteRow,
    GradeRow,
    MembershipRow,
    ObjectiveRow,
    OrganisationRow,
    PersonRow,
    ProjectMemberRow,
    ProjectRow,
    RemarkRow,
    RoleRow,
    Row,
    ScaleRow,
    TermRow,
)
from lms.tables import (
    assessment_item,
    assessment_scale,
    behaviour_remark,
    course,
    course_term,
    favourite,
    learning_objective,
    membership,
    organisation,
    person,
    person_organisation,
    person_role,
    project,
    project_member,
    term,
)
from lms.tables.base import TITLE_LENGTH
from lms.tables.behaviour_remark import REMARK_CODE_LENGTH, REMARK_TYPES
from lms.tables.learning_objective import OBJECTIVE_KINDS


def organisation_values(row: OrganisationRow, _known: Known) -> Values:
    return {
        "title": text("title", row.title, TITLE_LENGTH),
        "kind": text("kind", row.kind, WORD),
        "identifier": text("identifier", row.identifier, LONG, blank=True),
    }


def term_values(row: TermRow, known: Known) -> Values:
    first, last = period(row.start_date, row.end_date)
    values: Values = {
        "title": text("title", row.title, TITLE_LENGTH),
        "kind": text("kind", row.kind, WORD),
        "start_date": first,
        "end_date": last,
    }
    if row.description is not None:
        values["description"] = text("description", row.description, TEXT, blank=True)
    if row.organisation_sync_key is not None:
        values["organisation_id"] = known_or_none(known, organisation, row.organisation_sync_key)
    return values


def course_values(row: CourseRow, known: Known) -> Values:
    settings = {"planner_enabled": row.planner_enabled, "use_assessment_record": row.use_assessment_record}
    return {
        **{name: setting for name, setting in settings.items() if setting is not None},
        "title": text("title", row.title, TITLE_LENGTH),
        "code": text("code", row.code, LONG, blank=True),
        "subjects": list(row.subjects),
        "organisation_id": known_or_none(known, organisation, row.organisation_sync_key),
    }


def person_values(row: PersonRow, _known: Known) -> Values:
    return {
        "username": text("username", row.username, LONG, blank=True),
        "given_name": text("given_name", row.given_name, LONG, blank=True),
        "family_name": text("family_name", row.family_name, LONG, blank=True),
        "role": text("role", row.role, WORD, blank=True),
        "email": text("email", row.email, EMAIL, blank=True),
        "enabled": row.enabled,
    }


def role_values(row: RoleRow, known: Known) -> Values:
    return {
        "person_id": known_id(known, person, row.person_sync_key),
        "organisation_id": known_id(known, organisation, row.organisation_sync_key),
        "role": text("role", row.role, WORD),
        "is_primary": row.primary,
    }


def membership_values(row: MembershipRow, known: Known) -> Values:
    return {
        "course_id": known_id(known, course, row.course_sync_key),
        "person_id": known_id(known, person, row.person_sync_key),
        "role": text("role", row.role, WORD),
    }


def favourite_values(row: FavouriteRow, known: Known) -> Values:
    return {
        "course_id": known_id(known, course, row.course_sync_key),
        "person_id": known_id(known, person, row.person_sync_key),
    }


def project_values(row: ProjectRow, known: Known) -> Values:
    return {
        "title": text("title", row.title, TITLE_LENGTH),
        "description": text("description", row.description, TEXT, blank=True),
        "organisation_id": known_or_none(known, organisation, row.organisation_sync_key),
        "is_archived": row.archived,
    }


def project_member_values(row: ProjectMemberRow, known: Known) -> Values:
    return {
        "project_id": known_id(known, project, row.project_sync_key),
        "person_id": known_id(known, person, row.person_sync_key),
        "role": text("role", row.role, WORD),
    }


def scale_values(row: ScaleRow, known: Known) -> Values:
    return {
        "title": text("title", row.title, TITLE_LENGTH),
        "description": text("description", row.description, TEXT, blank=True),
        "totals": text("totals", row.totals, WORD, blank=True),
        "course_id": known_or_none(known, course, row.course_sync_key),
    }


def grade_values(row: GradeRow, known: Known) -> Values:
    first, last = percentages(row.percent_from, row.percent_to)
    return {
        "scale_id": known_id(known, assessment_scale, row.scale_sync_key),
        "title": text("title", row.title, TITLE_LENGTH),
        "percent_from": first,
        "percent_to": last,
        "position": row.position,
    }


def objective_values(row: ObjectiveRow, _known: Known) -> Values:
    return {
        "title": text("title", row.title, TEXT),
        "kind": word("kind", row.kind, OBJECTIVE_KINDS),
        "description": text("description", row.description, TEXT, blank=True),
        "published": row.published,
    }


def remark_values(row: RemarkRow, known: Known) -> Values:
    if row.noted_at is None:
        raise RowRefusedError("noted_at is missing.")
    return {
        "person_id": known_id(known, person, row.person_sync_key),
        "course_id": known_or_none(known, course, row.course_sync_key),
        "term_id": known_or_none(known, term, row.term_sync_key),
        "author_id": known_or_none(known, person, row.author_sync_key),
        "noted_at": row.noted_at,
        "type": word("type", row.type, REMARK_TYPES),
        "code": text("code", row.code, REMARK_CODE_LENGTH, blank=True),
        "weight": row.weight,
        "description": text("description", row.description, TEXT, blank=True),
        "reaction": text("reaction", row.reaction, TEXT, blank=True),
    }


def organisation_references(row: OrganisationRow) -> Iterable[Reference]:
    return [(organisation, row.parent_sync_key)]


def term_references(row: TermRow) -> Iterable[Reference]:
    return [(term, row.parent_sync_key), (organisation, row.organisation_sync_key or "")]


def course_references(row: CourseRow) -> Iterable[Reference]:
    return [(organisation, row.organisation_sync_key), *((term, key) for key in row.term_sync_keys)]


def person_references(row: PersonRow) -> Iterable[Reference]:
    return [(organisation, key) for key in row.organisation_sync_keys]


def role_references(row: RoleRow) -> Iterable[Reference]:
    return [(person, row.person_sync_key), (organisation, row.organisation_sync_key)]


def membership_references(row: MembershipRow | FavouriteRow) -> Iterable[Reference]:
    return [(course, row.course_sync_key), (person, row.person_sync_key)]


def project_references(row: ProjectRow) -> Iterable[Reference]:
    return [(organisation, row.organisation_sync_key)]


def project_member_references(row: ProjectMemberRow) -> Iterable[Reference]:
    return [(project, row.project_sync_key), (person, row.person_sync_key)]


def scale_references(row: ScaleRow) -> Iterable[Reference]:
    return [(course, row.course_sync_key)]


def grade_references(row: GradeRow) -> Iterable[Reference]:
    return [(assessment_scale, row.scale_sync_key)]


def objective_references(row: ObjectiveRow) -> Iterable[Reference]:
    return [(learning_objective, row.parent_sync_key)]


def remark_references(row: RemarkRow) -> Iterable[Reference]:
    people = [(person, key) for key in (row.person_sync_key, row.author_sync_key)]
    return [*people, (course, row.course_sync_key), (term, row.term_sync_key)]


KINDS: Mapping[type[Row], Kind] = {
    OrganisationRow: Kind(
        "organisation", organisation, organisation_references, organisation_values, {"parent_id": None}, has_parent=True
    ),
    TermRow: Kind(
        "term",
        term,
        term_references,
        term_values,
        {"parent_id": None, "description": "", "organisation_id": None},
        has_parent=True,
    ),
    CourseRow: Kind(
        "course",
        course,
        course_references,
        course_values,
        {
            "description": "",
            "credits": "",
            "is_archived": False,
            "external_customer_id": None,
            "planner_enabled": True,
            "use_assessment_record": True,
        },
        Links(course_term, "course_id", "term_id", term, "term_sync_keys"),
    ),
    PersonRow: Kind(
        "person",
        person,
        person_references,
        person_values,
        {"external_user_id": None, "external_customer_id": None},
        Links(person_organisation, "person_id", "organisation_id", organisation, "organisation_sync_keys"),
    ),
    RoleRow: Kind("role", person_role, role_references, role_values, {}),
    MembershipRow: Kind("membership", membership, membership_references, membership_values, {}),
    FavouriteRow: Kind("favourite", favourite, membership_references, favourite_values, {}),
    ProjectRow: Kind("project", project, project_references, project_values, {}),
    ProjectMemberRow: Kind("project_member", project_member, project_member_references, project_member_values, {}),
    ScaleRow: Kind("assessment_scale", assessment_scale, scale_references, scale_values, {}),
    GradeRow: Kind("assessment_item", assessment_item, grade_references, grade_values, {}),
    ObjectiveRow: Kind(
        "learning_objective",
        learning_objective,
        objective_references,
        objective_values,
        {"parent_id": None},
        has_parent=True,
    ),
    RemarkRow: Kind("behaviour_remark", behaviour_remark, remark_references, remark_values, {}),
    **GRADEBOOK_KINDS,
}

BY_NAME: Mapping[str, Kind] = {kind.name: kind for kind in KINDS.values()}
