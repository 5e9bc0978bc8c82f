"""What became of synchronous messages, which are in no lane (decision 9): each is applied once."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, insert, select

from lms.lanes import Result, details_of, rows_of_details
from lms.tables import inbox
from runtime.direct import Direct, Executor

FIND = select(inbox).where(
    inbox.c.credential_id == bindparam("credential"), inbox.c.message_id.in_(bindparam("messages", expanding=True))
)
STORE = insert(inbox)


def inbox_results(connection: Executor, credential_id: int, message_ids: Sequence[int]) -> dict[int, Result]:
    """Returns what became of those of a credential's messages that were applied, by MessageId."""
    rows = connection.execute(FIND, {"credential": credential_id, "messages": list(message_ids)})
    return {
        row.message_id: Result(
            0, row.credential_id, row.message_id, row.status, details_of(row.details), row.started_at, row.ended_at
        )
        for row in rows
    }


def store_in_inbox(connection: Direct, results: Sequence[Result]) -> None:
    """Stores what became of messages; an IntegrityError says that one of them was applied already."""
    connection.execute(
        STORE,
        [
            {
                "credential_id": one.credential_id,
                "message_id": one.message_id,
                "status": one.status,
                "details": rows_of_details(one.details),
                "started_at": one.started_at,
                "ended_at": one.ended_at,
            }
            for one in results
        ],
    )
