"""One turn of a worker: a lane's oldest messages, from claim to report."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime

import structlog
from organisation.v1 import lane_service_pb2
from sqlalchemy.exc import SQLAlchemyError

from lms.lanes import Result, count_retry, lane_progress, stored_results
from runtime.database import reading, writing
from services.processor.applying import Applied, Applier
from services.processor.failures import is_passing, is_peer_away
from services.processor.lease import Lease
from services.processor.ledgers import LaneLedger
from services.processor.outcomes import outcome_of
from services.processor.peers import Fenced
from services.processor.poison import given_up
from services.processor.preparation import Preparation, Prepared
from services.processor.settlement import Settlement
from services.processor.tools import Tools

LONGEST_REST = 60
AWAY_REST = 2

log = structlog.get_logger()


class Turn:
    """Works on one claim, which has messages."""

    def __init__(self, tools: Tools, claim: lane_service_pb2.ClaimResponse) -> None:
        self._tools = tools
        self._claim = claim
        self._seconds = tools.settings.processor_turn_milliseconds / 1000
        ledger = LaneLedger(claim.lane_id, claim.fence)
        self._applier = Applier(tools.engine, claim, ledger, tools.extensions, self._seconds)
        self._settlement = Settlement(tools.engine, tools.files, claim)
        self._results: list[Result] = []

    def run(self) -> lane_service_pb2.ReportRequest:
        """Applies what it can and returns the report; raises Fenced when the lane is another's by now."""
        started = time.monotonic()
        try:
            rest = self._work()
        except Fenced:
            raise
        except Exception as error:
            log.error("lane rests", lane=self._claim.lane_id, exc_info=error)
            rest = LONGEST_REST
        return lane_service_pb2.ReportRequest(
            lane_id=self._claim.lane_id,
            fence=self._claim.fence,
            outcomes=[outcome_of(one) for one in self._results],
            cost_milliseconds=round((time.monotonic() - started) * 1000),
            rest_seconds=rest,
        )

    def _work(self) -> int:
        """Returns the seconds for which the lane shall rest."""
        try:
            fresh, retries = self._fresh()
        except Exception as error:
            return self._rest_after(error, None)
        if not fresh:
            return 0
        if retries >= self._tools.settings.processor_retries:
            return self._apply([self._given_up(fresh[0])], carefully=False)
        tools = self._tools
        preparation = Preparation(
            self._claim, tools.routes, tools.files, tools.vendors, tools.packages, self._lease().keep
        )
        prepared, failure = preparation.prepare_all(fresh, self._seconds)
        rest = self._apply(prepared, carefully=retries > 0)
        if failure is not None and not rest:
            rest = self._rest_after(failure, fresh[len(prepared)].lane_seq)
        return rest

    def _lease(self) -> Lease:
        seconds = self._tools.settings.processor_lease_seconds
        return Lease(self._tools.lanes, self._claim.lane_id, self._claim.fence, seconds)

    def _fresh(self) -> tuple[list[lane_service_pb2.LaneMessage], int]:
        """Returns the messages that are not applied yet and how often the first of them failed for a while.

        What an earlier claim applied without reporting it is reported now.
        """
        lane_id, messages = self._claim.lane_id, self._claim.messages
        with reading(self._tools.engine) as connection:
            progress = lane_progress(connection, lane_id)
            fresh = [message for message in messages if message.lane_seq > progress.last_seq]
            healed = messages[: len(messages) - len(fresh)]
            if healed:
                self._results = stored_results(connection, lane_id, healed[0].lane_seq, healed[-1].lane_seq)
        self._settlement.confirm([], [message.message_id for message in healed])
        failed_before = bool(fresh) and fresh[0].lane_seq == progress.retry_seq
        return fresh, progress.retries if failed_before else 0

    def _apply(self, prepared: Sequence[Prepared], *, carefully: bool) -> int:
        """Applies together, or carefully one by one; returns the seconds to rest after a failure, else 0."""
        parts = [[one] for one in prepared] if carefully else [prepared]
        for part in parts:
            if not part:
                continue
            try:
                applied = self._applier.apply(part, carefully=carefully)
            except Exception as error:
                return self._rest_after(error, part[0].lane_seq)
            self._results.extend(applied.results)
            self._settle(part, applied)
        return 0

    def _settle(self, prepared: Sequence[Prepared], applied: Applied) -> None:
        self._settlement.confirm(applied.reserved(prepared), [])
        self._settlement.release(applied.let_go)

    def _rest_after(self, error: Exception, lane_seq: int | None) -> int:
        """Notes a failure of a passing kind; returns the seconds to rest. Raises what is of another kind."""
        if not is_passing(error):
            raise error
        log.warning("lane rests", lane=self._claim.lane_id, lane_seq=lane_seq, cause=repr(error))
        if lane_seq is None or is_peer_away(error):
            return AWAY_REST
        try:
            with writing(self._tools.engine) as connection:
                count = count_retry(connection, self._claim.lane_id, self._claim.fence, lane_seq)
        except SQLAlchemyError:
            return AWAY_REST  # the database is the one that is away
        return int(min(2 ** (count - 1), LONGEST_REST))

    def _given_up(self, message: lane_service_pb2.LaneMessage) -> Prepared:
        refusal = (given_up(self._claim, message.message_id),)
        return Prepared(message.lane_seq, message.message_id, datetime.now(UTC), None, refusal)
