"""How fast one lane is applied: from the first message put in to the end of the last."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import grpc
from organisation.v1 import data_service_pb2, message_admin_service_pb2, message_admin_service_pb2_grpc

from benchmarks.accepting import BATCH, WARM_UP, unary
from benchmarks.system import MeasuredSystem
from runtime.tokens import InternalIdentity

PATIENCE_SECONDS = 300


def lane(folder: Path, running: MeasuredSystem, messages: int) -> dict[str, float]:
    """Puts messages into an empty lane and waits until all have ended; counts from the first put to the last end."""
    identity = running.identity
    with grpc.insecure_channel(running.ingest) as channel:
        stub = message_admin_service_pb2_grpc.MessageAdminServiceStub(channel)
        wait_until_empty(stub, identity)
        before = ended(stub, identity)
        started = time.perf_counter()
        bad = unary(folder, running, messages, BATCH)["bad"]
        wait_until_empty(stub, identity)
        seconds = time.perf_counter() - started
        applied = ended(stub, identity) - before
        failed = count_failed(stub, identity)
    return {"per_second": applied / seconds, "bad": bad + failed + abs(WARM_UP + messages - applied)}


def settle(running: MeasuredSystem) -> None:
    """Waits until nothing is left of the measurement before."""
    with grpc.insecure_channel(running.ingest) as channel:
        wait_until_empty(message_admin_service_pb2_grpc.MessageAdminServiceStub(channel), running.identity)


def wait_until_empty(stub: message_admin_service_pb2_grpc.MessageAdminServiceStub, identity: InternalIdentity) -> None:
    """Returns once nothing waits in any lane."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    request = message_admin_service_pb2.ListLanesRequest(waiting_only=True, page_size=1)
    while stub.ListLanes(request, metadata=identity.metadata(), timeout=30).lanes:
        if time.monotonic() > deadline:
            raise TimeoutError("the lane is not applied")
        time.sleep(0.02)


def ended(stub: message_admin_service_pb2_grpc.MessageAdminServiceStub, identity: InternalIdentity) -> int:
    """Returns how many messages have left their lanes."""
    request = message_admin_service_pb2.ListLanesRequest(page_size=1000)
    return sum(row.head for row in stub.ListLanes(request, metadata=identity.metadata(), timeout=30).lanes)


def count_failed(
    stub: message_admin_service_pb2_grpc.MessageAdminServiceStub, identity: InternalIdentity, types: Sequence[str] = ()
) -> int:
    """Returns how many messages of these types, or any, were refused; at most 1,000 are counted."""
    errors = [data_service_pb2.DATA_MESSAGE_STATUS_ERRORS]
    failed = data_service_pb2.MessageFilter(statuses=errors, message_types=types)
    request = message_admin_service_pb2.SearchMessagesRequest(filter=failed, page_size=1000)
    return len(stub.SearchMessages(request, metadata=identity.metadata(), timeout=30).messages)
