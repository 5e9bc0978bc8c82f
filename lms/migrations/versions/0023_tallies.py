"""Tallies of records and remarks, and the sets of organisations that people belong to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "content_0023"
down_revision = "content_0022"

SETS = """
INSERT INTO organisation_set (site_id, organisations, head)
SELECT DISTINCT site_id, organisations, substr(organisations, 1, 255) FROM listed ORDER BY site_id, organisations
"""
LISTED = """
CREATE TEMPORARY TABLE listed AS
SELECT belongs.person_id, person.site_id,
    string_agg(CAST(belongs.organisation_id AS TEXT), ',' ORDER BY belongs.organisation_id) AS organisations
FROM person_organisation AS belongs JOIN person ON person.id = belongs.person_id
GROUP BY belongs.person_id, person.site_id
"""
SET_OF_PERSON = """
UPDATE person SET organisation_set_id = (
    SELECT organisation_set.id
    FROM listed JOIN organisation_set ON organisation_set.site_id = listed.site_id
        AND organisation_set.head = substr(listed.organisations, 1, 255)
        AND organisation_set.organisations = listed.organisations
    WHERE listed.person_id = person.id
)
"""
MEMBERS = """
INSERT INTO organisation_set_member (organisation_id, organisation_set_id)
SELECT DISTINCT belongs.organisation_id, person.organisation_set_id
FROM person_organisation AS belongs JOIN person ON person.id = belongs.person_id
"""
HOUR = {
    "postgresql": "CAST(to_char(record.updated_at AT TIME ZONE 'UTC', 'YYYYMMDDHH24') AS BIGINT)",
    "sqlite": "CAST(substr(record.updated_at, 1, 4) || substr(record.updated_at, 6, 2)"
    " || substr(record.updated_at, 9, 2) || substr(record.updated_at, 12, 2) AS INTEGER)",
}
RECORDS = """
INSERT INTO record_tally (site_id, hour, column_id, state, organisation_id, organisation_set_id, number)
SELECT record.site_id, {hour}, record.column_id,
    CASE WHEN record.status = '' THEN 0 WHEN record.completed THEN 2 ELSE 1 END,
    coalesce(course.organisation_id, 0), coalesce(person.organisation_set_id, 0), count(*)
FROM summary_record AS record
JOIN course ON course.id = record.course_id JOIN person ON person.id = record.person_id
WHERE record.deleted_at IS NULL AND person.deleted_at IS NULL
    AND course.deleted_at IS NULL AND course.use_assessment_record
GROUP BY 1, 2, 3, 4, 5, 6
"""
REMARKS = """
INSERT INTO remark_tally (site_id, block, organisation_id, organisation_set_id, number)
SELECT remark.site_id, remark.id / 512,
    CASE WHEN remark.course_id IS NULL THEN -1 ELSE coalesce(course.organisation_id, 0) END,
    coalesce(person.organisation_set_id, 0), count(*)
FROM behaviour_remark AS remark
JOIN person ON person.id = remark.person_id LEFT JOIN course ON course.id = remark.course_id
WHERE remark.deleted_at IS NULL AND person.deleted_at IS NULL
GROUP BY 1, 2, 3, 4
"""


def upgrade() -> None:
    add_sets()
    add_tally("record_tally", "hour", "column_id", "state", "organisation_id", "organisation_set_id")
    add_tally("remark_tally", "block", "organisation_id", "organisation_set_id")
    op.create_index(op.f("ix_behaviour_remark_course_id"), "behaviour_remark", ["course_id"], unique=False)
    for statement in (LISTED, "CREATE INDEX ix_listed ON listed (person_id)"):
        op.execute(in_temporary(statement))
    for statement in (SETS, SET_OF_PERSON, MEMBERS, "DROP TABLE listed"):
        op.execute(statement)
    op.execute(RECORDS.format(hour=HOUR[op.get_bind().dialect.name]))
    op.execute(REMARKS)


def in_temporary(statement: str) -> str:
    """SQLite makes an index where it is told to."""
    if op.get_bind().dialect.name == "sqlite":
        return statement.replace("INDEX ix_listed", "INDEX temp.ix_listed")
    return statement


def add_sets() -> None:
    op.create_table(
        "organisation_set",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("organisations", sa.Text(), nullable=False),
        sa.Column("head", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_set")),
    )
    op.create_index(op.f("ix_organisation_set_site_id_head"), "organisation_set", ["site_id", "head"], unique=False)
    op.create_table(
        "organisation_set_member",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("organisation_set_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_organisation_set_member_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_set_id"],
            ["organisation_set.id"],
            name=op.f("fk_organisation_set_member_organisation_set_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "organisation_set_id", name=op.f("pk_organisation_set_member")),
        sqlite_with_rowid=False,
    )
    op.execute(
        "ALTER TABLE person ADD COLUMN organisation_set_id INTEGER "
        "CONSTRAINT fk_person_organisation_set_id REFERENCES organisation_set (id)"
    )


def add_tally(name: str, *key: str) -> None:
    """Makes a table that counts by the site and these numbers."""
    parts = [sa.Column(part, sa.BigInteger() if part == "hour" else sa.Integer(), nullable=False) for part in key]
    op.create_table(
        name,
        sa.Column("site_id", sa.Integer(), nullable=False),
        *parts,
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("site_id", *key, name=op.f(f"pk_{name}")),
        sqlite_with_rowid=False,
    )
