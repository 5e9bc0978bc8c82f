"""Rows of a roster, from the wire."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from organisation.v1 import platform_service_pb2

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
from runtime.errors import invalid_field
from services.processor.gradebook_rows import GRADEBOOK_ROWS


def organisation_of(row: platform_service_pb2.RosterOrganisation) -> Row:
    return OrganisationRow(row.sync_key, row.title, row.kind, row.parent_sync_key, row.identifier, row.deleted)


def term_of(row: platform_service_pb2.RosterTerm) -> Row:
    return TermRow(
        row.sync_key,
        row.title,
        row.kind,
        row.start_date,
        row.end_date,
        row.parent_sync_key,
        row.description if row.HasField("description") else None,
        row.organisation_sync_key if row.HasField("organisation_sync_key") else None,
        row.deleted,
    )


def course_of(row: platform_service_pb2.RosterCourse) -> Row:
    return CourseRow(
        row.sync_key,
        row.title,
        row.code,
        tuple(row.subjects),
        row.organisation_sync_key,
        tuple(row.term_sync_keys),
        row.deleted,
        row.planner_enabled if row.HasField("planner_enabled") else None,
        row.use_assessment_record if row.HasField("use_assessment_record") else None,
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


def role_of(row: platform_service_pb2.RosterRole) -> Row:
    return RoleRow(row.sync_key, row.person_sync_key, row.organisation_sync_key, row.role, row.primary, row.deleted)


def membership_of(row: platform_service_pb2.RosterMembership) -> Row:
    return MembershipRow(row.sync_key, row.course_sync_key, row.person_sync_key, row.role, row.deleted)


def favourite_of(row: platform_service_pb2.RosterFavourite) -> Row:
    return FavouriteRow(row.sync_key, row.course_sync_key, row.person_sync_key, row.deleted)


def project_of(row: platform_service_pb2.RosterProject) -> Row:
    return ProjectRow(row.sync_key, row.title, row.description, row.organisation_sync_key, row.archived, row.deleted)


def project_member_of(row: platform_service_pb2.RosterProjectMember) -> Row:
    return ProjectMemberRow(row.sync_key, row.project_sync_key, row.person_sync_key, row.role, row.deleted)


def scale_of(row: platform_service_pb2.RosterAssessmentScale) -> Row:
    return ScaleRow(row.sync_key, row.title, row.description, row.totals, row.course_sync_key, row.deleted)


def grade_of(row: platform_service_pb2.RosterAssessmentItem) -> Row:
    return GradeRow(
        row.sync_key,
        row.scale_sync_key,
        row.title,
        row.percent_from if row.HasField("percent_from") else None,
        row.percent_to if row.HasField("percent_to") else None,
        row.position,
        row.deleted,
    )


def objective_of(row: platform_service_pb2.RosterLearningObjective) -> Row:
    return ObjectiveRow(
        row.sync_key, row.title, row.kind, row.parent_sync_key, row.description, row.published, row.deleted
    )


def remark_of(row: platform_service_pb2.RosterBehaviourRemark) -> Row:
    return RemarkRow(
        row.sync_key,
        row.person_sync_key,
        moment_of(row) if row.HasField("noted_at") else None,
        row.type,
        row.code,
        row.weight,
        row.description,
        row.reaction,
        row.course_sync_key,
        row.term_sync_key,
        row.author_sync_key,
        row.deleted,
    )


def moment_of(row: platform_service_pb2.RosterBehaviourRemark) -> datetime:
    try:
        return row.noted_at.ToDatetime(UTC)
    except (ValueError, OverflowError) as error:
        raise invalid_field("behaviour_remark.noted_at", "noted_at is no moment of the years 1 to 9999.") from error


ROWS: Mapping[str | None, Callable[[Any], Row]] = {
    "organisation": organisation_of,
    "term": term_of,
    "course": course_of,
    "person": person_of,
    "role": role_of,
    "membership": membership_of,
    "favourite": favourite_of,
    "project": project_of,
    "project_member": project_member_of,
    "assessment_scale": scale_of,
    "assessment_item": grade_of,
    "learning_objective": objective_of,
    "behaviour_remark": remark_of,
    **GRADEBOOK_ROWS,
}
