"""SynchronousService over gRPC: its work is done on threads."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
from organisation.v1 import synchronous_service_pb2 as pb
from organisation.v1 import synchronous_service_pb2_grpc
from sqlalchemy.exc import SQLAlchemyError

from runtime.errors import invalid_field, unavailable
from services.processor.failures import is_passing
from services.processor.synchronous import SynchronousTurn
from services.processor.tools import Tools

MOST_MESSAGES = 1000


class SynchronousServicer(synchronous_service_pb2_grpc.SynchronousServiceServicer):
    """As many requests at once as there are threads; the next ones wait."""

    def __init__(self, tools: Tools, threads: int) -> None:
        self._tools = tools
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="processor-synchronous")

    async def ApplyMessages(  # noqa: N802 (the rpc's name)
        self,
        request: pb.ApplyMessagesRequest,
        context: grpc.aio.ServicerContext[Any, Any],  # noqa: ARG002 (the shape of every rpc)
    ) -> pb.ApplyMessagesResponse:
        if not 1 <= len(request.messages) <= MOST_MESSAGES:
            raise invalid_field("messages", f"messages must hold 1 to {MOST_MESSAGES}.")
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._threads, SynchronousTurn(self._tools, request).run
            )
        except SQLAlchemyError as error:
            if is_passing(error):
                raise unavailable() from error
            raise

    def close(self) -> None:
        """Ends the threads."""
        self._threads.shutdown()
