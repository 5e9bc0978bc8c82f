"""Calls of one credential that come at the same moment go to the service together, by the operation's batch rpc.

A unary call costs the service several times what one message of a batch does. Nobody waits for company: the first call
goes at once, alone; what comes while it is under way gathers, and goes when it is back, or when it takes long.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, NamedTuple

from google.protobuf.message import Message

from edge.contract import Batch
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
Send = Callable[[bytes, Metadata], Awaitable[Message]]
"""Starts an rpc at once, with a request as it goes over the wire; gives its response."""


class Waiting(NamedTuple):
    """A call that has not been answered."""

    request: bytes
    metadata: Callable[[], Metadata]
    answer: asyncio.Future[Message]


class Sent(NamedTuple):
    """Calls that are under way together."""

    together: Sequence[Waiting]
    call: Awaitable[Message]
    long: asyncio.TimerHandle
    """When what waits for them may overtake."""


class Lobby:
    """Where the calls of one credential gather, those of each value of batch_key by themselves."""

    def __init__(self) -> None:
        self.waiting: deque[Waiting] = deque()
        self.under_way = 0


class Gatherer:
    """Sends the requests of one operation, by its batch rpc where several wait. For one event loop."""

    def __init__(self, batch: Batch, send_one: Send, send_many: Send) -> None:
        self._batch = batch
        self._send_one = send_one
        self._send_many = send_many
        self._lobbies: dict[Place, Lobby] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def call(
        self, credential_id: int, request: Message, metadata: Callable[[], Metadata], client_key: str
    ) -> Message:
        """Returns the response, or the outcome that has the same field; raises the error of the call or a refusal.

        metadata: asked for the call that goes, once for all that go together.
        """
        item = getattr(request, self._batch.item)
        item.SetInParent()  # one that is absent would be missing among the others
        if client_key:
            item.request_id = client_key
        data = request.SerializeToString()
        if len(data) > LARGEST_BYTES:
            return await self._send_one(data, metadata())
        mine = Waiting(data, metadata, asyncio.get_running_loop().create_future())
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
        """Sends and answers what waits, until nothing does.

        What waits is on its way before those are woken whose answer has come: the service would else have nothing to
        do while they are answered.
        """
        sent = self._send(place, lobby)
        while sent is not None:
            together, call, long = sent
            outcome: Message | Exception
            try:
                outcome = await call
            except Exception as error:
                outcome = error
            finally:
                long.cancel()
            sent = self._send(place, lobby)
            try:
                self._settle(together, outcome)
            except Exception as error:
                settle_all(together, error)
        lobby.under_way -= 1
        if not lobby.under_way:
            del self._lobbies[place]

    def _send(self, place: Place, lobby: Lobby) -> Sent | None:
        """Starts the call for what waits, if anything does."""
        together = [lobby.waiting.popleft() for _ in range(min(len(lobby.waiting), MOST_TOGETHER))]
        if not together:
            return None
        # The one field of both requests has one number: what stands in a row is a batch, as the wire format has it.
        request = b"".join([one.request for one in together])
        send = self._send_one if len(together) == 1 else self._send_many
        try:
            call = send(request, together[0].metadata())
        except Exception as error:
            call = failed(error)
        return Sent(together, call, asyncio.get_running_loop().call_later(LONG_SECONDS, self._overtake, place, lobby))

    def _settle(self, together: Sequence[Waiting], outcome: Any) -> None:
        """Answers what was sent together. outcome: of the call, a response or an error."""
        if isinstance(outcome, Exception) or len(together) == 1:
            settle_all(together, outcome)
            return
        for one, own in zip(together, getattr(outcome, self._batch.outcomes), strict=True):
            refused = own.HasField("refusal")
            settle(one, fault_of_refusal(own.refusal.reason, own.refusal.text) if refused else own)


async def failed(error: Exception) -> Message:
    raise error


def settle_all(together: Sequence[Waiting], outcome: Message | Exception) -> None:
    for one in together:
        settle(one, outcome)


def settle(one: Waiting, outcome: Message | Exception) -> None:
    """Answers a call, unless its caller has gone."""
    if one.answer.done():
        return
    if isinstance(outcome, Exception):
        one.answer.set_exception(outcome)
    else:
        one.answer.set_result(outcome)
