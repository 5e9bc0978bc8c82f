"""The organisation that a row names."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Label, select

from lms.tables import organisation


def living(organisation_id: ColumnElement[int]) -> Label[int | None]:
    """Returns the column organisation_id: NULL where the organisation is deleted.

    A subquery of each row that is shown, so that rows which are only counted are not joined.
    """
    found = select(organisation.c.id).where(organisation.c.id == organisation_id, organisation.c.deleted_at.is_(None))
    return found.scalar_subquery().label("organisation_id")
