"""A message before its files are there: parsed and bound, with the ids that it names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import grpc
from organisation.v1 import lane_service_pb2

from catalogue.document import parse_data
from catalogue.normalise import normalise
from lms.elements import StoredFile
from services.processor.assignment import Assignment
from services.processor.handler import Handler, Route
from services.processor.message import Message, bind_message
from services.processor.peers import FILES_AT_ONCE

Reserved = Mapping[int, dict[str, StoredFile | None]]
"""Files by the number of the message and the id as it has it; None: not there."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A message that has a job in it, or an error that keeps it from having one."""

    lane_seq: int
    message_id: int
    started_at: datetime
    handler: Handler | None
    bound: Message | None = None
    file_ids: tuple[str, ...] = ()
    error: Exception | None = None

    @property
    def entity(self) -> str:
        return "" if self.handler is None else self.handler.entity

    @property
    def reads_files(self) -> bool:
        return self.handler is not None and self.handler.prepare is not None

    def parts(self) -> tuple[Handler, Message]:
        """Returns what the job is made of; raises what is wrong with the message."""
        if self.error is not None:
            raise self.error
        if self.handler is None or self.bound is None:
            raise LookupError("no handler for the message")
        return self.handler, self.bound

    def files(self, reserved: Reserved | grpc.RpcError) -> dict[str, StoredFile | None]:
        """Returns the files of the message; raises why none could be reserved."""
        if not self.file_ids:
            return {}
        if isinstance(reserved, grpc.RpcError):
            raise reserved
        return reserved[self.message_id]


def draft_of(message: lane_service_pb2.LaneMessage, routes: Mapping[str, Route], assignment: Assignment) -> Draft:
    route = routes.get(message.message_type)
    head = message.lane_seq, message.message_id, datetime.now(UTC)
    if route is None:
        return Draft(*head, None)
    try:
        bound = bind(message, route, assignment)
        return Draft(*head, route.handler, bound, file_ids_of(route.handler, bound))
    except Exception as error:
        return Draft(*head, route.handler, error=error)


def bind(message: lane_service_pb2.LaneMessage, route: Route, assignment: Assignment) -> Message:
    document = parse_data(message.data, with_site=False)
    root = document.root if message.is_normal else normalise(document, route.message_type)
    return bind_message(root, route.bind, assignment.credential_id, message.message_id, assignment.site_id)


def file_ids_of(handler: Handler, message: Message) -> tuple[str, ...]:
    """Returns the ids that a message names, each once; raises where they are more than can be reserved."""
    ids = tuple(dict.fromkeys([*(file.file_id for file in message.files), *handler.files(message)]))
    if len(ids) > FILES_AT_ONCE:
        raise ValueError(f"the message names {len(ids)} files")
    return ids
