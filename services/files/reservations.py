"""Who holds on to which file: reserved before a message's transaction, confirmed after it (decision 13).

Every transaction here locks the rows of its files first, in the order of their ids, and the sweep locks those that it
marks: whoever comes second sees what the first one did.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import ColumnElement, Connection, Engine, delete, exists, select, tuple_, update

from runtime.database import reading, writing
from services.files.index import FILE_COLUMNS, NOT_DELETED, reserve_rows
from services.files.model import Holder, StoredFile
from services.files.tables import CONFIRMED, RESERVED, file_table, reservation_table

HolderKey = tuple[int, int]
Held = Mapping[Holder, Collection[str]]
"""Ids of files by the message that holds them, each message once. One call has one transaction, and one commit."""
Pair = tuple[Holder, str]


class Reservations:
    """Rows of the table "reservation". Times are milliseconds since 1970."""

    def __init__(self, engine: Engine, keep_ms: int) -> None:
        self._engine = engine
        self._keep_ms = keep_ms

    def reserve(self, wanted: Held, now: int, *, only_own: bool = False) -> dict[Holder, dict[str, StoredFile]]:
        """Reserves what is there for each holder's site and live, or already the holder's; returns it by id.

        only_own: what other credentials than the holder's have uploaded is not there.
        """
        if not any(wanted.values()):
            return {holder: {} for holder in wanted}
        with writing(self._engine) as connection:
            locked = locked_files(connection, wanted)
            files = {
                (holder, file_id): file
                for (holder, file_id), file in locked.items()
                if not only_own or file.credential_id == holder.credential_id
            }
            mine = reserved_pairs(connection, files)
            live = {
                (holder, file.file_id)
                for (holder, _), file in files.items()
                if file.expires_at is None or file.expires_at > now
            }
            reserve_rows(connection, live - mine, now)
            if mine:
                # A replay begins its time anew, so that the sweep does not ask about a message at work.
                renewed = update(reservation_table).where(IS_RESERVED, is_one_of(mine))
                connection.execute(renewed.values(reserved_at=now))
        found: dict[Holder, dict[str, StoredFile]] = {holder: {} for holder in wanted}
        for holder, file_id in live | mine:
            found[holder][file_id] = files[holder, file_id]
        return found

    def confirm(self, used: Held, now: int, reserved_before: int | None = None) -> set[Pair]:
        """Makes the holders' use of these files lasting, and lets go of their other unconfirmed ones.

        reserved_before: let go only of what was reserved before then. Returns what is not there.
        """
        with writing(self._engine) as connection:
            there = locked_files(connection, used)
            if there:
                confirm_rows(connection, there, now)
            released = [is_held_by(used), IS_RESERVED]
            if reserved_before is not None:
                released.append(reservation_table.c.reserved_at < reserved_before)
            connection.execute(delete(reservation_table).where(*released))
            return pairs_of(used) - there.keys()

    def release(self, released: Held) -> None:
        """Ends the holders' use; a file that nobody uses then has its days from the last byte again."""
        pairs = pairs_of(released)
        if not pairs:
            return
        with writing(self._engine) as connection:
            files = locked_files(connection, released)
            connection.execute(delete(reservation_table).where(is_one_of(pairs)))
            used = exists().where(
                reservation_table.c.file_id == file_table.c.file_id, reservation_table.c.state == CONFIRMED
            )
            freed = file_table.c.file_id.in_({file_id for _, file_id in files})
            connection.execute(
                update(file_table)
                .where(freed, file_table.c.expires_at.is_(None), ~used)
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
PAIR_COLUMNS = (reservation_table.c.credential_id, reservation_table.c.message_id, reservation_table.c.file_id)
HOLDER_KEY = tuple_(*PAIR_COLUMNS[:2])
PAIR_KEY = tuple_(*PAIR_COLUMNS)


def pairs_of(held: Held) -> set[Pair]:
    return {(holder, file_id) for holder, ids in held.items() for file_id in ids}


def is_held_by(holders: Iterable[Holder]) -> ColumnElement[bool]:
    return HOLDER_KEY.in_([(holder.credential_id, holder.message_id) for holder in holders])


def is_one_of(pairs: Iterable[Pair]) -> ColumnElement[bool]:
    return PAIR_KEY.in_([(holder.credential_id, holder.message_id, file_id) for holder, file_id in pairs])


def locked_files(connection: Connection, held: Held) -> dict[Pair, StoredFile]:
    """Returns those of the files that their holders' sites have, their rows locked."""
    ids = {file_id for one in held.values() for file_id in one}
    chosen = file_table.c.file_id.in_(ids), file_table.c.site_id.in_({holder.site_id for holder in held}), NOT_DELETED
    rows = connection.execute(select(*FILE_COLUMNS).where(*chosen).order_by(file_table.c.file_id).with_for_update())
    files = {row.file_id: StoredFile(*row) for row in rows}
    return {
        (holder, file_id): file
        for holder, file_id in pairs_of(held)
        if (file := files.get(file_id)) is not None and file.site_id == holder.site_id
    }


def reserved_pairs(connection: Connection, pairs: Collection[Pair]) -> set[Pair]:
    """Returns those that have a reservation."""
    rows = {tuple(row) for row in connection.execute(select(*PAIR_COLUMNS).where(is_one_of(pairs)))}
    return {(holder, file) for holder, file in pairs if (holder.credential_id, holder.message_id, file) in rows}


def confirm_rows(connection: Connection, pairs: Collection[Pair], now: int) -> None:
    """Confirms reservations, entering those that are missing; the files lose their end."""
    reserve_rows(connection, set(pairs) - reserved_pairs(connection, pairs), now)
    connection.execute(update(reservation_table).where(is_one_of(pairs)).values(state=CONFIRMED))
    lasting = file_table.c.file_id.in_({file_id for _, file_id in pairs})
    connection.execute(update(file_table).where(lasting).values(expires_at=None))
