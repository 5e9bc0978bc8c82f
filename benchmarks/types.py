"""What a message of each type costs: `python -m benchmarks.types [MESSAGES]` applies full examples in one lane.

For each write type copies of its full example, with keys of their own, then all asynchronous types in turn in one
stream. On the one-machine system, so that accepting and all services share the process. Prints one JSON object:
milliseconds a message by type, by the clock and of that process, the same and messages a second of the stream, and how
many messages of a type ended in errors. Synchronous types are in no lane; their messages come by 100, too.
"""

from __future__ import annotations

import json
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
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
from catalogue.examples import examples_of
from catalogue.loader import load_catalogue
from catalogue.model import MessageType, ProcessingType
from lms.tables import course
from runtime.database import open_engine, writing
from runtime.tokens import InternalIdentity
from tests.support.example_world import ExampleSystem

KEY = re.compile(r"(<SyncKey(?: [^>]*)?>)([^<]*)(</SyncKey>)")
COURSE = re.compile(r"<Course(Id|SyncKey)>[^<]*</Course\1>")
ELEMENT = re.compile(r"<Element(Id|SyncKey)>[^<]*</Element\1>")
EACH, MESSAGES = 40, 1_080
PLANNER, LINK = "Create.Course.Planner", "Create.Course.Element.Link"
DELETION, CREATION = "Delete.Extension.Instance", "Create.Extension.Instance"
EVENT_DELETION, EVENT = "Delete.Calendar.Event", "Create.Calendar.Event"
CONNECTION = "Update.Calendar.Event.ConnectEvents"
SHOWN = 5
OWN_KEYS = {"Update.Course.Planner", "Update.Calendar.Event", CONNECTION}
"""They change what is there by its keys, which copies therefore keep."""
Typed = tuple[MessageType, str]


class Cost(NamedTuple):
    """What messages took: by the clock, and of the process that all services share."""

    seconds: float
    cpu: float


class Lane:
    """The lane that all messages go through."""

    def __init__(self, system: ExampleSystem, channel: grpc.Channel) -> None:
        self._data = data_service_pb2_grpc.DataServiceStub(channel)
        self._admin = message_admin_service_pb2_grpc.MessageAdminServiceStub(channel)
        self._identity = InternalIdentity("operator:bench", system.service_key)
        self._process = psutil.Process(system.pid)
        partner = system.everywhere
        self._token = token_of(system.grpc, {"username": partner.username, "password": partner.password})

    def apply(self, messages: Iterable[Typed]) -> Cost:
        """Puts messages in and waits until the last has ended."""
        started, before = time.perf_counter(), self._cpu()
        source = iter(messages)
        while batch := list(islice(source, BATCH)):
            sent = [data_service_pb2.DataMessage(type=kind.identifier, data=data) for kind, data in batch]
            request = data_service_pb2.AddMessagesRequest(data_messages=sent)
            answer = self._data.AddMessages(request, metadata=(("authorization", f"Bearer {self._token}"),), timeout=60)
            refused = [one.refusal.text for one in answer.outcomes if one.HasField("refusal")]
            if refused:
                raise RuntimeError(f"{batch[0][0].name}: {refused[0]}")
        wait_until_empty(self._admin, self._identity)
        return Cost(time.perf_counter() - started, self._cpu() - before)

    def _cpu(self) -> float:
        used = self._process.cpu_times()
        return float(used.user + used.system)

    def failed(self, kind: MessageType) -> int:
        return count_failed(self._admin, self._identity, [kind.name])


def example(name: str, which: str = "valid-full") -> Typed:
    """Returns a type with one of its examples."""
    kind = load_catalogue().by_name(name)
    assert kind is not None
    return kind, next(one.data for one in examples_of(kind.folder) if one.name == which)


def full_examples() -> list[Typed]:
    """Returns each write type with its full example."""
    return [example(kind.name) for kind in load_catalogue().types if not kind.is_read]


