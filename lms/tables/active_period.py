"""When elements are active, for those that are not always so."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Table

from lms.tables.base import Moment, element_key, metadata

element_active_period = Table(
    "element_active_period",
    metadata,
    element_key(),
    Column("active_from", Moment),  # NULL: from the beginning
    Column("active_to", Moment),  # NULL: without end
    ForeignKeyConstraint(["element_id"], ["element.id"]),
    CheckConstraint("active_from IS NOT NULL OR active_to IS NOT NULL", name="bound"),
    CheckConstraint("active_to > active_from", name="period"),
)
