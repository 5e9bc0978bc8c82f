"""Applies messages whose senders wait for the result (decision 9)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import structlog
from organisation.v1 import lane_service_pb2
from organisation.v1 import synchronous_service_pb2 as pb
from sqlalchemy.exc import SQLAlchemyError

from lms.inbox import inbox_results
from lms.lanes import Result
from runtime.database import ping, reading
from services.processor.applying import Applier
from services.processor.failures import is_passing, is_peer_away
from services.processor.ledgers import AppliedElsewhereError, InboxLedger
from services.processor.outcomes import outcome_of
from services.processor.poison import given_up
from services.processor.preparation import Preparation, Prepared
from services.processor.settlement import Settlement
from services.processor.tools import Tools

TRIES = 3
"""How often a transaction is begun anew when others have applied its messages meanwhile."""

log = structlog.get_logger()


class SynchronousTurn:
    """Works on one request; blocking, so it belongs on a thread."""

    def __init__(self, tools: Tools, request: pb.ApplyMessagesRequest) -> None:
        self._tools = tools
        self._request = request
        self._seconds = tools.settings.processor_turn_milliseconds / 1000
        ledger = InboxLedger(request.credential_id)
        self._applier = Applier(tools.engine, request, ledger, tools.extensions, self._seconds)
        self._settlement = Settlement(tools.engine, tools.files, request)
        self._results: dict[int, Result] = {}
        self._hindrance = pb.HINDRANCE_UNSPECIFIED

    def run(self) -> pb.ApplyMessagesResponse:
        """Applies what was not applied before, as far as it goes; raises when the content store does not answer."""
        fresh = self._fresh()
        if fresh:
            self._apply_fresh(fresh)
        outcomes = {number: outcome_of(result) for number, result in self._results.items()}
        return pb.ApplyMessagesResponse(outcomes=outcomes, hindrance=self._hindrance)

    def _fresh(self) -> list[lane_service_pb2.LaneMessage]:
        """Returns the messages without a result, and notes the results of the others."""
        self._note_results()
        self._settlement.confirm([], list(self._results))
        return [one for one in self._request.messages if one.message_id not in self._results]

    def _note_results(self) -> None:
        numbers = [one.message_id for one in self._request.messages]
        with reading(self._tools.engine) as connection:
            self._results = inbox_results(connection, self._request.credential_id, numbers)

    def _apply_fresh(self, fresh: Sequence[lane_service_pb2.LaneMessage]) -> None:
        failures = fresh[0].attempts
        if failures >= self._tools.settings.processor_retries:
            refusal = (given_up(self._request, fresh[0].message_id),)
            self._apply([Prepared(0, fresh[0].message_id, datetime.now(UTC), None, refusal)])
            return
        tools = self._tools
        preparation = Preparation(self._request, tools.routes, tools.files, tools.vendors, tools.kept, lambda: None)
        prepared, failure = preparation.prepare_all(fresh, self._seconds)
        parts = [[one] for one in prepared] if failures else [prepared]
        for part in parts:
            if part and not self._apply(part, carefully=failures > 0):
                return
        if failure is not None:
            self._note_failure(failure)

    def _apply(self, part: Sequence[Prepared], *, carefully: bool = False) -> bool:
        """Applies messages; returns whether that went well."""
        for _ in range(TRIES):
            try:
                applied = self._applier.apply(part, carefully=carefully)
            except AppliedElsewhereError:
                self._note_results()
                continue
            except Exception as error:
                self._note_failure(error)
                return False
            self._note_results()
            self._settlement.confirm(applied.reserved(part), [])
            self._settlement.release(applied.let_go)
            return True
        return False

    def _note_failure(self, error: Exception) -> None:
        """Says what kind of failure it was; raises one that will not pass."""
        if not is_passing(error):
            raise error
        log.warning("synchronous messages wait", credential=self._request.credential_id, cause=repr(error))
        if is_peer_away(error) or not self._is_store_there():
            self._hindrance = pb.HINDRANCE_PEER_AWAY
        else:
            self._hindrance = pb.HINDRANCE_FAILED

    def _is_store_there(self) -> bool:
        try:
            ping(self._tools.engine)
        except SQLAlchemyError:
            return False
        return True
