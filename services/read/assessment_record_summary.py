"""Read.AssessmentRecord.Summary."""

from __future__ import annotations

from datetime import datetime, timedelta

from organisation.v1.read_assessment_record_summary_pb2 import (
    AssessmentRecordSummary,
    ReadAssessmentRecordSummaryRequest,
    ReadAssessmentRecordSummaryResponse,
)
from sqlalchemy import ColumnElement, Connection, select

from lms.hours import hour_number, hour_start
from lms.tables import course, person, record_tally, summary_column, summary_record
from lms.tables.tally import COMPLETED, NOT_COMPLETED
from runtime.errors import invalid_field
from runtime.timestamps import timestamp
from services.read.errors import refused
from services.read.moments import moment_of
from services.read.page import Page, select_page
from services.read.people import find_person
from services.read.rows import AnyRow
from services.read.scope import Scope, find_course, searchable
from services.read.tallied import Tallied, in_sight, unindexed

MOST_COLUMNS = 1000
RECORDS = select(
    summary_record.c.id,
    summary_record.c.updated_at,
    summary_record.c.column_id,
    summary_column.c.sync_key.label("column_sync_key"),
    summary_column.c.title.label("column_title"),
    summary_record.c.course_id,
    course.c.sync_key.label("course_sync_key"),
    summary_record.c.person_id,
    person.c.sync_key.label("person_sync_key"),
    summary_record.c.value,
    summary_record.c.status,
    summary_record.c.completed,
).select_from(
    summary_record.join(summary_column, summary_column.c.id == summary_record.c.column_id)
    .join(course, course.c.id == unindexed(summary_record.c.course_id))
    .join(person, person.c.id == unindexed(summary_record.c.person_id))
)


def read_assessment_record_summary(
    connection: Connection, scope: Scope, request: ReadAssessmentRecordSummaryRequest
) -> ReadAssessmentRecordSummaryResponse:
    """Lists what was changed in summary columns after a moment, by the moment of change: four statements at most.

    Columns that are deleted, and courses that do not use the assessment record, are left out.
    """
    if not request.HasField("date"):
        raise refused("Date is mandatory.")
    since = moment_of("date", request.date)
    named = of_course_and_person(connection, scope, request)
    query = RECORDS.where(
        summary_record.c.deleted_at.is_(None),
        summary_column.c.deleted_at.is_(None),
        course.c.use_assessment_record,
        scope.courses(),
        scope.people(),
        # It says no more than the others do, and a planner without statistics would take its index instead of theirs.
        *(named or [summary_record.c.site_id == scope.site_id]),
        *of_columns_and_status(request),
    )
    page = Page.of(request.base, (datetime, int))
    key = summary_record.c.updated_at, summary_record.c.id
    tallied = None if named else tally_of(scope, request, since)
    rows, base = select_page(connection, page, query, *key, tallied=tallied, since=since)
    return ReadAssessmentRecordSummaryResponse(base=base, assessment_record_summaries=[as_summary(row) for row in rows])


def of_course_and_person(
    connection: Connection, scope: Scope, request: ReadAssessmentRecordSummaryRequest
) -> list[ColumnElement[bool]]:
    """Returns the conditions on course and person; none where neither is named."""
    conditions: list[ColumnElement[bool]] = []
    named = request.person_id if request.HasField("person_id") else None
    if request.HasField("course_id") or request.course_sync_key:
        conditions.append(summary_record.c.course_id == find_course(connection, scope, request))
    if named is not None or request.person_sync_key:
        person_id = find_person(connection, scope, named, request.person_sync_key)
        conditions.append(summary_record.c.person_id == person_id)
    return conditions


def tally_of(scope: Scope, request: ReadAssessmentRecordSummaryRequest, since: datetime) -> Tallied:
    """Returns the records of the site by the hour of their change; those of the hour of the Date are at the edge."""
    hour = hour_number(since)
    conditions = [*of_columns(request), summary_column.c.deleted_at.is_(None), in_sight(scope, record_tally)]
    if request.HasField("completed_only"):
        conditions.append(record_tally.c.state == (COMPLETED if request.completed_only else NOT_COMPLETED))
    steps = (
        select(record_tally.c.hour.label("step"), record_tally.c.number)
        .join(summary_column, summary_column.c.id == record_tally.c.column_id)
        .where(record_tally.c.site_id == scope.site_id, record_tally.c.hour > hour, *conditions)
    )
    updated_at = summary_record.c.updated_at
    every = select(summary_record.c.id).where(summary_record.c.site_id == scope.site_id)
    return Tallied(
        steps,
        from_step=lambda step: updated_at >= hour_start(step),
        edge=updated_at <= last_moment_of(hour),
        all_of_step=lambda step: every.where(updated_at.between(hour_start(step), last_moment_of(step))),
    )


def last_moment_of(hour: int) -> datetime:
    return hour_start(hour) + timedelta(hours=1, microseconds=-1)


def of_columns(request: ReadAssessmentRecordSummaryRequest) -> list[ColumnElement[bool]]:
    """Returns the condition on columns, if any."""
    keys = {searchable(column.column_external_id) for column in request.columns if column.column_external_id}
    if len(keys) > MOST_COLUMNS:
        raise invalid_field("columns", f"Columns has more than {MOST_COLUMNS} items.")
    return [summary_column.c.sync_key.in_(keys)] if keys else []


def of_columns_and_status(request: ReadAssessmentRecordSummaryRequest) -> list[ColumnElement[bool]]:
    """Returns the conditions on columns and status."""
    conditions = of_columns(request)
    if request.HasField("completed_only"):
        conditions.append(summary_record.c.completed.is_(request.completed_only))
        conditions.append(summary_record.c.status != "")
    return conditions


def as_summary(row: AnyRow) -> AssessmentRecordSummary:
    return AssessmentRecordSummary(
        column_external_id=row.column_sync_key,
        column_id=row.column_id,
        column_title=row.column_title,
        completed=row.completed if row.status else None,
        course_id=row.course_id,
        course_sync_key=row.course_sync_key,
        person_id=row.person_id,
        person_sync_key=row.person_sync_key,
        status=row.status,
        updated_date=timestamp(row.updated_at),
        value=row.value,
    )
