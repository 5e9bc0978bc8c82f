"""The message log's statements for PostgreSQL: one a table whatever the size of the batch, in two round trips."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import Connection

from services.ingest.plan import Key, KnownKey, LaneState, Locked, MessageRow, Plan, UnappliedRow

SEQUENCES: Final = (
    "SELECT credential_id, last_message_id FROM credential_sequence WHERE credential_id = ANY(%s::bigint[]) "
    "ORDER BY credential_id FOR UPDATE"
)
LANES: Final = "SELECT lane_id, tail, head FROM lane WHERE lane_id = ANY(%s::bigint[]) ORDER BY lane_id FOR UPDATE"
KEYS: Final = (
    "SELECT k.credential_id, k.client_key, k.message_id, k.digest FROM client_key k "
    "JOIN unnest(%s::bigint[], %s::text[]) AS w (credential_id, client_key) USING (credential_id, client_key) "
    "WHERE k.created_at > %s"
)
INSERT_MESSAGES: Final = (
    f"INSERT INTO message ({', '.join(MessageRow._fields)}) "  # noqa: S608 (names of our own columns)
    "SELECT * FROM unnest(%s::bigint[], %s::int[], %s::bigint[], %s::int[], %s::text[], %s::int[], %s::int[], "
    "%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[])"
)
INSERT_PAYLOADS: Final = (
    "INSERT INTO payload (credential_id, message_id, data, is_normal) "
    "SELECT * FROM unnest(%s::bigint[], %s::int[], %b::bytea[], %s::bool[])"
)
INSERT_DETAILS: Final = (
    "INSERT INTO detail (credential_id, message_id, position, entity, message, sync_key, type) "
    "SELECT * FROM unnest(%s::bigint[], %s::int[], %s::int[], %s::text[], %s::text[], %s::text[], %s::int[])"
)
# A row that is still there is one that is older than keys are kept.
INSERT_KEYS: Final = (
    "INSERT INTO client_key (credential_id, client_key, message_id, digest, created_at) "
    "SELECT * FROM unnest(%s::bigint[], %s::text[], %s::int[], %b::bytea[], %s::bigint[]) "
    "ON CONFLICT (credential_id, client_key) DO UPDATE "
    "SET message_id = excluded.message_id, digest = excluded.digest, created_at = excluded.created_at"
)
INSERT_UNAPPLIED: Final = (
    f"INSERT INTO unapplied ({', '.join(UnappliedRow._fields)}) "  # noqa: S608 (names of our own columns)
    "SELECT * FROM unnest(%s::bigint[], %s::int[], %s::text[], %s::bigint[])"
)
UPDATE_SEQUENCES: Final = (
    "UPDATE credential_sequence AS s SET last_message_id = n.last "
    "FROM unnest(%s::int[], %s::bigint[]) AS n (last, credential_id) WHERE s.credential_id = n.credential_id"
)
UPDATE_TAILS: Final = (
    "UPDATE lane AS l SET tail = n.tail "
    "FROM unnest(%s::bigint[], %s::bigint[]) AS n (tail, lane_id) WHERE l.lane_id = n.lane_id"
)
# SKIP LOCKED: a purge never waits for a row, so it cannot take part in a deadlock.
PURGE: Final = (
    "DELETE FROM client_key WHERE (credential_id, client_key) IN "
    "(SELECT credential_id, client_key FROM client_key WHERE created_at < %s ORDER BY created_at LIMIT %s "
    "FOR UPDATE SKIP LOCKED)"
)


class PostgresqlRows:
    """Implements log.Rows."""

    def lock(
        self, connection: Connection, credentials: Sequence[int], lanes: Sequence[int], keys: Sequence[Key], since: int
    ) -> Locked:
        raw = driver(connection)
        with raw.pipeline():
            sequences = raw.execute(SEQUENCES, (list(credentials),))
            states = raw.execute(LANES, (list(lanes),)) if lanes else ()
            known = raw.execute(KEYS, (*columns(keys), since)) if keys else ()
        return Locked(
            dict(sequences),
            {lane_id: LaneState(tail, head) for lane_id, tail, head in states},
            {(credential, key): KnownKey(message_id, digest) for credential, key, message_id, digest in known},
        )

    def write(self, connection: Connection, plan: Plan) -> None:
        raw = driver(connection)
        rows = columns(plan.messages)
        with raw.pipeline():
            raw.execute(INSERT_MESSAGES, rows)
            raw.execute(INSERT_PAYLOADS, (rows[0], rows[1], *columns(plan.payloads)))
            if plan.details:
                raw.execute(INSERT_DETAILS, columns(plan.details))
            if plan.key_rows:
                raw.execute(INSERT_KEYS, columns(plan.key_rows))
            if plan.unapplied:
                raw.execute(INSERT_UNAPPLIED, columns(plan.unapplied))
            raw.execute(UPDATE_SEQUENCES, columns(plan.changed_sequences()))
            if tails := plan.changed_tails():
                raw.execute(UPDATE_TAILS, columns(tails))

    def purge_keys(self, connection: Connection, before: int, most: int) -> int:
        cursor = driver(connection).execute(PURGE, (before, most))
        return int(cursor.rowcount)


def driver(connection: Connection) -> Any:
    """Returns the driver's own connection, within the transaction that SQLAlchemy began."""
    return connection.connection.driver_connection


def columns(rows: Iterable[Sequence[Any]]) -> list[list[Any]]:
    """Turns rows into columns, for unnest."""
    return [list(column) for column in zip(*rows, strict=True)]
