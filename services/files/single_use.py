"""Files that one element alone may use (contract section 8), and the messages that want the same one.

What an element is, content alone knows: whether one uses the file is decided in the content transaction, which is told
here by which messages that could be. No other message can come between, for the messages of one credential on one site
are applied one after the other, and one of another credential gets the file after those have been settled.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, select

from services.files.model import Holder, StoredFile
from services.files.tables import RESERVED, reservation_table


class HeldError(Exception):
    """A file for a single use is held by messages of another credential that have not been settled."""

    def __init__(self, holders: Sequence[Holder]) -> None:
        super().__init__(f"held by {len(holders)} messages")
        self.holders = tuple(holders)


HOLDERS = select(
    reservation_table.c.file_id,
    reservation_table.c.credential_id,
    reservation_table.c.message_id,
    reservation_table.c.site_id,
    reservation_table.c.state,
).order_by(reservation_table.c.credential_id, reservation_table.c.message_id)


def other_holders(connection: Connection, holder: Holder, files: Iterable[StoredFile]) -> dict[str, tuple[Holder, ...]]:
    """Returns who else holds those of the files that are for a single use, by their ids; raises HeldError.

    Their rows in the table "file" are locked: of two messages that come at once, one sees the other.
    """
    wanted = [file.file_id for file in files if file.single_use]
    if not wanted:
        return {}
    others: dict[str, list[Holder]] = {}
    awaited = []
    for file_id, *key, state in connection.execute(HOLDERS.where(reservation_table.c.file_id.in_(wanted))):
        other = Holder(*key)
        if other != holder:
            others.setdefault(file_id, []).append(other)
            if state == RESERVED and other.credential_id != holder.credential_id:
                awaited.append(other)
    if awaited:
        raise HeldError(awaited)
    return {file_id: tuple(found) for file_id, found in others.items()}
