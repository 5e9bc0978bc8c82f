"""Elements of courses that show what an element of the library holds."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "content_0011"
down_revision = "content_0010"


def upgrade() -> None:
    op.create_table(
        "element_instance",
        sa.Column("element_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("content_id <> element_id", name=op.f("ck_element_instance_content")),
        sa.ForeignKeyConstraint(
            ["content_id"], ["extension_instance.element_id"], name=op.f("fk_element_instance_content_id")
        ),
        sa.ForeignKeyConstraint(
            ["element_id"], ["extension_instance.element_id"], name=op.f("fk_element_instance_element_id")
        ),
        sa.PrimaryKeyConstraint("element_id", name=op.f("pk_element_instance")),
    )
    op.create_index(op.f("ix_element_instance_content_id"), "element_instance", ["content_id"], unique=False)
