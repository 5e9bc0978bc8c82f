"""The processor as ingest needs it: remembers what it applied, and fails as a test wants."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from organisation.v1 import data_service_pb2, lane_service_pb2, synchronous_service_pb2_grpc
from organisation.v1 import synchronous_service_pb2 as pb

from runtime.errors import unavailable
from runtime.ports import free_port
from runtime.server import Endpoint
from runtime.settings import ServiceSettings
from tests.ingest.peers import KEY
from tests.support.hosting import hosted

EVENT = "Create.Thing"
EVENT_ID = 9000
FOLDER_SCHEMA = Path(__file__).parents[2] / "catalogue/types/Create.Course.Element.Folder/schema.xsd"


def write_synchronous_type(folder: Path) -> Path:
    """Writes a type that is applied before AddMessage answers, with the body of a folder's message."""
    (folder / EVENT).mkdir(parents=True)
    schema = FOLDER_SCHEMA.read_text().replace("Create.Course.Element.Folder", EVENT)
    synchronous = f'processing="Synchronous" identifier="{EVENT_ID}"'
    (folder / EVENT / "schema.xsd").write_text(schema.replace('processing="Asynchronous"', synchronous))
    return folder


@dataclass
class SynchronousPeer(synchronous_service_pb2_grpc.SynchronousServiceServicer):
    """Applies each message once; `requests` are all that came."""

    requests: list[pb.ApplyMessagesRequest] = field(default_factory=list)
    applied: list[tuple[int, int]] = field(default_factory=list)
    inbox: dict[tuple[int, int], lane_service_pb2.MessageOutcome] = field(default_factory=dict)
    is_away: bool = False
    loses_answers: bool = False
    hindrance: pb.Hindrance.ValueType = pb.HINDRANCE_UNSPECIFIED
    seconds: float = 0.0
    at_most: int = 1000

    async def ApplyMessages(  # noqa: N802 (gRPC)
        self,
        request: pb.ApplyMessagesRequest,
        context: object,
    ) -> pb.ApplyMessagesResponse:
        self.requests.append(request)
        if self.is_away:
            raise unavailable()
        await asyncio.sleep(self.seconds)
        if self.hindrance:
            return pb.ApplyMessagesResponse(hindrance=self.hindrance)
        sent = request.messages[: self.at_most]
        for message in sent:
            self.apply((request.credential_id, message.message_id))
        if self.loses_answers:
            raise unavailable()
        keys = {message.message_id: (request.credential_id, message.message_id) for message in sent}
        return pb.ApplyMessagesResponse(outcomes={number: self.inbox[key] for number, key in keys.items()})

    def apply(self, key: tuple[int, int]) -> None:
        if key in self.inbox:
            return
        self.applied.append(key)
        detail = data_service_pb2.DataMessageStatusDetail(
            entity="Thing",
            message="made",
            sync_key=f"key-{key[1]}",
            type=data_service_pb2.DATA_MESSAGE_STATUS_TYPE_INFO,
        )
        outcome = lane_service_pb2.MessageOutcome(
            status=data_service_pb2.DATA_MESSAGE_STATUS_FINISHED, status_details=[detail]
        )
        outcome.started_at.GetCurrentTime()
        outcome.ended_at.GetCurrentTime()
        self.inbox[key] = outcome


class Processor:
    """The peer as a service."""

    name = "processor"

    def __init__(self) -> None:
        self.peer = SynchronousPeer()
        self.address = f"127.0.0.1:{free_port()}"

    def endpoints(self) -> list[Endpoint]:
        descriptor = pb.DESCRIPTOR.services_by_name["SynchronousService"]
        add = synchronous_service_pb2_grpc.add_SynchronousServiceServicer_to_server
        return [Endpoint(descriptor, add, self.peer)]

    async def start(self) -> None: ...

    async def check(self) -> None: ...

    async def stop(self) -> None: ...


@asynccontextmanager
async def hosted_processor(processor: Processor) -> AsyncIterator[SynchronousPeer]:
    """Runs the peer; internal tokens need no auth."""
    address = processor.address
    settings = ServiceSettings(service_key=KEY, listen=address, auth_address=address, drain_seconds=0.2)
    async with hosted(settings, processor):
        yield processor.peer