def copies(kind: MessageType, data: str, numbers: Iterable[int]) -> Iterator[Typed]:
    """Yields the example with keys of its own; a planner with a course, a deletion with what it deletes."""
    for number in numbers:
        own = f"-{kind.identifier}-{number}"
        text = data if kind.name in OWN_KEYS else KEY.sub(rf"\g<1>\g<2>{own}\g<3>", data)
        if kind.name == PLANNER:
            text = in_course(text, number)
            text = ELEMENT.sub(f"<ElementSyncKey>bench-link-{number}</ElementSyncKey>", text)
        if kind.name == DELETION:
            text = text.replace(
                "<ContentId>901</ContentId>", f"<ContentSyncKey>bench-content-{number}</ContentSyncKey>"
            )
        if kind.name == CONNECTION:
            text = text.replace(">event-", ">bench-pair-")
        if kind.name == EVENT_DELETION:
            text = re.sub(r"event-(\d)" + own, rf"bench-event-\g<1>-{number}", text)
        yield kind, text


def in_course(text: str, number: int) -> str:
    return COURSE.sub(f"<CourseSyncKey>bench-{number}</CourseSyncKey>", text, count=1)


def prepare(system: ExampleSystem, folder: Path, lane: Lane, count: int) -> None:
    """Makes the courses of planners with an element each, and the elements and events that are to be deleted."""
    site_id = system.world.site_id
    engine = open_engine(f"sqlite:///{folder / 'content.sqlite'}")
    now = datetime.now(UTC)
    row: dict[str, Any] = {"site_id": site_id, "created_at": now, "updated_at": now, "title": "Bench"}
    row |= {"code": "", "description": "", "credits": "", "subjects": [], "is_archived": False}
    with writing(engine) as connection:
        connection.execute(insert(course), [row | {"sync_key": f"bench-{number}"} for number in range(count)])
    engine.dispose()
    link, text = example(LINK, "valid-minimal")
    lane.apply((link, keyed(in_course(text, number), f"bench-link-{number}", site_id)) for number in range(count))
    creation, text = example(CREATION)
    lane.apply((creation, keyed(text, f"bench-content-{number}", site_id)) for number in range(count))
    event, text = example(EVENT)
    pair = [one for one in system.world.content if one.table == "calendar_event"]
    lane.apply((event, keyed(one.message, f"bench-pair-{place}", site_id)) for place, one in enumerate(pair, 1))
    lane.apply((event, re.sub(r">event-(\d)<", rf">bench-event-\g<1>-{number}<", text)) for number in range(count))


def keyed(text: str, key: str, site_id: int) -> str:
    """Returns a message to this site with this key as its only one."""
    bare = re.sub(r"<SyncKeys>.*</SyncKeys>|<SiteId>.*?</SiteId>", "", text, flags=re.DOTALL)
    head = f"<SyncKeys><SyncKey>{key}</SyncKey></SyncKeys><SiteId>{site_id}</SiteId>"
    return re.sub(r"(<Message[^>]*>)", rf"\1{head}", bare, count=1)


def measure(messages: int, folder: Path, each: int) -> dict[str, Any]:
    """messages: of the stream; each: of a type by itself."""
    system = ExampleSystem(folder)
    try:
        with grpc.insecure_channel(system.grpc) as channel:
            lane = Lane(system, channel)
            examples = full_examples()
            queued = [one for one in examples if one[0].processing is ProcessingType.ASYNCHRONOUS]
            share = messages // len(queued)
            prepare(system, folder, lane, each + share)
            cost = {kind.name: lane.apply(list(copies(kind, data, range(each)))) for kind, data in examples}
            stream = interleaved([list(copies(kind, data, range(each, each + share))) for kind, data in queued])
            whole = lane.apply(stream)
            failed = {kind.name: count for kind, _ in examples if (count := lane.failed(kind))}
            types = {
                name: {"ms": one.seconds / each * 1e3, "cpu_ms": one.cpu / each * 1e3} for name, one in cost.items()
            }
            per_message = {"per_second": len(stream) / whole.seconds, "cpu_ms": whole.cpu / len(stream) * 1e3}
            return {"types": types, "stream": per_message, "failed": failed}
    finally:
        system.stop()


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
