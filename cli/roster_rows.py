"""What becomes of the rows of OneRoster (decision 18).

Org = organisation, academicSession = term, class = course, user = person, enrollment = membership.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from organisation.v1 import platform_service_pb2 as pb

from cli.roster_grades import assessment_of, category_of, item_of
from cli.roster_items import Items, items
from cli.roster_scales import scales
from oneroster.roster import Roster
from oneroster.rows import AcademicSession, Class, Course, Enrollment, Org, Role, User
from oneroster.tables import (
    ACADEMIC_SESSIONS,
    CATEGORIES,
    CLASSES,
    ENROLLMENTS,
    LINE_ITEMS,
    ORGS,
    RESULTS,
    ROLES,
    Row,
    Table,
)
from oneroster.values import DELETED

KINDS: Final = {
    "orgs": ("organisation",),
    "academicSessions": ("term",),
    "courses": (),
    "classes": ("course",),
    "users": ("person",),
    "roles": ("role",),
    "enrollments": ("membership",),
    "scoreScales": ("assessment_scale", "assessment_item"),
    "categories": ("gradebook_category",),
    "lineItems": ("gradebook_item",),
    "results": ("gradebook_assessment",),
}
"""The kinds of rows that each file becomes, in the order of the report."""
BATCH_ROWS: Final = 500
BATCH_CHARACTERS: Final = 1024 * 1024


def roster_items(source: Roster, heading: pb.RosterHeading) -> Items:
    """Yields heading and rows in the order that the processor wants them, many in a message.

    Only the course table is held in memory.
    """
    yield pb.ImportRosterRequest(heading=heading)
    yield from gathered(rows_of(source))


def gathered(rows: Items) -> Items:
    """Yields rows in messages of bounded size."""
    batch: list[pb.ImportRosterRequest] = []
    size = 0
    for row in rows:
        batch.append(row)
        size += row.ByteSize()
        if len(batch) >= BATCH_ROWS or size >= BATCH_CHARACTERS:
            yield pb.ImportRosterRequest(rows=pb.RosterRows(rows=batch))
            batch, size = [], 0
    if batch:
        yield pb.ImportRosterRequest(rows=pb.RosterRows(rows=batch))


def rows_of(source: Roster) -> Items:
    """Yields the rows of a set; a file that is whole ends by saying so."""

    def bring(table: Table[Row], make: Callable[[Row], pb.ImportRosterRequest]) -> Items:
        (kind,) = KINDS[table.name]
        return items(source, table, kind, make)

    yield from bring(ORGS, organisation_of)
    yield from bring(ACADEMIC_SESSIONS, term_of)
    courses = {course.sourced_id: course for course in source.courses()}
    yield from bring(CLASSES, lambda row: course_of(row, courses, source))
    yield from bring(source.users_table, lambda row: person_of(row, source))
    yield from bring(ROLES, role_of)
    yield from bring(ENROLLMENTS, membership_of)
    yield from scales(source)
    yield from bring(CATEGORIES, category_of)
    yield from bring(LINE_ITEMS, item_of)
    yield from bring(RESULTS, assessment_of)


def organisation_of(org: Org) -> pb.ImportRosterRequest:
    return pb.ImportRosterRequest(
        organisation=pb.RosterOrganisation(
            sync_key=org.sourced_id,
            title=org.name,
            kind=org.type,
            parent_sync_key=org.parent_sourced_id,
            identifier=org.identifier,
            deleted=org.status == DELETED,
        )
    )


def term_of(session: AcademicSession) -> pb.ImportRosterRequest:
    return pb.ImportRosterRequest(
        term=pb.RosterTerm(
            sync_key=session.sourced_id,
            title=session.title,
            kind=session.type,
            start_date=session.start_date.isoformat(),
            end_date=session.end_date.isoformat(),
            parent_sync_key=session.parent_sourced_id,
            deleted=session.status == DELETED,
        )
    )


def course_of(row: Class, courses: Mapping[str, Course], source: Roster) -> pb.ImportRosterRequest:
    """A class without a course to take code and subjects from keeps its own.

    Where the set need not have the course, what is stored stays.
    """
    course = courses.get(row.course_sourced_id)
    made = pb.RosterCourse(
        sync_key=row.sourced_id,
        title=row.title,
        code=(course.course_code if course else "") or row.class_code,
        subjects=(course.subjects if course else ()) or row.subjects,
        organisation_sync_key=row.school_sourced_id,
        term_sync_keys=row.term_sourced_ids,
        deleted=row.status == DELETED,
    )
    untold = ("code", "subjects") if course is None and not source.is_whole("courses") else ()
    return pb.ImportRosterRequest(course=made, keep=untold)


def person_of(user: User, source: Roster) -> pb.ImportRosterRequest:
    """In 1.2 role and organisations come as rows of their own."""
    has_roles = source.manifest.version == "1.2"
    made = pb.RosterPerson(
        sync_key=user.sourced_id,
        username=user.username,
        given_name=user.given_name,
        family_name=user.family_name,
        role="" if has_roles else user.role,
        email=user.email,
        organisation_sync_keys=() if has_roles else user.org_sourced_ids,
        enabled=user.enabled_user,
        deleted=user.status == DELETED,
    )
    return pb.ImportRosterRequest(person=made, keep=("role", "organisation_sync_keys") if has_roles else ())


def role_of(role: Role) -> pb.ImportRosterRequest:
    return pb.ImportRosterRequest(
        role=pb.RosterRole(
            sync_key=role.sourced_id,
            person_sync_key=role.user_sourced_id,
            organisation_sync_key=role.org_sourced_id,
            role=role.role,
            primary=role.role_type,
            deleted=role.status == DELETED,
        )
    )


def membership_of(enrollment: Enrollment) -> pb.ImportRosterRequest:
    return pb.ImportRosterRequest(
        membership=pb.RosterMembership(
            sync_key=enrollment.sourced_id,
            course_sync_key=enrollment.class_sourced_id,
            person_sync_key=enrollment.user_sourced_id,
            role=enrollment.role,
            deleted=enrollment.status == DELETED,
        )
    )
