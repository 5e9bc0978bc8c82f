# ruff: noqa: ARG002, N802 (the names and the signatures are gRPC's)
"""DataService over gRPC: accepting messages, and telling a credential about its own."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

import grpc
from organisation.v1 import data_service_pb2 as pb
from organisation.v1 import data_service_pb2_grpc, error_reason_pb2

from catalogue.model import Catalogue
from runtime.access import AccessClient
from runtime.caller import PartnerCaller, current_partner
from runtime.errors import ServiceError, invalid_field
from runtime.interceptor import Context
from runtime.paging import decode_page_token, encode_page_token, page_size_of
from services.ingest import answers, search
from services.ingest.acceptance import Acceptance
from services.ingest.deadlines import seconds_left
from services.ingest.reader import Reader
from services.ingest.signals import EndedMessages
from services.ingest.submission import IN_QUEUE, Submission
from services.ingest.synchronous import Synchronous
from services.ingest.worker import StoreWorker

REQUEST_ID: Final = "request_id"
MOST_MESSAGES: Final = 1000
MOST_BYTES: Final = 32 * 1024 * 1024
MESSAGES_A_TURN: Final = 16
LONGEST_WAIT: Final = 60
SYNCHRONOUS_SECONDS: Final = 20
"""Longest wait of AddMessage for a synchronous message; the edge waits longer for the call."""
FIRST_LOOK: Final = 0.05
LAST_LOOK: Final = 1.0
NOT_FOUND_TEXT: Final = "Message with specified MessageId does not exist."


class DataServicer(data_service_pb2_grpc.DataServiceServicer):
    """Everything it answers is about the calling credential's own messages."""

    def __init__(
        self,
        catalogue: Catalogue,
        access: AccessClient,
        acceptance: Acceptance,
        worker: StoreWorker,
        reader: Reader,
        ended: EndedMessages,
        synchronous: Synchronous,
    ) -> None:
        self._catalogue = catalogue
        self._access = access
        self._acceptance = acceptance
        self._worker = worker
        self._reader = reader
        self._ended = ended
        self._synchronous = synchronous
        self._extensions = [answers.extension_of(extension) for extension in catalogue.extensions]

    async def AddMessage(self, request: pb.AddMessageRequest, context: Context) -> pb.AddMessageResponse:
        caller, sent = current_partner(), request.data_message
        request_id = sent.request_id or metadata_request_id(context)
        submission = await self._acceptance.accept(caller, sent, request_id)
        (outcome,) = await self._worker.append((submission,))
        if isinstance(outcome, ServiceError):
            raise outcome
        if submission.is_awaited:
            results = await self._apply(caller, [outcome], context)
            return pb.AddMessageResponse(result=results[outcome])
        response = pb.AddMessageResponse()
        answers.tell_accepted(response.result, submission, outcome)
        return response

    async def AddMessages(self, request: pb.AddMessagesRequest, context: Context) -> pb.AddMessagesResponse:
        caller, sent = current_partner(), request.data_messages
        if not 1 <= len(sent) <= MOST_MESSAGES:
            raise invalid_field("data_messages", f"data_messages must hold 1 to {MOST_MESSAGES} messages.")
        if metadata_request_id(context):
            raise invalid_field("request_id", "In a batch each message has a request_id of its own, not the call.")
        if request.ByteSize() > MOST_BYTES:
            raise invalid_field("data_messages", "data_messages must not exceed 32 MiB together.")
        checked = await self._accept_each(caller, sent)
        submissions = [one for one in checked if isinstance(one, Submission)]
        appended = await self._worker.append(submissions) if submissions else []
        awaited = [
            outcome
            for one, outcome in zip(submissions, appended, strict=True)
            if one.is_awaited and isinstance(outcome, int)
        ]
        results = await self._apply(caller, awaited, context) if awaited else {}
        response = pb.AddMessagesResponse()
        outcomes = iter(appended)
        for one in checked:
            answer = response.outcomes.add()
            if isinstance(one, Submission):
                answers.tell_outcome(answer, one, next(outcomes), results)
            else:
                answers.tell_refused(answer, one)
        return response

    async def _apply(
        self, caller: PartnerCaller, message_ids: Sequence[int], context: Context
    ) -> dict[int, pb.DataMessageResult]:
        """Has synchronous messages applied; what became of each, InQueue where that was not possible in time."""
        await self._synchronous.apply(caller.credential_id, seconds_left(context, SYNCHRONOUS_SECONDS))
        return {number: await self._result(caller, number) for number in message_ids}

    async def _accept_each(
        self, caller: PartnerCaller, sent: Sequence[pb.DataMessage]
    ) -> list[Submission | ServiceError]:
        """Checks each message as AddMessage does; a denial is that message's own outcome."""
        checked: list[Submission | ServiceError] = []
        for at, message in enumerate(sent):
            if at % MESSAGES_A_TURN == MESSAGES_A_TURN - 1:
                await asyncio.sleep(0)  # other calls have their turn
            try:
                checked.append(await self._acceptance.accept(caller, message, message.request_id))
            except ServiceError as error:
                if error.code in (grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.RESOURCE_EXHAUSTED):
                    raise
                checked.append(error)
        return checked

    async def GetMessageResult(
        self, request: pb.GetMessageResultRequest, context: Context
    ) -> pb.GetMessageResultResponse:
        caller = await self._living_caller()
        return pb.GetMessageResultResponse(result=await self._result(caller, request.message_id))

    async def WaitForMessage(self, request: pb.WaitForMessageRequest, context: Context) -> pb.WaitForMessageResponse:
        caller = await self._living_caller()
        if not 0 <= request.timeout_seconds <= LONGEST_WAIT:
            raise invalid_field("timeout_seconds", f"timeout_seconds must be 0 to {LONGEST_WAIT}.")
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds_left(context, request.timeout_seconds)
        look = FIRST_LOOK
        with self._ended.waiting_for((caller.credential_id, request.message_id)) as signal:
            while True:
                ticket = signal.ticket()
                result = await self._result(caller, request.message_id)
                remaining = until - loop.time()
                if result.status != IN_QUEUE or remaining <= 0:
                    return pb.WaitForMessageResponse(result=result)
                # Another ingest process may get the report: its signal is not ours, so we look for ourselves too.
                await signal.wait(ticket, min(look, remaining))
                look = min(2 * look, LAST_LOOK)

    async def GetMessageTypes(self, request: pb.GetMessageTypesRequest, context: Context) -> pb.GetMessageTypesResponse:
        granted = await self._access.granted_types(current_partner().credential_id)
        return pb.GetMessageTypesResponse(message_types=answers.types_of(self._catalogue, granted))

    async def GetExtensions(self, request: pb.GetExtensionsRequest, context: Context) -> pb.GetExtensionsResponse:
        await self._living_caller()
        return pb.GetExtensionsResponse(extensions=self._extensions)

    async def ListMessages(self, request: pb.ListMessagesRequest, context: Context) -> pb.ListMessagesResponse:
        caller = await self._living_caller()
        size = page_size_of(request.page_size)
        wanted = answers.filter_of(request.filter)
        key = decode_page_token(request.page_token, (int,))
        before = None if key is None else int(key[0])
        rows = await self._reader.read(search.newest_of_credential, caller.credential_id, wanted, size, before)
        token = encode_page_token(rows[-1].message_id) if len(rows) == size else ""
        return pb.ListMessagesResponse(messages=map(answers.summary_of, rows), next_page_token=token)

    async def GetMessage(self, request: pb.GetMessageRequest, context: Context) -> pb.GetMessageResponse:
        caller = await self._living_caller()
        found = await self._reader.read(search.find_message, caller.credential_id, request.message_id)
        if found is None:
            raise message_not_found()
        return pb.GetMessageResponse(message=answers.message_of(*found))

    async def _living_caller(self) -> PartnerCaller:
        """Returns the caller; UNAUTHENTICATED once the credential was revoked."""
        caller = current_partner()
        await self._access.require_living(caller.credential_id)
        return caller

    async def _result(self, caller: PartnerCaller, message_id: int) -> pb.DataMessageResult:
        found = await self._reader.read(search.find_result, caller.credential_id, message_id)
        if found is None:
            raise message_not_found()
        return answers.result_of(message_id, found.status, found.details)


def metadata_request_id(context: Context) -> str:
    """Returns the client key that came as metadata (decision 3); "" for none."""
    for key, value in context.invocation_metadata() or ():
        if key == REQUEST_ID:
            return str(value)
    return ""


def message_not_found() -> ServiceError:
    """Returns one error for an unknown message and for a foreign one."""
    return ServiceError(grpc.StatusCode.NOT_FOUND, error_reason_pb2.ERROR_REASON_MESSAGE_NOT_FOUND, NOT_FOUND_TEXT)
