"""The message log's statements for SQLite. BEGIN IMMEDIATE has locked the whole file: nothing more is to lock."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from itertools import chain
from typing import Any, Final

from sqlalchemy import Connection

from services.ingest.plan import Key, KnownKey, LaneState, Locked, MessageRow, Plan, UnappliedRow

# One row of JSON: each row that is fetched takes the interpreter from the event loop once more.
COUNTERS: Final = (
    "SELECT (SELECT json_group_array(json_array(credential_id, last_message_id)) FROM credential_sequence "
    "WHERE credential_id IN (SELECT value FROM json_each(?))), "
    "(SELECT json_group_array(json_array(lane_id, tail, head)) FROM lane "
    "WHERE lane_id IN (SELECT value FROM json_each(?)))"
)
KEYS: Final = (
    "SELECT k.credential_id, k.client_key, k.message_id, k.digest FROM json_each(?) AS w "
    "CROSS JOIN client_key k ON k.credential_id = w.value ->> 0 AND k.client_key = w.value ->> 1 "
    "WHERE k.created_at > ?"
)
MESSAGES: Final = f"INSERT INTO message ({', '.join(MessageRow._fields)})"
PAYLOADS: Final = "INSERT INTO payload (credential_id, message_id, data, is_normal)"
DETAILS: Final = "INSERT INTO detail (credential_id, message_id, position, entity, message, sync_key, type)"
UNAPPLIED: Final = f"INSERT INTO unapplied ({', '.join(UnappliedRow._fields)})"
# A row that is still there is one that is older than keys are kept.
CLIENT_KEYS: Final = "INSERT OR REPLACE INTO client_key (credential_id, client_key, message_id, digest, created_at)"
UPDATE_SEQUENCES: Final = (
    "UPDATE credential_sequence SET last_message_id = n.value ->> 0 FROM json_each(?) AS n "
    "WHERE credential_id = n.value ->> 1"
)
UPDATE_TAILS: Final = "UPDATE lane SET tail = n.value ->> 0 FROM json_each(?) AS n WHERE lane_id = n.value ->> 1"
ROWS_A_STATEMENT: Final = 64
PURGE: Final = (
    "DELETE FROM client_key WHERE (credential_id, client_key) IN "
    "(SELECT credential_id, client_key FROM client_key WHERE created_at < ? ORDER BY created_at LIMIT ?)"
)


class SqliteRows:
    """Implements log.Rows."""

    def lock(
        self, connection: Connection, credentials: Sequence[int], lanes: Sequence[int], keys: Sequence[Key], since: int
    ) -> Locked:
        cursor = driver(connection).cursor()
        counters = cursor.execute(COUNTERS, (json.dumps(credentials), json.dumps(lanes))).fetchone()
        sequences, states = map(json.loads, counters)
        known = cursor.execute(KEYS, (json.dumps(keys), since)).fetchall() if keys else []
        cursor.close()
        return Locked(
            dict(sequences),
            {lane_id: LaneState(tail, head) for lane_id, tail, head in states},
            {(credential, key): KnownKey(message_id, digest) for credential, key, message_id, digest in known},
        )

    def write(self, connection: Connection, plan: Plan) -> None:
        cursor = driver(connection).cursor()
        payloads = [(row[0], row[1], *document) for row, document in zip(plan.messages, plan.payloads, strict=True)]
        insert(cursor, MESSAGES, plan.messages)
        insert(cursor, PAYLOADS, payloads)
        insert(cursor, DETAILS, plan.details)
        insert(cursor, CLIENT_KEYS, plan.key_rows)
        insert(cursor, UNAPPLIED, plan.unapplied)
        cursor.execute(UPDATE_SEQUENCES, (json.dumps(plan.changed_sequences()),))
        cursor.execute(UPDATE_TAILS, (json.dumps(plan.changed_tails()),))
        cursor.close()

    def purge_keys(self, connection: Connection, before: int, most: int) -> int:
        cursor = driver(connection).execute(PURGE, (before, most))
        return int(cursor.rowcount)


def driver(connection: Connection) -> Any:
    """Returns the driver's own connection, within the transaction that SQLAlchemy began."""
    return connection.connection.driver_connection


def insert(cursor: Any, into: str, rows: Sequence[Sequence[Any]]) -> None:
    """Inserts rows, many a statement: at each one the driver lets go of the interpreter, and waits to get it back."""
    for at in range(0, len(rows), ROWS_A_STATEMENT):
        part = rows[at : at + ROWS_A_STATEMENT]
        cursor.execute(statement_for(into, len(part), len(part[0])), list(chain.from_iterable(part)))


@cache
def statement_for(into: str, rows: int, columns: int) -> str:
    row = f"({', '.join('?' * columns)})"
    return f"{into} VALUES {', '.join([row] * rows)}"
