"""What follows a turn: files are settled, then the turn is reported, while the worker is at the next one."""

from __future__ import annotations

import threading
from concurrent.futures import Executor, Future

import grpc
from organisation.v1 import lane_service_pb2

from services.processor.failures import is_passing
from services.processor.peers import Lanes
from services.processor.turn import Turn

PAUSE_SECONDS = 0.5
REPORT_TRIES = 5


class Closing:
    """Closes the turns of one worker, in order, one at a time, on its second thread."""

    def __init__(self, lanes: Lanes, stopping: threading.Event, thread: Executor) -> None:
        self._lanes = lanes
        self._stopping = stopping
        self._thread = thread
        self._last: Future[None] | None = None

    def begin(self, turn: Turn, report: lane_service_pb2.ReportRequest) -> None:
        """Begins to close a turn once the one before is closed; raises what came of that."""
        self.wait()
        self._last = self._thread.submit(self._close, turn, report)

    def wait(self) -> None:
        """Returns when the last turn is closed; raises Fenced, grpc.RpcError."""
        last, self._last = self._last, None
        if last is not None:
            last.result()

    def _close(self, turn: Turn, report: lane_service_pb2.ReportRequest) -> None:
        turn.settle()
        self._report(report)

    def _report(self, report: lane_service_pb2.ReportRequest) -> None:
        """Reports, with patience: what is not reported waits for the end of the lease."""
        for attempt in range(1, REPORT_TRIES + 1):
            try:
                self._lanes.report(report)
                return
            except grpc.RpcError as error:
                if attempt == REPORT_TRIES or not is_passing(error) or self._stopping.is_set():
                    raise
                self._stopping.wait(PAUSE_SECONDS * attempt)
