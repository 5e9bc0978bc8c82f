"""Partners that never give up: each sends its messages in order, with the same key until it is answered."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import ClassVar

import grpc
from organisation.v1 import access_service_pb2, access_service_pb2_grpc, data_service_pb2, data_service_pb2_grpc

from tests.support.partner import message

POISON_EVERY = 37


@dataclass
class Sender:
    """One credential, and what it was told."""

    credential_id: int
    username: str
    password: str
    course: str
    user: str
    answered: dict[str, int] = field(default_factory=dict)
    """Client key -> MessageId, in the order of sending."""
    kind: ClassVar[int] = 2
    """The type that it sends, by number: Create.Course.Element.Folder."""

    def document(self, number: int) -> str:
        """Every thirty-seventh names a user who does not exist, and must end in Errors."""
        members = {"CourseSyncKey": self.course, "UserSyncKey": self.user_of(number), "Title": self.key(number)}
        return message("CreateCourseElementFolder", members)

    def user_of(self, number: int) -> str:
        return "nobody" if is_poison(number) else self.user

    def key(self, number: int) -> str:
        return f"{self.credential_id}-{number}"

    async def send(self, auth: str, ingest: str, stopping: asyncio.Event) -> None:
        """Sends one message after the other until told to stop."""
        token = await self.token(auth)
        async with grpc.aio.insecure_channel(ingest, options=RECONNECT) as channel:
            stub = data_service_pb2_grpc.DataServiceStub(channel)
            number = 0
            while not stopping.is_set():
                number += 1
                data = data_service_pb2.DataMessage(
                    data=self.document(number), type=self.kind, request_id=self.key(number)
                )
                request = data_service_pb2.AddMessageRequest(data_message=data)
                self.answered[self.key(number)] = await until_answered(stub, request, token)

    async def token(self, auth: str) -> tuple[tuple[str, str], ...]:
        async with grpc.aio.insecure_channel(auth) as channel:
            stub = access_service_pb2_grpc.AccessServiceStub(channel)
            request = access_service_pb2.AuthenticateRequest(username=self.username, password=self.password)
            return (("authorization", f"Bearer {(await stub.Authenticate(request, timeout=10)).token}"),)


class EventSender(Sender):
    """Sends events, which are applied before the answer. No key is sent, so that none can tell that one came before."""

    kind = 18

    def document(self, number: int) -> str:
        members = (
            "<StartDateTime>2026-12-01T08:00:00Z</StartDateTime><EndDateTime>2026-12-01T09:00:00Z</EndDateTime>"
            f"<Title>{self.key(number)}</Title><UserSyncKey>{self.user_of(number)}</UserSyncKey>"
            f"<CourseSyncKey>{self.course}</CourseSyncKey>"
        )
        return f'<Message xmlns="urn:message-schema"><Events><Event>{members}</Event></Events></Message>'


RECONNECT = (("grpc.initial_reconnect_backoff_ms", 50), ("grpc.max_reconnect_backoff_ms", 200))


def is_poison(number: int) -> bool:
    return number % POISON_EVERY == 0


async def until_answered(
    stub: data_service_pb2_grpc.DataServiceAsyncStub,
    request: data_service_pb2.AddMessageRequest,
    token: tuple[tuple[str, str], ...],
) -> int:
    """Returns the MessageId; a call whose answer is lost is made again."""
    while True:
        try:
            return (await stub.AddMessage(request, metadata=token, timeout=5)).result.message_id
        except grpc.aio.AioRpcError as error:
            if error.code() not in {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED}:
                raise
            await asyncio.sleep(0.02)
