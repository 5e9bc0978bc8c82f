"""Imports a roster: compares it as it comes, then stores what differs in one short transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine

from lms.roster.importer import Comparison
from lms.roster.report import Report
from lms.roster.scratch import importing
from lms.roster.storing import Limit, excesses_of, revision_of, store
from lms.roster.work import Work
from runtime.database import beside_writers, to_write
from services.processor.roster_feed import Chunk


@dataclass(frozen=True, slots=True)
class Order:
    """What a roster is for, as its heading says."""

    site_id: int
    source: str
    limit: Limit
    dry_run: bool


def import_roster(engine: Engine, order: Order, chunks: Iterable[Chunk]) -> Report:
    """Stores a roster whole, or nothing of it; raises OvertakenError, ExcessError, and what the chunks raise."""
    with importing(engine) as connection:
        return run(connection, order, chunks)


def run(connection: Connection, order: Order, chunks: Iterable[Chunk]) -> Report:
    work = Work(connection, order.site_id, datetime.now(UTC), dry_run=order.dry_run)
    comparison = Comparison(work)
    with beside_writers(connection):
        revision = revision_of(work)
    for chunk in chunks:
        with beside_writers(connection):
            comparison.add(chunk)
    with beside_writers(connection):
        comparison.finish()
        if order.dry_run:
            work.report.excesses = excesses_of(work, order.limit)
            return work.report
    with to_write(connection):
        store(work, revision, order.limit, order.source)
    return work.report
