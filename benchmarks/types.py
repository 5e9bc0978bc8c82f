"""What a message of each type costs: `python -m benchmarks.types [MESSAGES]` applies full examples in one lane.

For each asynchronous type copies of its full example, with keys of their own, then all types in turn in one stream. On
the one-machine system, so that accepting shares the process. Prints one JSON object: microseconds a message by type,
messages a second of the stream, and how many messages of a type ended in errors.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import grpc
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
EACH = 200
PLANNER, DELETION = "Create.Course.Planner", "Delete.Extension.Instance"
CREATION = 49
"""The number of Create.Extension.Instance (contract section 7), which makes what is deleted."""
Typed = tuple[MessageType, str]


class Lane:
    """The lane that all messages go through."""

    def __init__(self, system: ExampleSystem, channel: grpc.Channel) -> None:
        self._data = data_service_pb2_grpc.DataServiceStub(channel)
        self._admin = message_admin_service_pb2_grpc.MessageAdminServiceStub(channel)
        self._identity = InternalIdentity("operator:bench", system.service_key)
        partner = system.everywhere
        self._token = token_of(system.grpc, {"username": partner.username, "password": partner.password})

    def apply(self, messages: Iterable[Typed]) -> float:
        """Puts messages in and waits until the last has ended; returns seconds."""
        started = time.perf_counter()
        source = iter(messages)
        while batch := list(islice(source, BATCH)):
            sent = [data_service_pb2.DataMessage(type=kind.identifier, data=data) for kind, data in batch]
            request = data_service_pb2.AddMessagesRequest(data_messages=sent)
            answer = self._data.AddMessages(request, metadata=(("authorization", f"Bearer {self._token}"),), timeout=60)
            refused = [one.refusal.text for one in answer.outcomes if one.HasField("refusal")]
            if refused:
                raise RuntimeError(f"{batch[0][0].name}: {refused[0]}")
        wait_until_empty(self._admin, self._identity)
        return time.perf_counter() - started

    def failed(self, kind: MessageType) -> int:
        return count_failed(self._admin, self._identity, [kind.name])


def full_examples() -> list[Typed]:
    """Returns each asynchronous type with its full example."""
    types = [kind for kind in load_catalogue().types if not kind.is_read]
    asynchronous = [kind for kind in types if kind.processing is ProcessingType.ASYNCHRONOUS]
    return [
        (kind, next(one.data for one in examples_of(kind.folder) if one.name == "valid-full")) for kind in asynchronous
    ]


def copies(kind: MessageType, data: str, numbers: Iterable[int]) -> Iterator[Typed]:
    """Yields the example with keys of its own; a planner with a course, a deletion with an element of its own."""
    for number in numbers:
        text = KEY.sub(rf"\g<1>\g<2>-{kind.identifier}-{number}\g<3>", data)
        if kind.name == PLANNER:
            text = COURSE.sub(f"<CourseSyncKey>bench-{number}</CourseSyncKey>", text, count=1)
        if kind.name == DELETION:
            text = text.replace(
                "<ContentId>901</ContentId>", f"<ContentSyncKey>ext-1-{CREATION}-{number}</ContentSyncKey>"
            )
        yield kind, text


def prepare(system: ExampleSystem, folder: Path, lane: Lane, count: int) -> None:
    """Makes the courses of planners, and the elements that are to be deleted."""
    engine = open_engine(f"sqlite:///{folder / 'content.sqlite'}")
    now = datetime.now(UTC)
    row: dict[str, Any] = {"site_id": system.world.site_id, "created_at": now, "updated_at": now, "title": "Bench"}
    row |= {"code": "", "description": "", "credits": "", "subjects": [], "is_archived": False}
    with writing(engine) as connection:
        connection.execute(insert(course), [row | {"sync_key": f"bench-{number}"} for number in range(count)])
    engine.dispose()
    made = next(one for one in system.world.content if one.sync_key == "ext-1")
    creation = load_catalogue().by_identifier(CREATION)
    assert creation is not None
    message = made.message.replace("<VendorId>", f"<SiteId>{system.world.site_id}</SiteId><VendorId>")
    lane.apply(copies(creation, message, range(count)))


def measure(messages: int, folder: Path) -> dict[str, Any]:
    system = ExampleSystem(folder)
    try:
        with grpc.insecure_channel(system.grpc) as channel:
            lane = Lane(system, channel)
            examples = full_examples()
            share = messages // len(examples)
            prepare(system, folder, lane, EACH + share)
            cost = {
                kind.name: lane.apply(list(copies(kind, data, range(EACH)))) / EACH * 1e6 for kind, data in examples
            }
            stream = interleaved([list(copies(kind, data, range(EACH, EACH + share))) for kind, data in examples])
            seconds = lane.apply(stream)
            failed = {kind.name: lane.failed(kind) for kind, _ in examples}
            return {"microseconds": cost, "per_second": len(stream) / seconds, "failed": failed}
    finally:
        system.stop()


def interleaved(columns: Sequence[Sequence[Typed]]) -> list[Typed]:
    return [one for row in zip(*columns, strict=True) for one in row]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="orgapi-bench-") as made:
        measured = measure(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000, Path(made) / "system")
    sys.stdout.write(json.dumps(measured, indent=2) + "\n")
