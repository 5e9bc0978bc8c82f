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
from services.processor.ahead import Ahead
from services.processor.applying import Applier
from services.processor.context import UsedFile
from services.processor.failures import is_passing, is_peer_away
from services.processor.ledgers import LaneLedger
from services.processor.outcomes import outcome_of
from services.processor.peers import Fenced
from services.processor.poison import given_up
from services.processor.preparation import Prepared
from services.processor.settlement import Settlement
from services.processor.tools import Tools

LONGEST_REST = 60
AWAY_REST = 2

log = structlog.get_logger()


class Turn:
    """Works on messages of one claim, at least one, which follow what was applied of it before."""

    def __init__(
        self,
        tools: Tools,
        claim: lane_service_pb2.ClaimResponse,
        messages: Sequence[lane_service_pb2.LaneMessage],
        ahead: Ahead,
    ) -> None:
        self._tools = tools
        self._claim = claim
        self._messages = messages
        self._ahead = ahead
        self._seconds = tools.settings.processor_turn_milliseconds / 1000
        ledger = LaneLedger(claim.lane_id, claim.fence)
        self._applier = Applier(tools.engine, claim, ledger, tools.extensions, self._seconds)
        self._settlement = Settlement(tools.engine, tools.files, claim)
        self._results: list[Result] = []
        self._healed: list[int] = []
        self._reserved: list[int] = []
        self._let_go: list[UsedFile] = []

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
        prepared, failure = self._ahead.take(fresh[0].lane_seq, alone=retries > 0)
        rest = self._apply(prepared, carefully=retries > 0)
        if failure is not None and not rest:
            rest = self._rest_after(failure, fresh[len(prepared)].lane_seq)
        return rest

    def settle(self) -> None:
        """Tells the files service what became of files; another thread may do so when the turn has run."""
        self._settlement.confirm(self._reserved, self._healed)
        self._settlement.release(self._let_go)

    def _fresh(self) -> tuple[list[lane_service_pb2.LaneMessage], int]:
        """Returns the messages that are not applied yet and how often the first of them failed for a while.

        What an earlier claim applied without reporting it is reported now.
        """
        lane_id, messages = self._claim.lane_id, self._messages
        with reading(self._tools.engine) as connection:
            progress = lane_progress(connection, lane_id)
            fresh = [message for message in messages if message.lane_seq > progress.last_seq]
            healed = messages[: len(messages) - len(fresh)]
            if healed:
                self._results = stored_results(connection, lane_id, healed[0].lane_seq, healed[-1].lane_seq)
        self._healed = [message.message_id for message in healed]
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
            self._reserved.extend(applied.reserved(part))
            self._let_go.extend(applied.let_go)
        return 0

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
