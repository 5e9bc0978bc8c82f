"""What a message of each type costs: `python -m benchmarks.types [MESSAGES]` applies full examples in one lane.

For each write type copies of its full example, with keys of their own, then all asynchronous types in turn in one
stream. The deployment of processes, on SQLite. All messages are accepted while the processor is held; what is measured
is from its release until the lane is empty. Prints one JSON object: milliseconds a message by type, by the clock, of
the processor, and of the other services for it; the same and messages a second of the stream; and how many messages of
a type ended in errors. Synchronous types are in no lane; their messages come by 100, and are accepted meanwhile.
"""

from __future__ import annotations

import json
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import grpc
import psutil
from organisation.v1 import data_service_pb2, data_service_pb2_grpc, message_admin_service_pb2_grpc
from sqlalchemy import insert

from benchmarks.accepting import BATCH, token_of
from benchmarks.lane import count_failed, wait_until_empty
from benchmarks.system import ExampleDeployment, processor_held
from benchmarks.type_copies import (
    CREATION,
    EVENT,
    LINK,
    Typed,
    copies,
    deleted_later,
    example,
    full_examples,
    in_course,
    keyed,
)
from catalogue.model import MessageType, ProcessingType
from lms.tables import course
from runtime.database import writing
from runtime.tokens import InternalIdentity
from tests.support.example_world import ExampleSystem

EACH, MESSAGES = 40, 10_000
SHOWN = 5
OTHERS = ("ingest", "files", "auth")


class Cost(NamedTuple):
    """What messages took in seconds: by the clock, of the processor, and of the services that it calls."""

    seconds: float
    processor: float
    others: float

    def of_each(self, count: int) -> dict[str, float]:
        """Returns milliseconds a message."""
        each = [value / count * 1e3 for value in self]
        return dict(zip(("ms", "cpu_ms", "others_cpu_ms"), each, strict=True))


class Lane:
    """The lane that all messages go through."""

    def __init__(self, system: ExampleSystem, running: ExampleDeployment, channel: grpc.Channel) -> None:
        self._data = data_service_pb2_grpc.DataServiceStub(channel)
        self._admin = message_admin_service_pb2_grpc.MessageAdminServiceStub(channel)
        self._identity = InternalIdentity("operator:bench", system.service_key)
        self._processor = psutil.Process(running.pid("processor"))
        self._others = [psutil.Process(running.pid(name)) for name in OTHERS]
        partner = system.everywhere
        self._token = token_of(running.auth, {"username": partner.username, "password": partner.password})

    def apply(self, messages: Iterable[Typed], *, held: bool = True) -> Cost:
        """Puts messages in and waits until the last has ended. held: the cost is what comes after that."""
        with processor_held(self._processor) if held else nullcontext():
            before = self._read()
            source = iter(messages)
            while batch := list(islice(source, BATCH)):
                self._put(batch)
            before = self._read() if held else before
        wait_until_empty(self._admin, self._identity)
        return Cost(*(now - then for now, then in zip(self._read(), before, strict=True)))

    def _put(self, batch: Sequence[Typed]) -> None:
        sent = [data_service_pb2.DataMessage(type=kind.identifier, data=data) for kind, data in batch]
        request = data_service_pb2.AddMessagesRequest(data_messages=sent)
        answer = self._data.AddMessages(request, metadata=(("authorization", f"Bearer {self._token}"),), timeout=60)
        refused = [one.refusal.text for one in answer.outcomes if one.HasField("refusal")]
        if refused:
            raise RuntimeError(f"{batch[0][0].name}: {refused[0]}")

    def _read(self) -> Cost:
        return Cost(time.perf_counter(), used(self._processor), sum(used(one) for one in self._others))

    def failed(self, kind: MessageType) -> int:
        return count_failed(self._admin, self._identity, [kind.name])


def used(process: psutil.Process) -> float:
    """Returns seconds of processor time."""
    times = process.cpu_times()
    return float(times.user + times.system)


def prepare(system: ExampleSystem, lane: Lane, count: int) -> None:
    """Makes the courses of planners with an element each, and the elements and events that are to be deleted."""
    site_id = system.world.site_id
    now = datetime.now(UTC)
    row: dict[str, Any] = {"site_id": site_id, "created_at": now, "updated_at": now, "title": "Bench"}
    row |= {"code": "", "description": "", "credits": "", "subjects": [], "is_archived": False}
    with writing(system.engine) as connection:
        connection.execute(insert(course), [row | {"sync_key": f"bench-{number}"} for number in range(count)])
    link, text = example(LINK, "valid-minimal")
    lane.apply((link, keyed(in_course(text, number), f"bench-link-{number}", site_id)) for number in range(count))
    creation, text = example(CREATION)
    lane.apply((creation, deleted_later(text, number, site_id)) for number in range(count))
    event, text = example(EVENT)
    pair = [one for one in system.world.content if one.table == "calendar_event"]
    pairs = [(event, keyed(one.message, f"bench-pair-{place}", site_id)) for place, one in enumerate(pair, 1)]
    singly = [(event, re.sub(r">event-(\d)<", rf">bench-event-\g<1>-{number}<", text)) for number in range(count)]
    lane.apply([*pairs, *singly], held=is_queued(event))


def measure(messages: int, folder: Path, each: int) -> dict[str, Any]:
    """messages: of the stream; each: of a type by itself."""
    running = ExampleDeployment(folder)
    system = ExampleSystem(folder, running)
    try:
        with grpc.insecure_channel(running.ingest) as channel:
            lane = Lane(system, running, channel)
            examples = full_examples()
            queued = [one for one in examples if is_queued(one[0])]
            share = messages // len(queued)
            prepare(system, lane, each + share)
            cost = {
                kind.name: lane.apply(list(copies(kind, data, range(each))), held=is_queued(kind)).of_each(each)
                for kind, data in examples
            }
            stream = interleaved([list(copies(kind, data, range(each, each + share))) for kind, data in queued])
            whole = lane.apply(stream)
            failed = {kind.name: count for kind, _ in examples if (count := lane.failed(kind))}
            per_message = {"per_second": len(stream) / whole.seconds} | whole.of_each(len(stream))
            return {"types": cost, "stream": per_message, "failed": failed}
    finally:
        system.stop()


def is_queued(kind: MessageType) -> bool:
    return kind.processing is ProcessingType.ASYNCHRONOUS


def figures(folder: Path) -> dict[str, float]:
    """Returns what `make bench` takes: the stream, the median and the slowest of the types, and what failed."""
    measured = measure(MESSAGES, folder, EACH)
    cost = {name: one["cpu_ms"] for name, one in measured["types"].items()}
    slowest = sorted(cost, key=cost.__getitem__, reverse=True)[:SHOWN]
    result = {"per_second": measured["stream"]["per_second"], "stream_cpu_ms": measured["stream"]["cpu_ms"]}
    result |= {"median_cpu_ms": statistics.median(cost.values()), "bad": sum(measured["failed"].values())}
    return result | {f"{name}.cpu_ms": cost[name] for name in slowest}


def interleaved(columns: Sequence[Sequence[Typed]]) -> list[Typed]:
    return [one for row in zip(*columns, strict=True) for one in row]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="orgapi-bench-") as made:
        measured = measure(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000, Path(made) / "system", 200)
    sys.stdout.write(json.dumps(measured, indent=2) + "\n")
