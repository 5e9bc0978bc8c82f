"""What happens to a message before its transaction: parse, bind, ask for vendor and files, read packages."""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import grpc
from organisation.v1 import lane_service_pb2

from catalogue.document import MalformedData
from lms.elements import StoredFile
from lms.lanes import Detail
from lms.packages.archive import Archive, open_archive
from lms.packages.errors import PackageError
from services.processor.assignment import Assignment
from services.processor.binding import UnreadableValueError
from services.processor.context import ERROR, Refused, Resources
from services.processor.drafts import Draft, Reserved, draft_of
from services.processor.failures import is_passing
from services.processor.handler import Handler, Route
from services.processor.kept_files import KeptFiles, Key
from services.processor.message import Message
from services.processor.peers import Fenced, Files, Vendors
from services.processor.poison import poisoned

SPOOLED_BYTES = 8 * 1024 * 1024
INVALID_FORMAT = "Invalid format / parameters (different to specified schema)."

START_BYTES = 64
MOST_READERS = 50
"""Messages of a turn that read files beforehand: more would be bound, and their files reserved, for nothing."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Job:
    """A message that can be applied."""

    handler: Handler
    message: Message
    resources: Resources


@dataclass(frozen=True, slots=True)
class Prepared:
    """A message with its job, or with why it is refused before it has one."""

    lane_seq: int
    """0: it is in no lane."""
    message_id: int
    started_at: datetime
    job: Job | None
    refusal: tuple[Detail, ...] = ()


@dataclass(frozen=True, slots=True)
class PackageProblem:
    """Why a package cannot be used, in words for its owner."""

    text: str


class Preparation:
    """Prepares messages of one credential on one site."""

    def __init__(
        self,
        assignment: Assignment,
        routes: Mapping[str, Route],
        files: Files,
        vendors: Vendors,
        kept: KeptFiles,
        keep: Callable[[], None],
    ) -> None:
        """keep: called now and then while this goes on; it raises Fenced when the work is another's by now."""
        self._assignment = assignment
        self._routes = routes
        self._files = files
        self._vendors = vendors
        self._kept = kept
        self._keep = keep
        self._packages: dict[Key, Any] = {}

    def prepare_all(
        self, messages: Iterable[lane_service_pb2.LaneMessage], seconds: float
    ) -> tuple[list[Prepared], Exception | None]:
        """Prepares messages in order, at least one, until the time is over or something fails for a while.

        The two passes have this time each.
        """
        return self.finish_all(self.draft_all(messages, seconds), seconds)

    def finish_all(self, drafts: Sequence[Draft], seconds: float) -> tuple[list[Prepared], Exception | None]:
        """The second pass, which asks other services: all files are reserved in one call."""
        reserved = self._reserve(drafts)
        until = time.monotonic() + seconds
        prepared: list[Prepared] = []
        for draft in drafts:
            self._keep()
            try:
                prepared.append(self._finished(draft, reserved))
            except Exception as error:
                if not is_passing(error):
                    raise
                return prepared, error
            if time.monotonic() >= until and not isinstance(reserved, grpc.RpcError):
                break
        return prepared, None

    def draft_all(self, messages: Iterable[lane_service_pb2.LaneMessage], seconds: float) -> list[Draft]:
        """The first pass: parses and binds, until the time is over or there are enough messages that read files."""
        until = time.monotonic() + seconds
        drafts: list[Draft] = []
        readers = 0
        for message in messages:
            draft = draft_of(message, self._routes, self._assignment)
            drafts.append(draft)
            readers += draft.reads_files
            if readers == MOST_READERS or time.monotonic() >= until:
                break
        return drafts

    def _reserve(self, drafts: Iterable[Draft]) -> Reserved | grpc.RpcError:
        wanted = [(one.bound, one.file_ids) for one in drafts if one.bound is not None and one.file_ids]
        try:
            return self._files.reserve(wanted, only_own=any(self._assignment.organisation_sync_keys))
        except grpc.RpcError as error:
            return error

    def _finished(self, draft: Draft, reserved: Reserved | grpc.RpcError) -> Prepared:
        """Returns the prepared message; a failure of a passing kind is raised, any other is its refusal."""
        job: Job | None = None
        refusal: tuple[Detail, ...] = ()
        try:
            handler, message = draft.parts()
            job = Job(handler, message, self._resources(handler, message, draft.files(reserved)))
        except Exception as error:
            if isinstance(error, Fenced) or is_passing(error):
                raise
            refusal = self._refusal(draft, error)
        return Prepared(draft.lane_seq, draft.message_id, draft.started_at, job, refusal)

    def _refusal(self, draft: Draft, error: Exception) -> tuple[Detail, ...]:
        if isinstance(error, Refused):
            return error.details
        if isinstance(error, MalformedData):
            return (Detail(draft.entity, error.text, "", ERROR),)
        if isinstance(error, UnreadableValueError):
            return (Detail(draft.entity, f"{INVALID_FORMAT} {error}", "", ERROR),)
        return (poisoned(self._assignment, draft.message_id, draft.entity, error),)

    def _resources(self, handler: Handler, message: Message, files: dict[str, StoredFile | None]) -> Resources:
        vendor = None if message.vendor_id is None else self._vendors.vendor(message.vendor_id)
        fetched = Resources(vendor, files)
        if handler.prepare is None:
            return fetched
        return Resources(vendor, files, handler.prepare(self, message, fetched))

    def read_start(self, message: Message, file: StoredFile) -> bytes:
        """Returns the first bytes of a file, as many as tell what it is."""
        self._keep()
        start = self._kept.start(file.file_id)
        if start is None:
            with contextlib.closing(self._files.read(file.file_id, message.site_id, START_BYTES)) as pieces:
                start = b"".join(pieces)
            self._kept.keep_start(file.file_id, start)
        return start

    def read_package(
        self, message: Message, file: StoredFile | None, read: Callable[[Archive], T]
    ) -> T | PackageProblem | None:
        """Fetches a package and reads it; None where there is no file, a PackageProblem where it cannot be used.

        A package that several of the messages name is read once: what is under an id never changes.
        """
        if file is None:
            return None
        key = (file.file_id, read)
        found: T | PackageProblem | None = self._packages.get(key) or self._kept.package(key)
        if found is None:
            found = self._read(message, file, read)
        self._packages[key] = found
        return found

    def _read(self, message: Message, file: StoredFile, read: Callable[[Archive], T]) -> T | PackageProblem:
        with tempfile.SpooledTemporaryFile(SPOOLED_BYTES) as copy:
            for piece in self._files.read(file.file_id, message.site_id):
                copy.write(piece)
                self._keep()
            copy.seek(0)
            try:
                with open_archive(copy) as archive:  # type: ignore[arg-type] # (typeshed: seekable and binary it is)
                    found = read(archive)
                    self._kept.keep_package((file.file_id, read), found, archive.unpacked_bytes)
                    return found
            except PackageError as error:
                return PackageProblem(str(error))
            finally:
                self._keep()
