"""Calls of one credential that come at the same moment go to the service together, by the operation's batch rpc.

A unary call costs the service several times what one message of a batch does. Nobody waits for company: the first call
goes at once, alone; what comes while it is under way gathers, and goes when it is back, or when it takes long.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from google.protobuf.message import Message

from edge.contract import Batch, Operation
from edge.statuses import fault_of_refusal

MOST_TOGETHER = 64
LONG_SECONDS = 0.05
"""A batch that takes longer (one of its messages is being explained) holds up nobody else."""
UNDER_WAY = 4
"""Batches of one credential at once, all but one of them long."""
LARGEST_BYTES = 128 * 1024
"""A larger request goes alone: it shares no cost worth sharing, and would hold up the others."""

Metadata = tuple[tuple[str, str], ...]
Place = tuple[int, object]
"""A credential, and the value of batch_key."""
Send = Callable[[Message, Metadata], Awaitable[Message]]


@dataclass(frozen=True, slots=True, eq=False)
class Waiting:
    """A call that has not been answered."""

    request: Message
    metadata: Metadata
    answer: asyncio.Future[Message]


class Lobby:
    """Where the calls of one credential gather, those of each value of batch_key by themselves."""

    def __init__(self) -> None:
        self.waiting: deque[Waiting] = deque()
        self.under_way = 0


class Gatherer:
    """Sends the requests of one operation, by its batch rpc where several wait. For one event loop."""

    def __init__(self, operation: Operation, batch: Batch, send_one: Send, send_many: Send) -> None:
        self._operation = operation
        self._batch = batch
        self._send_one = send_one
        self._send_many = send_many
        self._lobbies: dict[Place, Lobby] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def call(self, credential_id: int, request: Message, metadata: Metadata, client_key: str) -> Message:
        """Returns the response; raises grpc.RpcError of the call, or the fault for a refusal."""
        item = getattr(request, self._batch.item)
        if client_key:
            item.request_id = client_key
        if request.ByteSize() > LARGEST_BYTES:
            return await self._send_one(request, metadata)
        mine = Waiting(request, metadata, asyncio.get_running_loop().create_future())
        place = (credential_id, getattr(item, self._batch.key) if self._batch.key else None)
        lobby = self._lobbies.get(place)
        if lobby is None:
            lobby = self._lobbies[place] = Lobby()
        lobby.waiting.append(mine)
        if not lobby.under_way:
            self._start(place, lobby)
        return await mine.answer

    def _start(self, place: Place, lobby: Lobby) -> None:
        lobby.under_way += 1
        task = asyncio.create_task(self._go(place, lobby))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _overtake(self, place: Place, lobby: Lobby) -> None:
        if lobby.waiting and lobby.under_way < UNDER_WAY:
            self._start(place, lobby)

    async def _go(self, place: Place, lobby: Lobby) -> None:
        """Sends and answers what waits, until nothing does."""
        loop = asyncio.get_running_loop()
        while lobby.waiting:
            together = [lobby.waiting.popleft() for _ in range(min(len(lobby.waiting), MOST_TOGETHER))]
            long = loop.call_later(LONG_SECONDS, self._overtake, place, lobby)
            try:
                await self._send(together)
            except Exception as error:
                for one in together:
                    if not one.answer.done():
                        one.answer.set_exception(error)
            finally:
                long.cancel()
        lobby.under_way -= 1
        if not lobby.under_way:
            del self._lobbies[place]

    async def _send(self, together: Sequence[Waiting]) -> None:
        first = together[0]
        if len(together) == 1:
            settle(first, await self._send_one(first.request, first.metadata))
            return
        batch = self._batch
        items = [getattr(one.request, batch.item) for one in together]
        response = await self._send_many(batch.request_class(**{batch.items: items}), first.metadata)
        for one, outcome in zip(together, getattr(response, batch.outcomes), strict=True):
            if outcome.HasField("refusal"):
                settle(one, fault_of_refusal(outcome.refusal.reason, outcome.refusal.text))
            else:
                settle(one, self._operation.response_class(**{batch.result: getattr(outcome, batch.result)}))


def settle(one: Waiting, outcome: Message | Exception) -> None:
    """Answers a call, unless its caller has gone."""
    if one.answer.done():
        return
    if isinstance(outcome, Exception):
        one.answer.set_exception(outcome)
    else:
        one.answer.set_result(outcome)
