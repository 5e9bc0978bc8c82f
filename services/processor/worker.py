"""The thread that takes lanes: claim, turn, report, until it is told to stop."""

from __future__ import annotations

import threading

import grpc
import structlog
from organisation.v1 import lane_service_pb2

from services.processor.failures import code_of, is_passing
from services.processor.peers import Fenced
from services.processor.tools import Tools
from services.processor.turn import Turn

PAUSE_SECONDS = 0.5
REPORT_TRIES = 5

log = structlog.get_logger()


class Worker:
    """One thread, one lane at a time."""

    def __init__(self, tools: Tools, name: str) -> None:
        self._tools = tools
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        settings = tools.settings
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
        away = False
        while not self._stopping.is_set():
            try:
                claim = self._tools.lanes.claim(self._request)
                away = False
                if claim.lane_id and claim.messages:
                    self._report(Turn(self._tools, claim).run())
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

    def _report(self, report: lane_service_pb2.ReportRequest) -> None:
        """Reports, with patience: what is not reported waits for the end of the lease."""
        for attempt in range(1, REPORT_TRIES + 1):
            try:
                self._tools.lanes.report(report)
                return
            except grpc.RpcError as error:
                if attempt == REPORT_TRIES or not is_passing(error) or self._stopping.is_set():
                    raise
                self._stopping.wait(PAUSE_SECONDS * attempt)
