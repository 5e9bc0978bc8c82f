"""Removes files whose days are over and that nobody holds: marked, then the bytes, then the row.

A crash between the steps is healed by the next sweep, which begins with what is marked.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Engine, delete, select, update

from runtime.database import reading, writing
from services.files.index import HELD, NOT_DELETED
from services.files.tables import file_table

BATCH = 500


class Expiry:
    """The end of files. Times are milliseconds since 1970."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def mark(self, now: int) -> int:
        """Marks up to 500 expired files that nobody holds; returns how many. From here on nobody finds them."""
        due = (
            select(file_table.c.file_id)
            .where(NOT_DELETED, file_table.c.expires_at <= now, ~HELD)
            .order_by(file_table.c.expires_at)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        )
        with writing(self._engine) as connection:
            ids = connection.execute(due).scalars().all()
            if not ids:
                return 0
            # Asked again, now that the rows are locked: a reservation may have come before the lock.
            marked = update(file_table).where(file_table.c.file_id.in_(ids), ~HELD).values(deleted_at=now)
            return connection.execute(marked).rowcount

    def marked(self) -> Sequence[str]:
        """Returns up to 500 ids of marked files."""
        chosen = select(file_table.c.file_id).where(file_table.c.deleted_at.is_not(None)).limit(BATCH)
        with reading(self._engine) as connection:
            return connection.execute(chosen).scalars().all()

    def forget(self, file_ids: Collection[str]) -> None:
        """Removes the rows of marked files whose bytes are gone."""
        gone = delete(file_table).where(file_table.c.file_id.in_(file_ids), file_table.c.deleted_at.is_not(None))
        with writing(self._engine) as connection:
            connection.execute(gone)
