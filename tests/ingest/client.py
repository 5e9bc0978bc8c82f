"""What the tests say to the ingest service."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import grpc
import pytest
from organisation.v1 import data_service_pb2 as pb
from organisation.v1 import lane_service_pb2 as lane_pb
from organisation.v1.data_service_pb2_grpc import DataServiceStub
from organisation.v1.lane_service_pb2_grpc import LaneServiceStub
from organisation.v1.message_admin_service_pb2_grpc import MessageAdminServiceStub

from runtime.channels import open_channel
from runtime.errors import error_info
from services.ingest.service import IngestService, build
from services.ingest.settings import IngestSettings
from tests.ingest.peers import INTERNAL, KEY, AccessPeer, Credential, hosted_auth
from tests.support.hosting import hosted

if TYPE_CHECKING:
    from organisation.v1.data_service_pb2_grpc import DataServiceAsyncStub
    from organisation.v1.lane_service_pb2_grpc import LaneServiceAsyncStub
    from organisation.v1.message_admin_service_pb2_grpc import MessageAdminServiceAsyncStub

FOLDER_ID = 2


@dataclass
class Ingest:
    """A running service and its clients. Credential 7 is bound to site 3, 8 to site 4, 9 may act on 3, 4 and 5."""

    settings: IngestSettings
    service: IngestService
    access: AccessPeer
    data: DataServiceAsyncStub
    lanes: LaneServiceAsyncStub
    admin: MessageAdminServiceAsyncStub
    bound: Credential
    other: Credential
    everywhere: Credential

    async def add(
        self, credential: Credential, data: str | None = None, kind: int = FOLDER_ID, request_id: str = ""
    ) -> pb.DataMessageResult:
        message = pb.DataMessage(data=folder() if data is None else data, type=kind, request_id=request_id)
        answer = await self.data.AddMessage(
            pb.AddMessageRequest(data_message=message), metadata=credential.metadata(), timeout=20
        )
        return answer.result

    async def result(self, credential: Credential, message_id: int) -> pb.DataMessageResult:
        answer = await self.data.GetMessageResult(
            pb.GetMessageResultRequest(message_id=message_id), metadata=credential.metadata()
        )
        return answer.result

    async def claim(
        self, most: int = 100, lease: int = 30, wait: int = 0, worker: str = "one"
    ) -> lane_pb.ClaimResponse:
        request = lane_pb.ClaimRequest(worker=worker, max_messages=most, lease_seconds=lease, wait_milliseconds=wait)
        return await self.lanes.Claim(request, metadata=INTERNAL.metadata(), timeout=40)

    async def report(
        self,
        claim: lane_pb.ClaimResponse,
        outcomes: Sequence[lane_pb.MessageOutcome] | None = None,
        cost: int = 1,
        rest: int = 0,
        *,
        goes_on: bool = False,
    ) -> None:
        request = lane_pb.ReportRequest(
            lane_id=claim.lane_id,
            fence=claim.fence,
            outcomes=[finished(message.lane_seq) for message in claim.messages] if outcomes is None else outcomes,
            cost_milliseconds=cost,
            rest_seconds=rest,
            goes_on=goes_on,
        )
        await self.lanes.Report(request, metadata=INTERNAL.metadata())


def folder(title: str = "Week 1", site_id: int | str | None = None) -> str:
    site = "" if site_id is None else f"<SiteId>{site_id}</SiteId>"
    return (
        f'<Message xmlns="urn:message-schema">{site}<CreateCourseElementFolder><CourseSyncKey>crs-7</CourseSyncKey>'
        f"<UserSyncKey>usr-3</UserSyncKey><Title>{title}</Title></CreateCourseElementFolder></Message>"
    )


def refused(site_id: int | None = None) -> str:
    """A message that the schema refuses."""
    return folder(site_id=site_id).replace("Title>", "Name>")


def finished(lane_seq: int, key: str = "made") -> lane_pb.MessageOutcome:
    detail = pb.DataMessageStatusDetail(
        entity="Folder", message="Folder created", sync_key=key, type=pb.DATA_MESSAGE_STATUS_TYPE_INFO
    )
    return lane_pb.MessageOutcome(lane_seq=lane_seq, status=pb.DATA_MESSAGE_STATUS_FINISHED, status_details=[detail])


def failed(lane_seq: int, text: str = "CourseSyncKey is not valid.") -> lane_pb.MessageOutcome:
    detail = pb.DataMessageStatusDetail(message=text, type=pb.DATA_MESSAGE_STATUS_TYPE_ERROR)
    return lane_pb.MessageOutcome(lane_seq=lane_seq, status=pb.DATA_MESSAGE_STATUS_ERRORS, status_details=[detail])


def refusal(caught: pytest.ExceptionInfo[grpc.aio.AioRpcError]) -> tuple[str, str, str]:
    """Returns code, reason and text of a refusal."""
    info = error_info(caught.value)
    assert info is not None, caught.value
    return caught.value.code().name, info.reason, caught.value.details() or ""


def settings_of(database_url: str, auth_address: str, **changes: object) -> IngestSettings:
    values: dict[str, object] = {
        "service_key": KEY,
        "listen": "127.0.0.1:0",
        "auth_address": auth_address,
        "database_url": database_url,
        "drain_seconds": 0.3,
    }
    return IngestSettings.model_validate(values | changes)


@asynccontextmanager
async def serving(settings: IngestSettings, access: AccessPeer) -> AsyncIterator[Ingest]:
    """Runs an ingest service against an auth that runs already."""
    bound = access.credentials.get(7) or access.add(Credential(7, 3, partner_id=70))
    other = access.credentials.get(8) or access.add(Credential(8, 4, partner_id=80))
    everywhere = access.credentials.get(9) or access.add(Credential(9, None, partner_id=90, sites=(3, 4, 5)))
    service = build(settings)
    async with hosted(settings, service) as host, open_channel(f"127.0.0.1:{host.port}", settings) as channel:
        yield Ingest(
            settings,
            service,
            access,
            DataServiceStub(channel),
            LaneServiceStub(channel),
            MessageAdminServiceStub(channel),
            bound,
            other,
            everywhere,
        )


@asynccontextmanager
async def running(database_url: str, **changes: object) -> AsyncIterator[Ingest]:
    """Runs an ingest service and the auth that it asks."""
    async with (
        hosted_auth() as auth,
        serving(settings_of(database_url, auth.address, **changes), auth.access) as ingest,
    ):
        yield ingest
