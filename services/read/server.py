"""The gRPC servicer: asks for leave, translates nothing, delegates to the module of each read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, cast

import grpc
from organisation.soap.v1 import annotations_pb2
from organisation.v1 import read_data_service_pb2
from organisation.v1 import read_warning_letter_pb2 as letters

from services.read.queries import Queries, Read, base_of
from services.read.warning_letters import WarningLetters

DESCRIPTOR = read_data_service_pb2.DESCRIPTOR.services_by_name["ReadDataService"]

Context = grpc.aio.ServicerContext[Any, Any]


class ReadDataServicer:
    """ReadDataService: an rpc for each of the reads, and the one that has an effect."""

    def __init__(self, queries: Queries, reads: Mapping[str, Read[Any, Any]], warning_letters: WarningLetters) -> None:
        self._queries = queries
        self._warning_letters = warning_letters
        for method, read in reads.items():
            setattr(self, method, self._rpc(MESSAGE_TYPES[method], read))

    async def ReadWarningLetter(  # noqa: N802 (the rpc's name)
        self, request: letters.ReadWarningLetterRequest, context: Context
    ) -> letters.ReadWarningLetterResponse:
        scope = await self._queries.scope(MESSAGE_TYPES["ReadWarningLetter"], base_of(request))
        answer = await self._warning_letters.read(scope, request)

        def sent(_: object) -> None:
            if not context.cancelled():
                self._warning_letters.shown(scope.site_id, answer)

        context.add_done_callback(cast("Any", sent))  # a function, though the types of gRPC want a class
        return answer

    def _rpc(self, message_type: str, read: Read[Any, Any]) -> Callable[[Any, Context], Awaitable[Any]]:
        async def answer(request: Any, _context: Context) -> Any:
            scope = await self._queries.scope(message_type, base_of(request))
            return await self._queries.run(read, scope, request)

        return answer


def message_type_of(method: Any) -> str:
    """Returns the message type that grants an rpc: the option that the documentation shows is what is enforced."""
    return str(method.GetOptions().Extensions[annotations_pb2.operation_contract].message_type)


MESSAGE_TYPES = {method.name: message_type_of(method) for method in DESCRIPTOR.methods}
