"""Organisations, terms, people, courses, memberships (decision 18), favourites. Keys are unique per site and kind."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
    true,
)

from lms.tables.base import TITLE_LENGTH, Moment, metadata, roster_columns

organisation = Table(
    "organisation",
    metadata,
    *roster_columns(),
    Column("title", String(TITLE_LENGTH), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("identifier", String(255), nullable=False),
    Column("parent_id", Integer),
    UniqueConstraint("site_id", "sync_key"),
    UniqueConstraint("site_id", "id"),
    ForeignKeyConstraint(["site_id", "parent_id"], ["organisation.site_id", "organisation.id"]),
)

term = Table(
    "term",
    metadata,
    *roster_columns(),
    Column("title", String(TITLE_LENGTH), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("start_date", Date),
    Column("end_date", Date),
    Column("parent_id", Integer),
    Column("description", Text, nullable=False, server_default=text("''")),
    # Unset: the term is that of the organisations whose courses have it.
    Column("organisation_id", Integer, ForeignKey("organisation.id")),
    UniqueConstraint("site_id", "sync_key"),
    UniqueConstraint("site_id", "id"),
    ForeignKeyConstraint(["site_id", "parent_id"], ["term.site_id", "term.id"]),
)

person = Table(
    "person",
    metadata,
    *roster_columns(),
    Column("username", String(255), nullable=False),
    Column("given_name", String(255), nullable=False),
    Column("family_name", String(255), nullable=False),
    Column("role", String(32), nullable=False),
    Column("email", String(320), nullable=False),
    Column("enabled", Boolean, nullable=False),
    # Both set: an external user, as AICC launches make them; such a person owns no content (writes.yaml user_rules).
    Column("external_user_id", String(255)),
    Column("external_customer_id", String(255)),
    # That of the rows of person_organisation; unset where there are none.
    Column("organisation_set_id", Integer, ForeignKey("organisation_set.id")),
    UniqueConstraint("site_id", "sync_key"),
    UniqueConstraint("site_id", "id"),
    Index(None, "site_id", "username"),
)

person_organisation = Table(
    "person_organisation",
    metadata,
    Column("person_id", Integer, ForeignKey("person.id"), primary_key=True),
    Column("organisation_id", Integer, ForeignKey("organisation.id"), primary_key=True),
    Column("position", Integer, nullable=False),  # 0: the home organisation
)

# A role of a person in an organisation, where the roster has such rows; the person's role and organisations follow.
person_role = Table(
    "person_role",
    metadata,
    *roster_columns(),
    Column("person_id", Integer, nullable=False),
    Column("organisation_id", Integer, nullable=False),
    Column("role", String(32), nullable=False),
    Column("is_primary", Boolean, nullable=False),
    UniqueConstraint("site_id", "sync_key"),
    ForeignKeyConstraint(["site_id", "person_id"], ["person.site_id", "person.id"]),
    ForeignKeyConstraint(["site_id", "organisation_id"], ["organisation.site_id", "organisation.id"]),
    Index(None, "person_id"),
    Index(None, "organisation_id"),
)

course = Table(
    "course",
    metadata,
    *roster_columns(),
    Column("title", String(TITLE_LENGTH), nullable=False),
    Column("code", String(255), nullable=False),
    Column("description", Text, nullable=False),
    Column("credits", String(64), nullable=False),
    Column("subjects", JSON, nullable=False),  # list of str
    Column("organisation_id", Integer),
    Column("is_archived", Boolean, nullable=False),
    Column("planner_enabled", Boolean, nullable=False, server_default=true()),  # the course setting "Planner"
    Column("use_assessment_record", Boolean, nullable=False, server_default=true()),
    # Set: a course of another installation that is only shown here (writes.yaml course_rules).
    Column("external_customer_id", String(255)),
    UniqueConstraint("site_id", "sync_key"),
    UniqueConstraint("site_id", "id"),
    ForeignKeyConstraint(["site_id", "organisation_id"], ["organisation.site_id", "organisation.id"]),
    Index(None, "organisation_id"),
)

course_term = Table(
    "course_term",
    metadata,
    Column("course_id", Integer, ForeignKey("course.id"), primary_key=True),
    Column("term_id", Integer, ForeignKey("term.id"), primary_key=True),
    Column("position", Integer, nullable=False),
    Index(None, "term_id"),
)

# How many rosters a site has had: an import that was compared with an older state is not stored.
roster_import = Table(
    "roster_import",
    metadata,
    Column("site_id", Integer, primary_key=True, autoincrement=False),
    Column("revision", Integer, nullable=False),
    Column("source", String(255), nullable=False),  # of the last one
    Column("imported_at", Moment, nullable=False),
)

membership = Table(
    "membership",
    metadata,
    *roster_columns(),
    Column("course_id", Integer, nullable=False),
    Column("person_id", Integer, nullable=False),
    Column("role", String(32), nullable=False),
    UniqueConstraint("site_id", "sync_key"),
    ForeignKeyConstraint(["site_id", "course_id"], ["course.site_id", "course.id"]),
    ForeignKeyConstraint(["site_id", "person_id"], ["person.site_id", "person.id"]),
    Index(None, "course_id"),
    Index(None, "person_id"),
)

# A course that a person has starred.
favourite = Table(
    "favourite",
    metadata,
    *roster_columns(),
    Column("course_id", Integer, nullable=False),
    Column("person_id", Integer, nullable=False),
    UniqueConstraint("site_id", "sync_key"),
    ForeignKeyConstraint(["site_id", "course_id"], ["course.site_id", "course.id"]),
    ForeignKeyConstraint(["site_id", "person_id"], ["person.site_id", "person.id"]),
    Index(None, "person_id", "course_id"),
)
