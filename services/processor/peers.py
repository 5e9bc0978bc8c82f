"""The services that the processor calls, from its threads: lanes, files, vendors."""

from __future__ import annotations

import time
from collections.abc import Generator, Sequence

import grpc
from organisation.v1 import (
    access_service_pb2,
    access_service_pb2_grpc,
    file_service_pb2,
    file_storage_service_pb2,
    file_storage_service_pb2_grpc,
    lane_service_pb2,
    lane_service_pb2_grpc,
)

from lms.elements import StoredFile
from runtime.access import KEEP_SECONDS, TIMEOUT_SECONDS
from runtime.errors import error_info
from runtime.tokens import InternalIdentity
from services.processor.context import Vendor
from services.processor.message import Message

FILE_SECONDS = 600.0
REPORT_SECONDS = 30.0
VENDORS_KEPT = 10_000


class Fenced(Exception):  # noqa: N818 (a state of the lane, not a fault)
    """The lane is another worker's by now."""


class Lanes:
    """Takes lanes from ingest and gives results back."""

    def __init__(self, channel: grpc.Channel, identity: InternalIdentity) -> None:
        self._stub = lane_service_pb2_grpc.LaneServiceStub(channel)
        self._identity = identity

    def claim(self, request: lane_service_pb2.ClaimRequest) -> lane_service_pb2.ClaimResponse:
        """Waits for work as long as the request says."""
        timeout = request.wait_milliseconds / 1000 + TIMEOUT_SECONDS
        return self._stub.Claim(request, metadata=self._identity.metadata(), timeout=timeout)

    def renew(self, lane_id: int, fence: int, seconds: int) -> None:
        """Prolongs the lease; raises Fenced."""
        request = lane_service_pb2.RenewRequest(lane_id=lane_id, fence=fence, lease_seconds=seconds)
        try:
            self._stub.Renew(request, metadata=self._identity.metadata(), timeout=TIMEOUT_SECONDS)
        except grpc.RpcError as error:
            raise_fenced(error)
            raise

    def report(self, request: lane_service_pb2.ReportRequest) -> None:
        """Gives results back; raises Fenced."""
        try:
            self._stub.Report(request, metadata=self._identity.metadata(), timeout=REPORT_SECONDS)
        except grpc.RpcError as error:
            raise_fenced(error)
            raise


def raise_fenced(error: grpc.RpcError) -> None:
    """Raises Fenced where that is what ingest says."""
    info = error_info(error)
    if info is not None and info.reason == "LANE_FENCED":
        raise Fenced from error


class Files:
    """Reserves, reads and confirms files at the files service (decision 13)."""

    def __init__(self, channel: grpc.Channel, identity: InternalIdentity) -> None:
        self._stub = file_storage_service_pb2_grpc.FileStorageServiceStub(channel)
        self._identity = identity

    def reserve(
        self, message: Message, file_ids: Sequence[str], *, only_own: bool = False
    ) -> dict[str, StoredFile | None]:
        """Reserves files for a message; by the ids as asked, None for what is not there.

        only_own: what other credentials have uploaded is not there either.
        """
        request = file_storage_service_pb2.ReserveFilesRequest(
            holder=holder_of(message), file_ids=file_ids, only_own=only_own
        )
        answer = self._stub.ReserveFiles(request, metadata=self._identity.metadata(), timeout=TIMEOUT_SECONDS)
        return {
            asked: stored_file(file.description) if file.found else None
            for asked, file in zip(file_ids, answer.files, strict=True)
        }

    def read(self, file_id: str, site_id: int) -> Generator[bytes, None, None]:
        """Reads a reserved file, piece by piece; who has enough closes it."""
        request = file_storage_service_pb2.ReadFileRequest(file_id=file_id, site_id=site_id)
        call = self._stub.ReadFile(request, metadata=self._identity.metadata(), timeout=FILE_SECONDS)
        try:
            for piece in call:
                yield piece.content
        finally:
            call.cancel()

    def confirm(self, holder: file_storage_service_pb2.FileHolder, file_ids: Sequence[str]) -> None:
        """Says which of a message's reservations content uses; the others are let go."""
        request = file_storage_service_pb2.ConfirmFilesRequest(holder=holder, file_ids=file_ids)
        self._stub.ConfirmFiles(request, metadata=self._identity.metadata(), timeout=TIMEOUT_SECONDS)

    def release(self, holder: file_storage_service_pb2.FileHolder, file_ids: Sequence[str]) -> None:
        """Says which files that a message brought content uses no longer."""
        request = file_storage_service_pb2.ReleaseFilesRequest(holder=holder, file_ids=file_ids)
        self._stub.ReleaseFiles(request, metadata=self._identity.metadata(), timeout=TIMEOUT_SECONDS)


def holder_of(message: Message) -> file_storage_service_pb2.FileHolder:
    return file_storage_service_pb2.FileHolder(
        credential_id=message.credential_id, message_id=message.message_id, site_id=message.site_id
    )


def stored_file(description: file_service_pb2.FileDescription) -> StoredFile:
    return StoredFile(
        description.file_id, description.name, description.content_type, description.size, description.single_use
    )


class Vendors:
    """Asks auth about vendors; what it said is kept for as long as a permission."""

    def __init__(self, channel: grpc.Channel, identity: InternalIdentity) -> None:
        self._stub = access_service_pb2_grpc.AccessServiceStub(channel)
        self._identity = identity
        self._kept: dict[str, tuple[Vendor, float]] = {}

    def vendor(self, vendor_id: str) -> Vendor:
        """Returns what is known of a VendorId."""
        kept = self._kept.get(vendor_id)
        if kept is not None and kept[1] > time.monotonic():
            return kept[0]
        asked_at = time.monotonic()
        request = access_service_pb2.GetVendorRequest(vendor_id=vendor_id)
        answer = self._stub.GetVendor(request, metadata=self._identity.metadata(), timeout=TIMEOUT_SECONDS)
        vendor = Vendor(answer.exists, answer.is_content_vendor)
        if len(self._kept) >= VENDORS_KEPT:
            self._kept.clear()
        self._kept[vendor_id] = (vendor, asked_at + KEEP_SECONDS)
        return vendor
