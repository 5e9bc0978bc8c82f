"""Read.BehaviourRemarks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from google.protobuf.timestamp_pb2 import Timestamp
from organisation.v1 import read_behaviour_remarks_pb2 as pb
from sqlalchemy import ColumnElement, Connection, and_, exists, or_, select

from lms.tables import behaviour_remark, course, membership, person, remark_tally, term
from lms.tables.tally import NO_COURSE, REMARK_BLOCK
from runtime.timestamps import timestamp
from services.read.errors import refused
from services.read.page import Page, select_page
from services.read.people import find_person
from services.read.rows import AnyRow
from services.read.scope import Scope, searchable
from services.read.tallied import Tallied, in_sight, unindexed

STUDENT = "student"
TYPES = {"Positive": pb.BEHAVIOUR_REMARK_TYPE_POSITIVE, "Negative": pb.BEHAVIOUR_REMARK_TYPE_NEGATIVE}
"""The words of the content store."""

REMARKS = (
    select(behaviour_remark, person.c.sync_key.label("person_sync_key"), course.c.sync_key.label("course_sync_key"))
    .join(person, person.c.id == unindexed(behaviour_remark.c.person_id))
    .outerjoin(course, and_(course.c.id == behaviour_remark.c.course_id, course.c.deleted_at.is_(None)))
    .where(behaviour_remark.c.deleted_at.is_(None))
)


def read_behaviour_remarks(
    connection: Connection, scope: Scope, request: pb.ReadBehaviourRemarksRequest
) -> pb.ReadBehaviourRemarksResponse:
    """Lists remarks in the order in which they came: three statements at most."""
    chosen = [*about(connection, scope, request), *of_time(request)]
    query, page = REMARKS.where(visible(scope), *chosen), Page.of(request.base)
    tallied = None if chosen else tally_of(scope)
    rows, base = select_page(connection, page, query, behaviour_remark.c.id, tallied=tallied)
    return pb.ReadBehaviourRemarksResponse(base=base, behaviour_remarks=[as_remark(row) for row in rows])


def visible(scope: Scope) -> ColumnElement[bool]:
    """The condition that the caller sees a remark: the person, and the course where it is of one."""
    of_site = and_(behaviour_remark.c.site_id == scope.site_id, scope.people())
    if not scope.organisation_sync_keys:
        return of_site
    within = scope.within(course, scope.organisation_sync_keys)
    seen = select(course.c.id).where(course.c.site_id == scope.site_id, within)
    return and_(of_site, or_(behaviour_remark.c.course_id.is_(None), unindexed(behaviour_remark.c.course_id).in_(seen)))


def tally_of(scope: Scope) -> Tallied:
    """Returns all remarks of the site, by blocks of their numbers."""
    steps = select(remark_tally.c.block.label("step"), remark_tally.c.number).where(
        remark_tally.c.site_id == scope.site_id, in_sight(scope, remark_tally, NO_COURSE)
    )
    return Tallied(steps, lambda step: behaviour_remark.c.id >= step * REMARK_BLOCK)


def about(
    connection: Connection, scope: Scope, request: pb.ReadBehaviourRemarksRequest
) -> Iterator[ColumnElement[bool]]:
    """Yields the condition that a remark is about the person or the group that the request names, if any."""
    hierarchy_id = request.hierarchy_id if request.HasField("hierarchy_id") else None
    person_id = request.person_id if request.HasField("person_id") else None
    of_group = hierarchy_id is not None or bool(request.hierarchy_sync_key)
    if person_id is not None or request.person_sync_key:
        if of_group:
            raise refused("You cannot use both person and hierarchy.")
        yield behaviour_remark.c.person_id == find_person(connection, scope, person_id, request.person_sync_key)
    elif hierarchy_id is not None and request.hierarchy_sync_key:
        raise refused("You are not allowed to enter both HierarchyId and HierarchySyncKey.")
    elif hierarchy_id is not None:
        yield in_course(scope, course.c.id == hierarchy_id)
    elif of_group:
        key = searchable(request.hierarchy_sync_key)
        yield or_(in_course(scope, course.c.sync_key == key), in_organisation(scope, key))


def in_course(scope: Scope, chosen: ColumnElement[bool]) -> ColumnElement[bool]:
    """The condition that a remark is about a student of the course, which is the group of its own number and key."""
    students = (
        select(membership.c.person_id)
        .join(course, course.c.id == membership.c.course_id)
        .where(chosen, scope.courses(), course.c.is_archived.is_(False))
        .where(membership.c.deleted_at.is_(None), membership.c.role == STUDENT)
    )
    return behaviour_remark.c.person_id.in_(students)


def in_organisation(scope: Scope, key: str) -> ColumnElement[bool]:
    """The condition that a remark is about a student of the organisation with this key, or of one below it."""
    return and_(person.c.role == STUDENT, scope.belongs(person.c.organisation_set_id, (key,)))


def of_time(request: pb.ReadBehaviourRemarksRequest) -> Iterator[ColumnElement[bool]]:
    """Yields the conditions that a remark is of the term, or of the moments, that the request names."""
    has_moments = request.HasField("from_date") or request.HasField("to_date")
    if request.HasField("term_id"):
        if has_moments:
            raise refused("Use either TermId or FromDate and ToDate.")
        yield behaviour_remark.c.term_id == request.term_id
        yield exists().where(term.c.id == request.term_id, term.c.deleted_at.is_(None))
    if request.HasField("from_date"):
        yield behaviour_remark.c.noted_at >= moment("FromDate", request.from_date)
    if request.HasField("to_date"):
        yield behaviour_remark.c.noted_at <= moment("ToDate", request.to_date)


def moment(name: str, stamp: Timestamp) -> datetime:
    """Returns what a request says; refuses what is beyond the years 1 to 9999."""
    try:
        return stamp.ToDatetime(UTC)
    except (ValueError, OverflowError) as error:
        raise refused(f"{name} is not valid.") from error


def as_remark(row: AnyRow) -> pb.BehaviourRemark:
    there = row.course_sync_key is not None
    return pb.BehaviourRemark(
        code=row.code,
        course_id=row.course_id if there else None,
        course_sync_key=row.course_sync_key,
        created_by_person_id=row.author_id,
        date=timestamp(row.noted_at),
        description=row.description,
        person_id=row.person_id,
        person_sync_key=row.person_sync_key,
        reaction=row.reaction,
        type=TYPES[row.type],
        weight=row.weight,
    )
