"""Projects and their members, favourite courses, more about terms, and people by their user names."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lms.tables.base import Moment

revision = "content_0018"
down_revision = "content_0017"


def upgrade() -> None:
    op.add_column("term", sa.Column("description", sa.Text(), nullable=False, server_default=""))
    # With its foreign key in the same clause, which SQLite takes and alembic does not write for it.
    op.execute(
        "ALTER TABLE term ADD COLUMN organisation_id INTEGER "
        "CONSTRAINT fk_term_organisation_id REFERENCES organisation (id)"
    )
    op.create_index(op.f("ix_person_site_id_username"), "person", ["site_id", "username"], unique=False)
    add_project()
    op.create_table(
        "project_member",
        *roster_columns(),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        *roster_constraints("project_member", project_id="project", person_id="person"),
    )
    op.create_index(op.f("ix_project_member_person_id"), "project_member", ["person_id"], unique=False)
    op.create_table(
        "favourite",
        *roster_columns(),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        *roster_constraints("favourite", course_id="course", person_id="person"),
    )
    op.create_index(op.f("ix_favourite_person_id_course_id"), "favourite", ["person_id", "course_id"], unique=False)


def add_project() -> None:
    op.create_table(
        "project",
        *roster_columns(),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("is_archived", sa.Boolean(), nullable=False),
        *roster_constraints("project", organisation_id="organisation"),
        sa.UniqueConstraint("site_id", "id", name=op.f("uq_project_site_id_id")),
    )
    op.create_index(op.f("ix_project_organisation_id"), "project", ["organisation_id"], unique=False)


def roster_columns() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("sync_key", sa.String(length=255), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.Column("deleted_at", Moment(), nullable=True),
    )


def roster_constraints(table: str, **references: str) -> tuple[sa.Constraint, ...]:
    """Keys of a table, and the tables of the same site that its columns refer to."""
    return (
        *(
            sa.ForeignKeyConstraint(
                ["site_id", column], [f"{other}.site_id", f"{other}.id"], name=op.f(f"fk_{table}_site_id_{column}")
            )
            for column, other in references.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("site_id", "sync_key", name=op.f(f"uq_{table}_site_id_sync_key")),
    )
