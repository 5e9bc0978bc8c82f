"""The thread that takes lanes: claim, turn, report, until it is told to stop."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import grpc
import structlog
from organisation.v1 import lane_service_pb2

from services.processor.ahead import Ahead, Messages, Outcome, Prepare
from services.processor.closing import PAUSE_SECONDS, Closing
from services.processor.failures import code_of
from services.processor.lease import Lease
from services.processor.peers import Fenced
from services.processor.preparation import Preparation
from services.processor.tools import Tools
from services.processor.turn import Turn

TURNS = 4
"""Turns of one claim; then the lane is given back, and the next one is whose turn it is."""
MOST_MESSAGES = 1000
"""What a claim gives at most."""

log = structlog.get_logger()


class Worker:
    """One thread, one lane at a time."""

    def __init__(self, tools: Tools, name: str) -> None:
        self._tools = tools
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        settings = tools.settings
        self._second = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._closing = Closing(tools.lanes, self._stopping, self._second)
        self._most = min(TURNS * settings.processor_batch_messages, MOST_MESSAGES)
        self._request = lane_service_pb2.ClaimRequest(
            worker=name,
            max_messages=settings.processor_batch_messages,
            lease_seconds=settings.processor_lease_seconds,
            wait_milliseconds=settings.processor_wait_milliseconds,
        )

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Lets the thread end its turn; returns at once."""
        self._stopping.set()

    def join(self, seconds: float) -> None:
        """Waits for the end of the thread."""
        self._thread.join(seconds)

    def _run(self) -> None:
        try:
            self._claim_all()
        finally:
            self._second.shutdown()

    def _claim_all(self) -> None:
        away = False
        while not self._stopping.is_set():
            try:
                claim = self._tools.lanes.claim(self._request)
                away = False
                if claim.lane_id and claim.messages:
                    self._work(claim)
            except Fenced:
                log.info("lane is another's", worker=self._request.worker)
            except grpc.RpcError as error:
                if not away:
                    log.warning("ingest is away", worker=self._request.worker, code=code_of(error).name)
                away = True
                self._stopping.wait(PAUSE_SECONDS)
            except Exception as error:
                log.error("worker failed", worker=self._request.worker, exc_info=error)
                self._stopping.wait(PAUSE_SECONDS)

    def _work(self, claim: lane_service_pb2.ClaimResponse) -> None:
        """Applies the messages of a claim, some a turn, for as long as a lane may have the worker."""
        settings = self._tools.settings
        seconds = settings.processor_turn_milliseconds / 1000
        until = time.monotonic() + TURNS * seconds
        most = settings.processor_batch_messages
        # What is prepared during the last turn would be dropped with the claim.
        ahead = Ahead(claim.messages, most, until - seconds, self._prepare_for(claim), self._second)
        done, goes_on = 0, True
        try:
            while goes_on:
                turn = Turn(self._tools, claim, claim.messages[done : done + most], ahead)
                report = turn.run()
                done += len(report.outcomes)
                goes_on = bool(report.outcomes) and not report.rest_seconds and done < len(claim.messages)
                report.goes_on = goes_on and time.monotonic() < until and not self._stopping.is_set()
                goes_on = report.goes_on
                self._closing.begin(turn, report)
        finally:
            self._closing.wait()
        # More than it gets through would be sent and dropped; a little more, so that it grows with the worker's speed.
        wanted = 2 * done if done == len(claim.messages) else done + done // 8
        self._request.max_messages = max(most, min(self._most, wanted))

    def _prepare_for(self, claim: lane_service_pb2.ClaimResponse) -> Prepare:
        """Returns what prepares messages of a claim, and keeps its lease meanwhile."""
        tools, settings = self._tools, self._tools.settings
        lease = Lease(tools.lanes, claim.lane_id, claim.fence, settings.processor_lease_seconds)
        seconds = settings.processor_turn_milliseconds / 1000

        def prepare(messages: Messages) -> Callable[[], Outcome]:
            preparation = Preparation(claim, tools.routes, tools.files, tools.vendors, tools.kept, lease.keep)
            drafts = preparation.draft_all(messages, seconds)
            return lambda: preparation.finish_all(drafts, seconds)

        return prepare
