"""The checks that a message passes before it is recorded: decisions, "Checks, in order", steps 2 to 5."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, NamedTuple, TypeVar

import grpc
from organisation.v1 import data_service_pb2 as pb
from organisation.v1 import error_reason_pb2

from catalogue.document import LARGEST_DATA, TOO_LARGE, Document, MalformedData, SiteState, parse_data
from catalogue.gate import Gate
from catalogue.model import Catalogue, MessageType, ProcessingType
from catalogue.violation import REJECTED
from runtime.access import AccessClient, Permission
from runtime.caller import PartnerCaller
from runtime.errors import ServiceError, busy, invalid_field, unauthenticated
from services.ingest import moments
from services.ingest.submission import ERROR, Detail, Submission
from services.ingest.tables import KEY_LENGTH

LONG_DATA: Final = 32 * 1024
"""Characters above which a document is checked on a thread, so that it does not hold up other calls."""
THREADS: Final = 2
MOST_ON_THREADS: Final = 256
UNKNOWN_SITE: Final = 0
LONGEST_TEXT: Final = 2000
"""Characters of a detail: a path through names that are made to be long is as long as they are."""

T = TypeVar("T")


class Judgement(NamedTuple):
    """What the checks of a document come to."""

    permission: Permission
    """With the site that the message acts on."""
    details: tuple[Detail, ...] = ()
    """Why it is refused, if it is."""
    is_normal: bool = False
    """As in Submission."""


class Acceptance:
    """Turns what a partner sends into a submission, or refuses it with the exact fault."""

    def __init__(self, catalogue: Catalogue, access: AccessClient) -> None:
        self._catalogue = catalogue
        self._access = access
        self._gate = Gate(catalogue)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="ingest-gate")
        self._on_threads = 0

    def close(self) -> None:
        """Ends the threads."""
        self._threads.shutdown()

    async def accept(self, caller: PartnerCaller, sent: pb.DataMessage, request_id: str) -> Submission:
        """Returns what to record; raises PERMISSION_DENIED, or INVALID_ARGUMENT for what is too large.

        request_id: the client key, "" for none. A message that the schema refuses is a submission with details.
        """
        received_at = moments.now()
        text = sent.data
        data = text.encode()
        if len(data) > LARGEST_DATA:
            raise too_large()
        message_type = await self._writable(caller, sent.type)
        key = checked_key(request_id)
        permission, details, is_normal = await self._judge(caller, message_type, text)
        return Submission(
            caller.credential_id,
            caller.partner_id,
            permission.site_id,
            message_type.name,
            data,
            received_at,
            moments.now(),
            details,
            key,
            hashlib.sha256(b"%b\0%b" % (message_type.name.encode(), data)).digest() if key else b"",
            permission.organisation_sync_keys,
            message_type.processing is ProcessingType.SYNCHRONOUS,
            is_normal,
        )

    async def _writable(self, caller: PartnerCaller, identifier: int) -> MessageType:
        """Returns the type; one that is unknown, or a read, is denied by auth as one that is not granted."""
        message_type = self._catalogue.by_identifier(identifier)
        if message_type is None or message_type.is_read:
            await self._access.authorize(caller.credential_id, f"#{identifier}", None)
            raise unauthenticated()  # no such name can be granted
        return message_type

    async def _judge(self, caller: PartnerCaller, message_type: MessageType, text: str) -> Judgement:
        """Judges a message whose sender may send its type."""
        is_long = len(text) > LONG_DATA
        try:
            document = await self._aside(lambda: parse_data(text)) if is_long else parse_data(text)
        except MalformedData as error:
            permission = await self._access.authorize(caller.credential_id, message_type.name, None)
            return Judgement(permission, (rejection(error.text),))
        permission = await self._permission(caller, message_type, document)
        accept = self._gate.accept
        if is_long:
            accepted = await self._aside(lambda: accept(document, message_type))
        else:
            accepted = accept(document, message_type)
        if accepted is not None and permission.site_id != UNKNOWN_SITE:
            return Judgement(permission, is_normal=accepted.as_sent)
        violations = await self._aside(lambda: self._gate.explain(document, message_type))
        details = tuple(rejection(violation.text) for violation in violations)
        return Judgement(permission, details or (rejection(REJECTED),))

    async def _permission(self, caller: PartnerCaller, message_type: MessageType, document: Document) -> Permission:
        """Returns leave to act; on site 0 where an all-sites credential names several, which the gate refuses."""
        authorize, name = self._access.authorize, message_type.name
        named = document.site_id
        if named.state is SiteState.GIVEN or named.state is SiteState.ABSENT:
            return await authorize(caller.credential_id, name, named.value)
        if caller.site_id is not None:
            # It names a site, if not a sound one: denied as any that a site-bound credential names.
            return await authorize(caller.credential_id, name, caller.site_id)
        if named.state is SiteState.CONFLICTING and name in await self._access.granted_types(caller.credential_id):
            return Permission(UNKNOWN_SITE, caller.partner_id)
        return await authorize(caller.credential_id, name, None)

    async def _aside(self, task: Callable[[], T]) -> T:
        """Runs what takes milliseconds on a thread; RESOURCE_EXHAUSTED when too much waits for one."""
        if self._on_threads >= MOST_ON_THREADS:
            raise busy()
        self._on_threads += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, task)
        finally:
            self._on_threads -= 1


def checked_key(request_id: str) -> str:
    """Returns the client key; INVALID_ARGUMENT beyond 128 characters or with unprintable ones."""
    if request_id and (len(request_id) > KEY_LENGTH or not request_id.isprintable()):
        raise invalid_field("request_id", f"RequestId must be 1 to {KEY_LENGTH} printable characters.")
    return request_id


def rejection(text: str) -> Detail:
    return Detail("", text[:LONGEST_TEXT], "", ERROR)


def too_large() -> ServiceError:
    return ServiceError(
        grpc.StatusCode.INVALID_ARGUMENT,
        error_reason_pb2.ERROR_REASON_MESSAGE_TOO_LARGE,
        TOO_LARGE,
        {"limit_bytes": str(LARGEST_DATA)},
    )
