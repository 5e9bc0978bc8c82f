"""The content store's schema, for tests that need the store and not the way there."""

from __future__ import annotations

from runtime.database import open_engine
from runtime.migrations import upgrade


def migrate_content(url: str) -> None:
    """Brings a content store to its newest schema, and lets go of it."""
    engine = open_engine(url)
    upgrade(engine, "content", "lms.migrations")
    engine.dispose()
