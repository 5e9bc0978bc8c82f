"""What becomes of the rows of OneRoster (decision 18).

Org = organisation, academicSession = term, class = course, user = person, enrollment = membership.
"""

from __future__ import annotations

from collections.abc import Iterator

from organisation.v1 import platform_service_pb2 as pb

from oneroster.roster import Roster
from oneroster.rows import Class, Course, User

DELETED = "tobedeleted"
KINDS = {
    "orgs": "organisation",
    "academicSessions": "term",
    "courses": "course",
    "classes": "course",
    "users": "person",
    "enrollments": "membership",
}
"""What the rows of each file become, in the order of the report."""


def roster_items(source: Roster, site_id: int) -> Iterator[pb.ImportRosterRequest]:
    """Yields heading and rows in the order that the processor wants them. Only the course table is held in memory."""
    yield pb.ImportRosterRequest(heading=pb.RosterHeading(site_id=site_id, source="OneRoster 1.1"))
    yield from organisations(source)
    yield from terms(source)
    subjects_of = {course.sourced_id: course for course in source.courses()}
    for row in source.classes():
        yield pb.ImportRosterRequest(course=course_of(row, subjects_of.get(row.course_sourced_id)))
    for user in source.users():
        yield pb.ImportRosterRequest(person=person_of(user))
    yield from memberships(source)


def counts_with(source: Roster, report: pb.ImportRosterResponse) -> list[pb.RosterCount]:
    """Returns the counts of the processor's report with what the reader refused."""
    counts = {kind: pb.RosterCount(kind=kind) for kind in KINDS.values()}
    for count in report.counts:
        counts[count.kind].CopyFrom(count)
    for name, kind in KINDS.items():
        counts[kind].refused += source.refused.get(name, 0)
    told = {count.kind for count in report.counts}
    return [count for kind, count in counts.items() if kind in told or count.refused]


def organisations(source: Roster) -> Iterator[pb.ImportRosterRequest]:
    for org in source.orgs():
        yield pb.ImportRosterRequest(
            organisation=pb.RosterOrganisation(
                sync_key=org.sourced_id,
                title=org.name,
                kind=org.type,
                parent_sync_key=org.parent_sourced_id,
                identifier=org.identifier,
                deleted=org.status == DELETED,
            )
        )


def terms(source: Roster) -> Iterator[pb.ImportRosterRequest]:
    for session in source.academic_sessions():
        yield pb.ImportRosterRequest(
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


def course_of(row: Class, course: Course | None) -> pb.RosterCourse:
    """A class without a course to take code and subjects from keeps its own."""
    return pb.RosterCourse(
        sync_key=row.sourced_id,
        title=row.title,
        code=(course.course_code if course else "") or row.class_code,
        subjects=(course.subjects if course else ()) or row.subjects,
        organisation_sync_key=row.school_sourced_id,
        term_sync_keys=row.term_sourced_ids,
        deleted=row.status == DELETED,
    )


def person_of(user: User) -> pb.RosterPerson:
    return pb.RosterPerson(
        sync_key=user.sourced_id,
        username=user.username,
        given_name=user.given_name,
        family_name=user.family_name,
        role=user.role,
        email=user.email,
        organisation_sync_keys=user.org_sourced_ids,
        enabled=user.enabled_user,
        deleted=user.status == DELETED,
    )


def memberships(source: Roster) -> Iterator[pb.ImportRosterRequest]:
    for enrollment in source.enrollments():
        yield pb.ImportRosterRequest(
            membership=pb.RosterMembership(
                sync_key=enrollment.sourced_id,
                course_sync_key=enrollment.class_sourced_id,
                person_sync_key=enrollment.user_sourced_id,
                role=enrollment.role,
                deleted=enrollment.status == DELETED,
            )
        )
