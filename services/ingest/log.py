"""The message log's hot path: a batch of submissions becomes rows, in one transaction.

Statements are written out and run on the driver's connection: a statement of SQLAlchemy Core costs seven times as much.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple, Protocol

from sqlalchemy import Connection, Engine, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite

from runtime.database import writing
from services.ingest import moments
from services.ingest.log_postgresql import PostgresqlRows
from services.ingest.log_sqlite import SqliteRows
from services.ingest.plan import Key, Locked, Place, Plan, plan_batch
from services.ingest.submission import Submission
from services.ingest.tables import credential_sequence, lane, partner_turn

KEY_KEPT: Final = 14 * moments.DAY
KNOWN_LANES: Final = 100_000


class KnownLane(NamedTuple):
    """A lane that this process has seen."""

    lane_id: int
    organisations: tuple[str, ...]


class Rows(Protocol):
    """The statements of one engine."""

    def lock(
        self, connection: Connection, credentials: Sequence[int], lanes: Sequence[int], keys: Sequence[Key], since: int
    ) -> Locked:
        """Locks credential rows, then lane rows, each in the order of their ids, and looks keys up."""
        ...

    def write(self, connection: Connection, plan: Plan) -> None:
        """Writes what a plan says."""
        ...

    def purge_keys(self, connection: Connection, before: int, most: int) -> int:
        """Deletes at most so many client keys that were made before a moment; returns how many it deleted."""
        ...


class MessageLog:
    """Appends to the message tables. Used by the writer's thread alone."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._rows: Rows = SqliteRows() if engine.dialect.name == "sqlite" else PostgresqlRows()
        self._lanes: dict[Place, KnownLane] = {}
        self._credentials: set[int] = set()

    def prepare(self, submissions: Sequence[Submission]) -> None:
        """Makes the rows that the batch will lock, where this process has not seen them yet.

        In a transaction of its own, so that the batch's own locks are all taken on rows that exist, in one order.
        """
        credentials = {one.credential_id for one in submissions} - self._credentials
        unknown = {
            place: one
            for one in submissions
            if one.enters_lane
            and ((known := self._lanes.get(place := one.place)) is None or known.organisations != one.organisations)
        }
        if not credentials and not unknown:
            return
        with writing(self._engine) as connection:
            found = make_rows(connection, credentials, unknown)
        if len(self._lanes) > KNOWN_LANES:
            self._lanes = {place: self._lanes[place] for place in {one.place for one in submissions} & set(self._lanes)}
        self._lanes |= found
        self._credentials |= credentials

    def forget(self) -> None:
        """Forgets which rows exist; after a failure they are looked up anew."""
        self._lanes.clear()
        self._credentials.clear()

    def append(self, connection: Connection, submissions: Sequence[Submission]) -> Plan:
        """Appends a prepared batch within a transaction; its outcomes hold once that is committed."""
        lane_ids = {
            place: self._lanes[place].lane_id for place in {one.place for one in submissions if one.enters_lane}
        }
        now = moments.now()
        locked = self._rows.lock(
            connection,
            sorted({one.credential_id for one in submissions}),
            sorted(lane_ids.values()),
            sorted({(one.credential_id, one.client_key) for one in submissions if one.client_key}),
            now - KEY_KEPT,
        )
        plan = plan_batch(submissions, lane_ids, locked, now)
        if plan.messages:
            self._rows.write(connection, plan)
        return plan

    def purge_keys(self, connection: Connection, most: int) -> int:
        """Deletes at most so many client keys that are older than 14 days (decision 3)."""
        return self._rows.purge_keys(connection, moments.now() - KEY_KEPT, most)


def make_rows(
    connection: Connection, credentials: set[int], places: Mapping[Place, Submission]
) -> dict[Place, KnownLane]:
    """Makes sequences, partners and lanes that are missing; returns the lanes."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    wanted = sorted(credentials | {credential for credential, _ in places})
    sequences = [{"credential_id": credential} for credential in wanted]
    connection.execute(insert(credential_sequence).on_conflict_do_nothing(), sequences)
    if not places:
        return {}
    partners = [{"partner_id": partner} for partner in sorted({one.partner_id for one in places.values()})]
    connection.execute(insert(partner_turn).on_conflict_do_nothing(), partners)
    rows = [
        {
            "credential_id": credential,
            "site_id": site,
            "partner_id": one.partner_id,
            "organisations": json.dumps(one.organisations),
        }
        for (credential, site), one in sorted(places.items())
    ]
    statement = insert(lane)
    changed = statement.excluded.organisations
    upsert = statement.on_conflict_do_update(
        index_elements=[lane.c.credential_id, lane.c.site_id],
        set_={"organisations": changed},
        where=lane.c.organisations != changed,
    )
    connection.execute(upsert, rows)
    found = connection.execute(
        select(lane.c.credential_id, lane.c.site_id, lane.c.lane_id).where(
            tuple_(lane.c.credential_id, lane.c.site_id).in_(list(places))
        )
    )
    return {
        place: KnownLane(lane_id, places[place].organisations)
        for place, lane_id in (((credential, site), lane_id) for credential, site, lane_id in found)
    }
