"""The index of files: what is stored, for whom, until when."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import asdict

from sqlalchemy import ColumnElement, Connection, Engine, RowMapping, exists, insert, or_, select

from runtime.database import reading, writing
from services.files.model import Holder, StoredFile
from services.files.tables import CONFIRMED, RESERVED, file_table, reservation_table

FILE_COLUMNS = [file_table.c[name] for name in StoredFile.__slots__]
NOT_DELETED = file_table.c.deleted_at.is_(None)
HELD = exists().where(reservation_table.c.file_id == file_table.c.file_id)


class FileIndex:
    """Rows of the table "file"."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, file: StoredFile, holder: Holder | None) -> None:
        """Enters a file; with a holder, reserved for it in the same transaction."""
        with writing(self._engine) as connection:
            connection.execute(insert(file_table), asdict(file))
            if holder is not None:
                reserve_rows(connection, [(holder, file.file_id)], file.created_at)

    def find(self, file_id: str, now: int) -> StoredFile | None:
        """Returns a file that has not expired, or that a message holds."""
        with reading(self._engine) as connection:
            row = connection.execute(
                select(*FILE_COLUMNS).where(file_table.c.file_id == file_id, or_(is_live(now), HELD), NOT_DELETED)
            ).mappings()
            return stored_file(row.one_or_none())

    def find_held(self, file_id: str, site_id: int) -> StoredFile | None:
        """Returns a file of the site that a message holds."""
        with reading(self._engine) as connection:
            row = connection.execute(
                select(*FILE_COLUMNS).where(
                    file_table.c.file_id == file_id, file_table.c.site_id == site_id, HELD, NOT_DELETED
                )
            ).mappings()
            return stored_file(row.one_or_none())

    def is_used(self, file_id: str) -> bool:
        """Returns whether content uses the file."""
        used = exists().where(reservation_table.c.file_id == file_id, reservation_table.c.state == CONFIRMED)
        with reading(self._engine) as connection:
            return bool(connection.execute(select(used)).scalar_one())

    def known(self, file_ids: Collection[str]) -> set[str]:
        """Returns which of the ids have a row."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(file_table.c.file_id).where(file_table.c.file_id.in_(file_ids)))
            return set(rows.scalars())


def is_live(now: int) -> ColumnElement[bool]:
    """The condition that a file has not reached its end."""
    return or_(file_table.c.expires_at.is_(None), file_table.c.expires_at > now)


def stored_file(row: RowMapping | None) -> StoredFile | None:
    return None if row is None else StoredFile(**row)


def reserve_rows(connection: Connection, pairs: Iterable[tuple[Holder, str]], now: int) -> None:
    """Enters reservations that are not there yet."""
    rows = [{**asdict(holder), "file_id": file_id, "state": RESERVED, "reserved_at": now} for holder, file_id in pairs]
    if rows:
        connection.execute(insert(reservation_table), rows)
