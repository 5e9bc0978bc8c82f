"""Who holds on to which file: reserved before a message's transaction, confirmed after it (decision 13).

Every transaction here locks the rows of its files first, in the order of their ids, and the sweep locks those that it
marks: whoever comes second sees what the first one did.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Connection, Engine, and_, delete, exists, select, tuple_, update

from runtime.database import reading, writing
from services.files.index import FILE_COLUMNS, NOT_DELETED, reserve_rows
from services.files.model import Holder, StoredFile
from services.files.tables import CONFIRMED, RESERVED, file_table, reservation_table

HolderKey = tuple[int, int]


class Reservations:
    """Rows of the table "reservation". Times are milliseconds since 1970."""

    def __init__(self, engine: Engine, keep_ms: int) -> None:
        self._engine = engine
        self._keep_ms = keep_ms

    def reserve(
        self, holder: Holder, file_ids: Collection[str], now: int, *, only_own: bool = False
    ) -> dict[str, StoredFile]:
        """Reserves what is there for the holder's site and live, or already the holder's; returns it by id.

        only_own: what other credentials have uploaded is not there.
        """
        if not file_ids:
            return {}
        with writing(self._engine) as connection:
            locked = locked_files(connection, holder, file_ids)
            own = [file for file in locked if not only_own or file.credential_id == holder.credential_id]
            files = {file.file_id: file for file in own}
            mine = set(
                connection.execute(
                    select(reservation_table.c.file_id).where(
                        of_holder(holder), reservation_table.c.file_id.in_(file_ids)
                    )
                ).scalars()
            )
            found = {
                file_id: file
                for file_id, file in files.items()
                if file_id in mine or file.expires_at is None or file.expires_at > now
            }
            reserve_rows(connection, holder, found.keys() - mine, now)
            if mine:
                # A replay begins its time anew, so that the sweep does not ask about a message at work.
                connection.execute(
                    update(reservation_table)
                    .where(of_holder(holder), IS_RESERVED, reservation_table.c.file_id.in_(mine))
                    .values(reserved_at=now)
                )
            return found

    def confirm(
        self, holder: Holder, file_ids: Collection[str], now: int, reserved_before: int | None = None
    ) -> set[str]:
        """Makes the holder's use of these files lasting, and lets go of its other unconfirmed ones.

        reserved_before: let go only of what was reserved before then. Returns the ids that are not there.
        """
        with writing(self._engine) as connection:
            there = {file.file_id for file in locked_files(connection, holder, file_ids)}
            if there:
                confirm_rows(connection, holder, there, now)
            released = [of_holder(holder), IS_RESERVED]
            if reserved_before is not None:
                released.append(reservation_table.c.reserved_at < reserved_before)
            connection.execute(delete(reservation_table).where(*released))
            return set(file_ids) - there

    def release(self, holder: Holder, file_ids: Collection[str]) -> None:
        """Ends the holder's use; a file that nobody uses then has its days from the last byte again."""
        if not file_ids:
            return
        with writing(self._engine) as connection:
            locked_files(connection, holder, file_ids)
            connection.execute(
                delete(reservation_table).where(of_holder(holder), reservation_table.c.file_id.in_(file_ids))
            )
            used = exists().where(
                reservation_table.c.file_id == file_table.c.file_id, reservation_table.c.state == CONFIRMED
            )
            connection.execute(
                update(file_table)
                .where(of_site(holder, file_ids), file_table.c.expires_at.is_(None), ~used)
                .values(expires_at=file_table.c.created_at + self._keep_ms)
            )

    def unsettled(self, reserved_before: int, after: HolderKey, limit: int) -> Sequence[Holder]:
        """Returns who holds unconfirmed files since before then, by credential and message, after the given one."""
        columns = (reservation_table.c.credential_id, reservation_table.c.message_id, reservation_table.c.site_id)
        with reading(self._engine) as connection:
            rows = connection.execute(
                select(*columns)
                .where(
                    IS_RESERVED,
                    reservation_table.c.reserved_at < reserved_before,
                    tuple_(*columns[:2]) > tuple_(*after),
                )
                .distinct()
                .order_by(*columns[:2])
                .limit(limit)
            )
            return [Holder(*row) for row in rows]


IS_RESERVED = reservation_table.c.state == RESERVED


def of_holder(holder: Holder) -> ColumnElement[bool]:
    return and_(
        reservation_table.c.credential_id == holder.credential_id, reservation_table.c.message_id == holder.message_id
    )


def of_site(holder: Holder, file_ids: Collection[str]) -> ColumnElement[bool]:
    return and_(file_table.c.file_id.in_(file_ids), file_table.c.site_id == holder.site_id, NOT_DELETED)


def locked_files(connection: Connection, holder: Holder, file_ids: Collection[str]) -> list[StoredFile]:
    """Returns those of the files that the holder's site has, their rows locked."""
    rows = connection.execute(
        select(*FILE_COLUMNS).where(of_site(holder, file_ids)).order_by(file_table.c.file_id).with_for_update()
    )
    return [StoredFile(**row) for row in rows.mappings()]


def confirm_rows(connection: Connection, holder: Holder, file_ids: Collection[str], now: int) -> None:
    """Confirms the holder's reservations, entering those that are missing; the files lose their end."""
    chosen = reservation_table.c.file_id.in_(file_ids)
    held = set(connection.execute(select(reservation_table.c.file_id).where(of_holder(holder), chosen)).scalars())
    reserve_rows(connection, holder, set(file_ids) - held, now)
    connection.execute(update(reservation_table).where(of_holder(holder), chosen).values(state=CONFIRMED))
    connection.execute(update(file_table).where(file_table.c.file_id.in_(file_ids)).values(expires_at=None))
