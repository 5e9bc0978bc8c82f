"""What happens to a message before its transaction: parse, bind, ask for vendor and files, read packages."""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from organisation.v1 import lane_service_pb2

from catalogue.document import MalformedData, parse_data
from catalogue.normalise import normalise
from lms.elements import StoredFile
from lms.lanes import Detail
from lms.packages.archive import Archive, open_archive
from lms.packages.errors import PackageError
from services.processor.assignment import Assignment
from services.processor.binding import UnreadableValueError
from services.processor.context import ERROR, Refused, Resources
from services.processor.failures import is_passing
from services.processor.handler import Handler, Route
from services.processor.message import Message, bind_message
from services.processor.peers import Fenced, Files, Vendors
from services.processor.poison import poisoned

SPOOLED_BYTES = 8 * 1024 * 1024
INVALID_FORMAT = "Invalid format / parameters (different to specified schema)."

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
        keep: Callable[[], None],
    ) -> None:
        """keep: called now and then while this goes on; it raises Fenced when the work is another's by now."""
        self._assignment = assignment
        self._routes = routes
        self._files = files
        self._vendors = vendors
        self._keep = keep

    def prepare_all(
        self, messages: Iterable[lane_service_pb2.LaneMessage], seconds: float
    ) -> tuple[list[Prepared], Exception | None]:
        """Prepares messages in order, at least one, until the time is over or something fails for a while."""
        prepared: list[Prepared] = []
        until = time.monotonic() + seconds
        for message in messages:
            self._keep()
            try:
                prepared.append(self._prepare(message))
            except Exception as error:
                if not is_passing(error):
                    raise
                return prepared, error
            if time.monotonic() >= until:
                break
        return prepared, None

    def _prepare(self, message: lane_service_pb2.LaneMessage) -> Prepared:
        """Returns the prepared message; a failure of a passing kind is raised, any other is its refusal."""
        route = self._routes.get(message.message_type)
        started_at = datetime.now(UTC)
        try:
            job = self._job(route, message)
        except Exception as error:
            if isinstance(error, Fenced) or is_passing(error):
                raise
            entity = "" if route is None else route.handler.entity
            refusal = self._refusal(message.message_id, entity, error)
            return Prepared(message.lane_seq, message.message_id, started_at, None, refusal)
        return Prepared(message.lane_seq, message.message_id, started_at, job)

    def _job(self, route: Route | None, message: lane_service_pb2.LaneMessage) -> Job:
        if route is None:
            raise LookupError(f"no handler for {message.message_type}")
        root = normalise(parse_data(message.data), route.message_type)
        bound = bind_message(
            root, route.bind, self._assignment.credential_id, message.message_id, self._assignment.site_id
        )
        return Job(route.handler, bound, self._resources(route.handler, bound))

    def _refusal(self, message_id: int, entity: str, error: Exception) -> tuple[Detail, ...]:
        if isinstance(error, Refused):
            return error.details
        if isinstance(error, MalformedData):
            return (Detail(entity, error.text, "", ERROR),)
        if isinstance(error, UnreadableValueError):
            return (Detail(entity, f"{INVALID_FORMAT} {error}", "", ERROR),)
        return (poisoned(self._assignment, message_id, entity, error),)

    def _resources(self, handler: Handler, message: Message) -> Resources:
        vendor = None if message.vendor_id is None else self._vendors.vendor(message.vendor_id)
        wanted = list(dict.fromkeys([*(file.file_id for file in message.files), *handler.files(message)]))
        only_own = any(self._assignment.organisation_sync_keys)
        files = self._files.reserve(message, wanted, only_own=only_own) if wanted else {}
        fetched = Resources(vendor, files)
        if handler.prepare is None:
            return fetched
        return Resources(vendor, files, handler.prepare(self, message, fetched))

    def read_start(self, message: Message, file: StoredFile) -> bytes:
        """Fetches the first bytes of a file; how many is for the files service to say, 256 KiB as a rule."""
        self._keep()
        with contextlib.closing(self._files.read(file.file_id, message.site_id)) as pieces:
            return next(pieces, b"")

    def read_package(
        self, message: Message, file: StoredFile | None, read: Callable[[Archive], T]
    ) -> T | PackageProblem | None:
        """Fetches a package and reads it; None where there is no file, a PackageProblem where it cannot be used."""
        if file is None:
            return None
        with tempfile.SpooledTemporaryFile(SPOOLED_BYTES) as copy:
            for piece in self._files.read(file.file_id, message.site_id):
                copy.write(piece)
                self._keep()
            copy.seek(0)
            try:
                with open_archive(copy) as archive:  # type: ignore[arg-type] # (typeshed: seekable and binary it is)
                    return read(archive)
            except PackageError as error:
                return PackageProblem(str(error))
            finally:
                self._keep()
