"""The organisation that a row names."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Join, Label, Table, and_, select

from lms.tables import organisation


def living(organisation_id: ColumnElement[int]) -> Label[int | None]:
    """Returns the column organisation_id: NULL where the organisation is deleted.

    A subquery of each row that is shown, so that rows which are only counted are not joined.
    """
    found = select(organisation.c.id).where(organisation.c.id == organisation_id, organisation.c.deleted_at.is_(None))
    return found.scalar_subquery().label("organisation_id")


def with_organisation(table: Table) -> Join:
    """Returns a table with the organisation of each row, as long as that is not deleted."""
    return table.outerjoin(
        organisation, and_(organisation.c.id == table.c.organisation_id, organisation.c.deleted_at.is_(None))
    )
