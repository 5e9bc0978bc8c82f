"""The services that the processor calls, from its threads: lanes, files, vendors."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterable, Iterator, Sequence

import grpc
from organisation.v1 import (
    access_service_pb2,
    access_service_pb2_grpc,
    file_service_pb2,
    file_storage_service_pb2_grpc,
    lane_service_pb2,
    lane_service_pb2_grpc,
)
from organisation.v1 import file_storage_service_pb2 as storage_pb

from lms.elements import StoredFile
from runtime.access import KEEP_SECONDS, TIMEOUT_SECONDS
from runtime.errors import error_info
from runtime.tokens import InternalIdentity
from services.processor.context import Vendor
from services.processor.message import Message

FILE_SECONDS = 600.0
REPORT_SECONDS = 30.0
VENDORS_KEPT = 10_000
FILES_AT_ONCE = 10_000
"""What the files service takes in one call."""


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
        self, wanted: Iterable[tuple[Message, Sequence[str]]], *, only_own: bool = False
    ) -> dict[int, dict[str, StoredFile | None]]:
        """Reserves files for messages, at most FILES_AT_ONCE each.

        Returns them by the messages' numbers and the ids as asked, None for what is not there. only_own: what other
        credentials have uploaded is not there either.
        """
        found: dict[int, dict[str, StoredFile | None]] = {}
        for held in calls_of(held_files(holder_of(message), ids) for message, ids in wanted):
            request = storage_pb.ReserveFilesRequest(held=held, only_own=only_own)
            answer = self._stub.ReserveFiles(request, metadata=self._identity.metadata(), timeout=TIMEOUT_SECONDS)
            for one, reserved in zip(held, answer.reserved, strict=True):
                found[one.holder.message_id] = {
                    file.file_id: stored_file(file.description) if file.found else None for file in reserved.files
                }
        return found

    def read(self, file_id: str, site_id: int, most: int = 0) -> Generator[bytes, None, None]:
        """Reads a reserved file, piece by piece, or no more than its first bytes; who has enough closes it."""
        request = storage_pb.ReadFileRequest(file_id=file_id, site_id=site_id, most_bytes=most)
        call = self._stub.ReadFile(request, metadata=self._identity.metadata(), timeout=FILE_SECONDS)
        try:
            for piece in call:
                yield piece.content
        finally:
            call.cancel()

    def confirm(self, used: Iterable[storage_pb.HeldFiles]) -> None:
        """Says which of their reservations content uses by messages; their others are let go."""
        for held in calls_of(used):
            request = storage_pb.ConfirmFilesRequest(used=held)
            self._stub.ConfirmFiles(request, metadata=self._identity.metadata(), timeout=TIMEOUT_SECONDS)

    def release(self, released: Iterable[storage_pb.HeldFiles]) -> None:
        """Says which files that messages brought content uses no longer."""
        for held in calls_of(released):
            request = storage_pb.ReleaseFilesRequest(released=held)
            self._stub.ReleaseFiles(request, metadata=self._identity.metadata(), timeout=TIMEOUT_SECONDS)


def calls_of(held: Iterable[storage_pb.HeldFiles]) -> Iterator[list[storage_pb.HeldFiles]]:
    """Yields as many messages at once as one call takes."""
    call: list[storage_pb.HeldFiles] = []
    count = 0
    for one in held:
        if call and count + len(one.file_ids) > FILES_AT_ONCE:
            yield call
            call, count = [], 0
        call.append(one)
        count += len(one.file_ids)
    if call:
        yield call


def held_files(holder: storage_pb.FileHolder, file_ids: Sequence[str]) -> storage_pb.HeldFiles:
    return storage_pb.HeldFiles(holder=holder, file_ids=file_ids)


def holder_of(message: Message) -> storage_pb.FileHolder:
    return storage_pb.FileHolder(
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
