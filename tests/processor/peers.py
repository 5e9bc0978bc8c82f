"""The services that the processor calls, as small real gRPC servers that a test can look into."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import grpc
from organisation.v1 import (
    access_admin_service_pb2,
    access_admin_service_pb2_grpc,
    access_service_pb2,
    access_service_pb2_grpc,
    error_reason_pb2,
    file_service_pb2,
    file_storage_service_pb2,
    file_storage_service_pb2_grpc,
    lane_service_pb2,
    lane_service_pb2_grpc,
)

from runtime.errors import ServiceError, unavailable
from runtime.server import Endpoint

Context = grpc.aio.ServicerContext[Any, Any]
PIECE = 256 * 1024


@dataclass
class Lane:
    lane_id: int
    credential_id: int
    site_id: int
    organisations: tuple[str, ...] = ()
    messages: list[lane_service_pb2.LaneMessage] = field(default_factory=list)
    outcomes: dict[int, lane_service_pb2.MessageOutcome] = field(default_factory=dict)
    fence: int = 0
    leased: bool = False
    rests: list[int] = field(default_factory=list)
    kept: int = 0
    """Reports of a worker that went on."""
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def reported(self) -> None:
        """Waits for the next report."""
        self.changed.clear()
        await self.changed.wait()


class LanePeer(lane_service_pb2_grpc.LaneServiceServicer):
    """Lanes in memory. Rests are noted, not waited for."""

    def __init__(self) -> None:
        self.lanes: dict[int, Lane] = {}
        self.lose_reports = 0
        self.stale = False
        self.renewals = 0
        self._numbers = itertools.count(1)

    def put(self, lane: Lane, message_type: str, data: str) -> int:
        """Puts a message in; returns its number."""
        number = next(self._numbers)
        self.lanes.setdefault(lane.lane_id, lane)
        lane.messages.append(
            lane_service_pb2.LaneMessage(
                lane_seq=len(lane.messages) + 1, message_id=number, message_type=message_type, data=data
            )
        )
        return number

    async def Claim(  # noqa: N802 (the rpc's name)
        self, request: lane_service_pb2.ClaimRequest, context: Context
    ) -> lane_service_pb2.ClaimResponse:
        for _ in range(max(1, request.wait_milliseconds // 5)):
            for lane in self.lanes.values():
                waiting = [one for one in lane.messages if one.lane_seq not in lane.outcomes]
                if waiting and not lane.leased:
                    lane.leased = True
                    lane.fence += 1
                    return lane_service_pb2.ClaimResponse(
                        lane_id=lane.lane_id,
                        fence=lane.fence,
                        credential_id=lane.credential_id,
                        site_id=lane.site_id,
                        messages=waiting[: request.max_messages],
                        organisation_sync_keys=lane.organisations,
                    )
            await asyncio.sleep(0.005)
        return lane_service_pb2.ClaimResponse()

    async def Renew(  # noqa: N802 (the rpc's name)
        self, request: lane_service_pb2.RenewRequest, context: Context
    ) -> lane_service_pb2.RenewResponse:
        self.renewals += 1
        if self.stale:
            raise fenced()
        return lane_service_pb2.RenewResponse()

    async def Report(  # noqa: N802 (the rpc's name)
        self, request: lane_service_pb2.ReportRequest, context: Context
    ) -> lane_service_pb2.ReportResponse:
        lane = self.lanes[request.lane_id]
        if request.fence != lane.fence:
            raise fenced()
        if self.lose_reports:
            self.lose_reports -= 1
            lane.leased = False
            lane.fence += 1
            raise fenced()
        for outcome in request.outcomes:
            lane.outcomes.setdefault(outcome.lane_seq, outcome)
        lane.rests.append(request.rest_seconds)
        lane.leased = request.goes_on
        lane.kept += request.goes_on
        lane.changed.set()
        return lane_service_pb2.ReportResponse()


def fenced() -> ServiceError:
    reason = error_reason_pb2.ERROR_REASON_LANE_FENCED
    return ServiceError(grpc.StatusCode.FAILED_PRECONDITION, reason, "The lane is another's.")


class FilePeer(file_storage_service_pb2_grpc.FileStorageServiceServicer):
    """Files in memory."""

    def __init__(self) -> None:
        self.files: dict[tuple[int, str], tuple[str, bytes]] = {}
        self.single_use: set[str] = set()
        self.uploaders: dict[str, int] = {}
        self.reserved: dict[tuple[int, int], set[str]] = {}
        self.confirmed: dict[tuple[int, int], list[str]] = {}
        self.released: list[tuple[int, int, str]] = []
        self.calls: Counter[str] = Counter()
        self.away = 0
        self.seconds_a_piece = 0.0

    def add(
        self, site_id: int, name: str, content: bytes = b"content", *, single_use: bool = False, uploader: int = 0
    ) -> str:
        """Uploads a file; returns its id. uploader: the credential; 0: whose it is no matter."""
        file_id = str(uuid4())
        self.uploaders[file_id] = uploader
        self.files[site_id, file_id] = (name, content)
        if single_use:
            self.single_use.add(file_id)
        return file_id

    async def ReserveFiles(  # noqa: N802 (the rpc's name)
        self, request: file_storage_service_pb2.ReserveFilesRequest, context: Context
    ) -> file_storage_service_pb2.ReserveFilesResponse:
        if self.away:
            self.away -= 1
            raise unavailable()
        self.calls["ReserveFiles"] += 1
        answer = file_storage_service_pb2.ReserveFilesResponse()
        for one in request.held:
            key = (one.holder.credential_id, one.holder.message_id)
            found = [self._reserved(one.holder, file_id, request.only_own) for file_id in one.file_ids]
            self.reserved.setdefault(key, set()).update(file.description.file_id for file in found if file.found)
            answer.reserved.add(files=found)
        return answer

    def _reserved(
        self, holder: file_storage_service_pb2.FileHolder, asked: str, only_own: bool
    ) -> file_storage_service_pb2.ReservedFile:
        file_id = asked.lower().strip("{}")
        file = self.files.get((holder.site_id, file_id))
        strange = only_own and self.uploaders.get(file_id) not in (0, holder.credential_id)
        if file is None or strange:
            return file_storage_service_pb2.ReservedFile(file_id=asked, found=False)
        description = file_service_pb2.FileDescription(
            file_id=file_id,
            name=file[0],
            size=len(file[1]),
            content_type="application/x-test",
            single_use=file_id in self.single_use,
        )
        return file_storage_service_pb2.ReservedFile(file_id=asked, found=True, description=description)

    async def ReadFile(  # noqa: N802 (the rpc's name)
        self, request: file_storage_service_pb2.ReadFileRequest, context: Context
    ) -> AsyncIterator[file_storage_service_pb2.ReadFileResponse]:
        self.calls["ReadFile"] += 1
        content = self.files[request.site_id, request.file_id][1][: request.most_bytes or None]
        for start in range(0, len(content), PIECE):
            await asyncio.sleep(self.seconds_a_piece)
            yield file_storage_service_pb2.ReadFileResponse(content=content[start : start + PIECE])

    async def ConfirmFiles(  # noqa: N802 (the rpc's name)
        self, request: file_storage_service_pb2.ConfirmFilesRequest, context: Context
    ) -> file_storage_service_pb2.ConfirmFilesResponse:
        self.calls["ConfirmFiles"] += 1
        for one in request.used:
            self.confirmed[one.holder.credential_id, one.holder.message_id] = sorted(one.file_ids)
        return file_storage_service_pb2.ConfirmFilesResponse()

    async def ReleaseFiles(  # noqa: N802 (the rpc's name)
        self, request: file_storage_service_pb2.ReleaseFilesRequest, context: Context
    ) -> file_storage_service_pb2.ReleaseFilesResponse:
        self.calls["ReleaseFiles"] += 1
        for one in request.released:
            key = (one.holder.credential_id, one.holder.message_id)
            self.released += [(*key, file_id) for file_id in one.file_ids]
        return file_storage_service_pb2.ReleaseFilesResponse()


class AccessPeer(access_service_pb2_grpc.AccessServiceServicer):
    """Knows vendors: name -> whether it is a content vendor."""

    def __init__(self) -> None:
        self.vendors: dict[str, bool] = {"acme": True, "printer": False}

    async def GetVendor(  # noqa: N802 (the rpc's name)
        self, request: access_service_pb2.GetVendorRequest, context: Context
    ) -> access_service_pb2.GetVendorResponse:
        known = self.vendors.get(request.vendor_id)
        return access_service_pb2.GetVendorResponse(exists=known is not None, is_content_vendor=bool(known))


class SitePeer(access_admin_service_pb2_grpc.AccessAdminServiceServicer):
    """Knows sites, and lists them two a page."""

    def __init__(self) -> None:
        self.sites = [5, 6, 77, 78]
        self.away = 0

    async def ListSites(  # noqa: N802 (the rpc's name)
        self, request: access_admin_service_pb2.ListSitesRequest, context: Context
    ) -> access_admin_service_pb2.ListSitesResponse:
        if self.away:
            self.away -= 1
            raise unavailable()
        start = int(request.page_token or 0)
        shown = [access_admin_service_pb2.Site(site_id=one) for one in self.sites[start : start + 2]]
        token = str(start + 2) if start + 2 < len(self.sites) else ""
        return access_admin_service_pb2.ListSitesResponse(sites=shown, next_page_token=token)


class Peers:
    """All of them as one service, to be hosted."""

    name = "peers"

    def __init__(self) -> None:
        self.lanes = LanePeer()
        self.files = FilePeer()  # type: ignore[abstract]  # the rpcs that are asked for are enough here
        self.access = AccessPeer()  # type: ignore[abstract]  # as above
        self.sites = SitePeer()  # type: ignore[abstract]  # as above

    def endpoints(self) -> Sequence[Endpoint]:
        lane = lane_service_pb2.DESCRIPTOR.services_by_name["LaneService"]
        files = file_storage_service_pb2.DESCRIPTOR.services_by_name["FileStorageService"]
        access = access_service_pb2.DESCRIPTOR.services_by_name["AccessService"]
        sites = access_admin_service_pb2.DESCRIPTOR.services_by_name["AccessAdminService"]
        return (
            Endpoint(lane, lane_service_pb2_grpc.add_LaneServiceServicer_to_server, self.lanes),
            Endpoint(files, file_storage_service_pb2_grpc.add_FileStorageServiceServicer_to_server, self.files),
            Endpoint(access, access_service_pb2_grpc.add_AccessServiceServicer_to_server, self.access),
            Endpoint(sites, access_admin_service_pb2_grpc.add_AccessAdminServiceServicer_to_server, self.sites),
        )

    async def start(self) -> None:
        """Nothing to open."""

    async def check(self) -> None:
        """Always ready."""

    async def stop(self) -> None:
        """Nothing to close."""
