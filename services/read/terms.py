"""Read.Terms."""

from __future__ import annotations

from organisation.v1.read_terms_pb2 import ReadTermsRequest, ReadTermsResponse, Term
from sqlalchemy import Connection, select

from lms.tables import course_term, organisation, term
from services.read.moments import midnight
from services.read.organisations import with_organisation
from services.read.page import Page, select_page
from services.read.scope import Scope, find_course

TERMS = select(
    term.c.id,
    term.c.sync_key,
    term.c.title,
    term.c.description,
    term.c.start_date,
    term.c.end_date,
    organisation.c.id.label("organisation_id"),
    organisation.c.sync_key.label("organisation_sync_key"),
).select_from(with_organisation(term))


def read_terms(connection: Connection, scope: Scope, request: ReadTermsRequest) -> ReadTermsResponse:
    """Lists terms by id, all or those of a course: three statements at most."""
    query = TERMS.where(scope.terms())
    if request.HasField("course_id") or request.course_sync_key:
        course_id = find_course(connection, scope, request)
        query = query.where(term.c.id.in_(select(course_term.c.term_id).where(course_term.c.course_id == course_id)))
    shown, base = select_page(connection, Page.of(request.base), query, term.c.id)
    return ReadTermsResponse(
        base=base,
        terms=[
            Term(
                description=row.description,
                end_date=midnight(row.end_date),
                name=row.title,
                organisation_id=row.organisation_id,
                organisation_sync_key=row.organisation_sync_key,
                start_date=midnight(row.start_date),
                sync_key=row.sync_key,
                term_id=row.id,
            )
            for row in shown
        ],
    )
