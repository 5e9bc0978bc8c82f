"""Rows of a roster, from the wire."""

from __future__ import annotations

from organisation.v1 import platform_service_pb2

from lms.roster.rows import CourseRow, MembershipRow, OrganisationRow, PersonRow, Row, TermRow
from runtime.errors import invalid_field


def row_of(request: platform_service_pb2.ImportRosterRequest) -> Row:
    """Returns the row of a request; INVALID_ARGUMENT for a second heading or nothing."""
    match request.WhichOneof("item"):
        case "organisation":
            return organisation_of(request.organisation)
        case "term":
            return term_of(request.term)
        case "course":
            return course_of(request.course)
        case "person":
            return person_of(request.person)
        case "membership":
            return membership_of(request.membership)
        case _:
            raise invalid_field("item", "Each request after the heading must be a row.")


def organisation_of(row: platform_service_pb2.RosterOrganisation) -> Row:
    return OrganisationRow(row.sync_key, row.title, row.kind, row.parent_sync_key, row.identifier, row.deleted)


def term_of(row: platform_service_pb2.RosterTerm) -> Row:
    return TermRow(row.sync_key, row.title, row.kind, row.start_date, row.end_date, row.parent_sync_key, row.deleted)


def course_of(row: platform_service_pb2.RosterCourse) -> Row:
    return CourseRow(
        row.sync_key,
        row.title,
        row.code,
        tuple(row.subjects),
        row.organisation_sync_key,
        tuple(row.term_sync_keys),
        row.deleted,
    )


def person_of(row: platform_service_pb2.RosterPerson) -> Row:
    return PersonRow(
        row.sync_key,
        row.username,
        row.given_name,
        row.family_name,
        row.role,
        row.email,
        tuple(row.organisation_sync_keys),
        row.enabled,
        row.deleted,
    )


def membership_of(row: platform_service_pb2.RosterMembership) -> Row:
    return MembershipRow(row.sync_key, row.course_sync_key, row.person_sync_key, row.role, row.deleted)
