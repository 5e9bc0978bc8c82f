"""Find what lies in a folder of a course's file area, without reading all of the area."""

from __future__ import annotations

from alembic import op

revision = "content_0021"
down_revision = "content_0020"


def upgrade() -> None:
    op.create_index(op.f("ix_course_file_course_id_parent_id_name"), "course_file", ["course_id", "parent_id", "name"])
