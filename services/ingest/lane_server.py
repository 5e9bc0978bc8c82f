# ruff: noqa: ARG002, N802 (the names and the signatures are gRPC's)
"""LaneService over gRPC: where a processor claims lanes and reports what became of their messages."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Final

from organisation.v1 import lane_service_pb2 as pb
from organisation.v1 import lane_service_pb2_grpc

from runtime.errors import ServiceError, invalid_field
from runtime.interceptor import Context
from services.ingest import answers, lanes, moments
from services.ingest.deadlines import seconds_left
from services.ingest.moments import timestamp
from services.ingest.signals import EndedMessages, LaneSignal
from services.ingest.worker import StoreWorker

MOST_MESSAGES: Final = 1000
LONGEST_LEASE: Final = 3600
LONGEST_REST: Final = 3600
LONGEST_WAIT: Final = 30_000
DEAREST_TURN: Final = 3_600_000
LOOK_SECONDS: Final = 0.5


class LaneServicer(lane_service_pb2_grpc.LaneServiceServicer):
    """Hands out lanes, one worker at a time each."""

    def __init__(self, worker: StoreWorker, signal: LaneSignal, ended: EndedMessages) -> None:
        self._worker = worker
        self._signal = signal
        self._ended = ended

    async def Claim(self, request: pb.ClaimRequest, context: Context) -> pb.ClaimResponse:
        most = within("max_messages", request.max_messages, 1, MOST_MESSAGES)
        lease = within("lease_seconds", request.lease_seconds, 1, LONGEST_LEASE)
        wait = within("wait_milliseconds", request.wait_milliseconds, 0, LONGEST_WAIT)
        name = answers.worker_name(request.worker)
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds_left(context, wait / 1000)
        while True:
            ticket = self._signal.ticket()
            claim = await self._claim(name, most, lease)
            if claim is not None:
                return answers.claim_of(claim)
            remaining = until - loop.time()
            if remaining <= 0:
                return pb.ClaimResponse()
            # Leases and rests end without a signal, and a signal of another process may be lost.
            await self._signal.wait(ticket, min(LOOK_SECONDS, remaining))

    async def _claim(self, name: str, most: int, lease: int) -> lanes.Claim | None:
        """Claims a lane; where the caller has gone meanwhile, gives it back instead of letting the lease run out."""
        claiming = self._worker.run(lambda connection: lanes.claim(connection, name, most, lease))
        try:
            return await asyncio.shield(claiming)
        except asyncio.CancelledError:
            claiming.add_done_callback(self._give_back)
            raise

    def _give_back(self, claiming: asyncio.Future[lanes.Claim | None]) -> None:
        claim = None if claiming.cancelled() or claiming.exception() else claiming.result()
        if claim is not None:
            with contextlib.suppress(ServiceError):  # the process ends: then the lease does it
                self._worker.run(
                    lambda connection: lanes.report(connection, claim.lane_id, claim.fence, lanes.Report())
                ).add_done_callback(self._given_back)

    def _given_back(self, reporting: asyncio.Future[lanes.Reported]) -> None:
        if not reporting.cancelled() and reporting.exception() is None:
            self._signal.rouse()

    async def Renew(self, request: pb.RenewRequest, context: Context) -> pb.RenewResponse:
        lease = within("lease_seconds", request.lease_seconds, 1, LONGEST_LEASE)
        until = await self._worker.run(
            lambda connection: lanes.renew(connection, request.lane_id, request.fence, lease)
        )
        return pb.RenewResponse(lease_until=timestamp(until))

    async def Report(self, request: pb.ReportRequest, context: Context) -> pb.ReportResponse:
        rest = within("rest_seconds", request.rest_seconds, 0, LONGEST_REST)
        cost = within("cost_milliseconds", request.cost_milliseconds, 0, DEAREST_TURN)
        now = moments.now()
        ends = [answers.end_of(outcome, now) for outcome in request.outcomes]
        told = lanes.Report(ends, cost, rest, request.goes_on)
        reported = await self._worker.run(
            lambda connection: lanes.report(connection, request.lane_id, request.fence, told)
        )
        self._ended.ended((reported.credential_id, message_id) for message_id in reported.message_ids)
        if reported.roused:
            self._signal.rouse()
        return pb.ReportResponse()


def within(field: str, value: int, least: int, most: int) -> int:
    """Returns the value; INVALID_ARGUMENT when it is out of range."""
    if not least <= value <= most:
        raise invalid_field(field, f"{field} must be {least} to {most}.")
    return value
