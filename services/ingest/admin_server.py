# ruff: noqa: ARG002, N802 (the names and the signatures are gRPC's)
"""MessageAdminService over gRPC: operators' view of the message log."""

from __future__ import annotations

from typing import Any, cast

from organisation.v1 import message_admin_service_pb2 as pb
from organisation.v1 import message_admin_service_pb2_grpc

from runtime.interceptor import Context
from runtime.paging import decode_page_token, encode_page_token, page_size_of
from services.ingest import answers, search
from services.ingest.reader import Reader
from services.ingest.server import message_not_found


class MessageAdminServicer(message_admin_service_pb2_grpc.MessageAdminServiceServicer):
    """Finds any message."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def SearchMessages(self, request: pb.SearchMessagesRequest, context: Context) -> pb.SearchMessagesResponse:
        size = page_size_of(request.page_size)
        wanted = answers.filter_of(request.filter, request.partner_ids, request.credential_ids)
        before = cast("tuple[int, int, int] | None", decode_page_token(request.page_token, (int, int, int)))
        rows = await self._reader.read(search.newest, wanted, size, before)
        token = token_after(rows[-1]) if len(rows) == size else ""
        return pb.SearchMessagesResponse(messages=map(answers.summary_of, rows), next_page_token=token)

    async def InspectMessage(self, request: pb.InspectMessageRequest, context: Context) -> pb.InspectMessageResponse:
        found = await self._reader.read(search.find_message, request.credential_id, request.message_id)
        if found is None:
            raise message_not_found()
        return pb.InspectMessageResponse(message=answers.message_of(*found))

    async def ListLanes(self, request: pb.ListLanesRequest, context: Context) -> pb.ListLanesResponse:
        size = page_size_of(request.page_size)
        key = decode_page_token(request.page_token, (int,))
        after = 0 if key is None else int(key[0])
        rows = await self._reader.read(search.list_lanes, request.waiting_only, size, after)
        token = encode_page_token(rows[-1].lane_id) if len(rows) == size else ""
        return pb.ListLanesResponse(lanes=map(answers.lane_of, rows), next_page_token=token)


def token_after(row: Any) -> str:
    """Returns the page token for the messages that are older than a row."""
    return encode_page_token(row.received_at, row.credential_id, row.message_id)
