"""Kinds of elements: assignments, custom activities and surveys."""

from __future__ import annotations

from lms.migrations.checks import replace_check

revision = "content_0007"
down_revision = "content_0006"


def upgrade() -> None:
    replace_check(
        "element",
        "kind",
        "kind IN ('Folder', 'Page', 'File', 'Link', 'IMSPackage', 'Test', 'Extension', 'Assignment', "
        "'CustomActivity', 'Survey')",
    )
