"""The content transaction: skips what was applied, applies the rest, and enters the results in the ledger."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from lms.lanes import Detail, Result
from lms.unit_of_work import FlushError, UnitOfWork
from runtime.database import writing
from runtime.direct import Direct
from services.processor.assignment import Assignment
from services.processor.context import ERROR, WARNING, Context, Refused, Scope, UsedFile
from services.processor.failures import is_passing
from services.processor.ledgers import Ledger
from services.processor.poison import poisoned
from services.processor.preparation import Job, Prepared
from services.processor.references import learn

log = structlog.get_logger()


@dataclass
class Applied:
    """What one transaction did."""

    results: list[Result] = field(default_factory=list)
    let_go: list[UsedFile] = field(default_factory=list)

    def reserved(self, prepared: Sequence[Prepared]) -> list[int]:
        """Returns those of the messages that have ended and had reserved files."""
        ended = {result.message_id for result in self.results}
        return [
            one.message_id
            for one in prepared
            if one.message_id in ended and one.job is not None and one.job.resources.files
        ]


class Applier:
    """Applies prepared messages of one credential on one site."""

    def __init__(
        self,
        engine: Engine,
        assignment: Assignment,
        ledger: Ledger,
        extensions: Mapping[int, str],
        seconds: float,
    ) -> None:
        """seconds: how long a transaction may go on taking messages."""
        self._engine = engine
        self._assignment = assignment
        self._ledger = ledger
        self._seconds = seconds
        self._scope = Scope(frozenset(assignment.organisation_sync_keys), extensions)

    def apply(self, prepared: Sequence[Prepared], *, carefully: bool) -> Applied:
        """Applies messages in order, at least one, until the time is over; raises what the ledger raises.

        Rows of all messages are inserted together. Where that fails, or carefully, each message has a savepoint and
        its own inserts, so that only the one that does not fit fails.
        """
        try:
            return self._transaction(prepared, carefully=carefully)
        except FlushError as error:
            if carefully or is_passing(error):
                raise
            log.info("applying one by one", credential=self._assignment.credential_id, cause=str(error))
            return self._transaction(prepared, carefully=True)

    def _transaction(self, prepared: Sequence[Prepared], *, carefully: bool) -> Applied:
        with writing(self._engine) as core:
            connection = Direct(core)
            fresh = self._ledger.fresh(connection, prepared)
            applied = self._apply_all(connection, fresh, carefully=carefully)
            if applied.results:
                self._ledger.enter(connection, applied.results)
            return applied

    def _apply_all(self, connection: Direct, fresh: Sequence[Prepared], *, carefully: bool) -> Applied:
        applied = Applied()
        until = time.monotonic() + self._seconds
        work = UnitOfWork(connection, self._assignment.site_id, datetime.now(UTC))
        learn(work.directory, [one.job.message for one in fresh if one.job is not None])
        for one in fresh:
            details = self._apply_one(work, one, applied, carefully=carefully)
            applied.results.append(self._result(one, details))
            if time.monotonic() >= until:
                break
        work.flush()
        return applied

    def _apply_one(self, work: UnitOfWork, one: Prepared, applied: Applied, *, carefully: bool) -> Sequence[Detail]:
        """Applies one message, or leaves no trace of it; raises what is of a passing kind."""
        if one.job is None:
            return one.refusal
        try:
            try:
                context, details = self._run(work, one.job, carefully=carefully)
            except IntegrityError as error:
                if not carefully:
                    raise FlushError(str(error)) from error
                work.undo()  # another lane has just taken what this message wants: it is looked up anew, once
                context, details = self._run(work, one.job, carefully=True)
        except Refused as refused:
            work.undo()
            return refused.details
        except Exception as error:
            if isinstance(error, FlushError) or is_passing(error):
                raise
            work.undo()
            return (poisoned(self._assignment, one.message_id, one.job.handler.entity, error),)
        applied.let_go.extend(context.let_go)
        return details

    def _run(self, work: UnitOfWork, job: Job, *, carefully: bool) -> tuple[Context, Sequence[Detail]]:
        context = Context(work, job.message, job.resources, job.handler.entity, self._scope)
        if not carefully:
            details = job.handler.apply(context, job.message.data)
            work.complete()
            return context, details
        work.begin()
        details = job.handler.apply(context, job.message.data)
        work.settle()
        return context, details

    def _result(self, one: Prepared, details: Sequence[Detail]) -> Result:
        return Result(
            one.lane_seq,
            self._assignment.credential_id,
            one.message_id,
            status_of(details),
            tuple(details),
            one.started_at,
            datetime.now(UTC),
        )


def status_of(details: Sequence[Detail]) -> str:
    """Returns the status that the worst detail makes."""
    kinds = {detail.kind for detail in details}
    if ERROR in kinds:
        return "Errors"
    return "Warnings" if WARNING in kinds else "Finished"
