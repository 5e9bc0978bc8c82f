"""The processor as the read service needs it: the only writer of content (decision 10)."""

from __future__ import annotations

from collections.abc import Sequence

import grpc
from organisation.v1 import platform_service_pb2 as pb
from organisation.v1 import platform_service_pb2_grpc

from runtime.access import TIMEOUT_SECONDS
from runtime.errors import unavailable
from runtime.tokens import InternalIdentity


class PlatformLostError(Exception):
    """The processor did not answer."""


class Platform:
    """Moves warning letters on."""

    def __init__(self, channel: grpc.aio.Channel, identity: InternalIdentity) -> None:
        self._stub = platform_service_pb2_grpc.PlatformServiceStub(channel)
        self._identity = identity

    async def receive(self, site_id: int, letter_ids: Sequence[int]) -> set[int]:
        """Takes letters into hand, and returns those that no other reader has; raises UNAVAILABLE."""
        request = pb.ReceiveWarningLettersRequest(site_id=site_id, letter_ids=letter_ids)
        call = self._stub.ReceiveWarningLetters(request, metadata=self._identity.metadata(), timeout=TIMEOUT_SECONDS)
        try:
            return set((await call).letter_ids)
        except grpc.aio.AioRpcError as error:
            raise unavailable() from error

    async def confirm(self, site_id: int, letter_ids: Sequence[int]) -> None:
        """Says that letters were shown, also to a processor that is just starting; raises PlatformLostError."""
        request = pb.ConfirmWarningLettersRequest(site_id=site_id, letter_ids=letter_ids)
        call = self._stub.ConfirmWarningLetters(
            request, metadata=self._identity.metadata(), timeout=TIMEOUT_SECONDS, wait_for_ready=True
        )
        try:
            await call
        except grpc.aio.AioRpcError as error:
            raise PlatformLostError from error
