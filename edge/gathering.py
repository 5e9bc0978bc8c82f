"""Calls of one credential that come at the same moment go to the service together, by the operation's batch rpc.

A unary call costs the service several times what one message of a batch does. Nobody waits for company: the first call
goes at once, alone; what comes while two are under way gathers, and goes when one of them is back.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from google.protobuf.message import Message

from edge.contract import Batch, Operation
from edge.statuses import fault_of_refusal

MOST_TOGETHER = 64
UNDER_WAY = 2
LARGEST_BYTES = 128 * 1024
"""A larger request goes alone: it shares no cost worth sharing, and would hold up the others."""

Metadata = tuple[tuple[str, str], ...]
Send = Callable[[Message, Metadata], Message]


def closed() -> threading.Lock:
    """Returns a lock that is held: whoever acquires it waits for its release, which costs less than an Event."""
    lock = threading.Lock()
    lock.acquire()
    return lock


@dataclass(slots=True, eq=False)
class Waiting:
    """A call that has not been answered; its lock opens when it is, or when it goes, with those in `together`."""

    request: Message
    metadata: Metadata
    roused: threading.Lock = field(default_factory=closed)
    together: Sequence[Waiting] = ()
    response: Message | None = None
    error: BaseException | None = None

    def outcome(self) -> Message:
        """Returns the response; raises what the call failed with."""
        if self.error is not None:
            raise self.error
        assert self.response is not None  # noqa: S101 (it is answered)
        return self.response


class Lobby:
    """Where the calls of one credential gather; guarded by the gatherer's lock."""

    def __init__(self) -> None:
        self.waiting: deque[Waiting] = deque()
        self.under_way = 0


class Gatherer:
    """Sends the requests of one operation, by its batch rpc where several wait."""

    def __init__(self, operation: Operation, batch: Batch, send_one: Send, send_many: Send) -> None:
        self._operation = operation
        self._batch = batch
        self._send_one = send_one
        self._send_many = send_many
        self._lock = threading.Lock()
        self._lobbies: dict[int, Lobby] = {}

    def call(self, credential_id: int, request: Message, metadata: Metadata, client_key: str) -> Message:
        """Returns the response; raises grpc.RpcError of the call, or the fault for a refusal."""
        if client_key:
            getattr(request, self._batch.item).request_id = client_key
        if request.ByteSize() > LARGEST_BYTES:
            return self._send_one(request, metadata)
        mine = Waiting(request, metadata)
        if not self._goes_at_once(credential_id, mine):
            mine.roused.acquire()
        if mine.together:
            self._go(credential_id, mine.together)
        return mine.outcome()

    def _goes_at_once(self, credential_id: int, mine: Waiting) -> bool:
        with self._lock:
            lobby = self._lobbies.setdefault(credential_id, Lobby())
            if lobby.under_way >= UNDER_WAY:
                lobby.waiting.append(mine)
                return False
            lobby.under_way += 1
            mine.together = (mine,)
            return True

    def _go(self, credential_id: int, together: Sequence[Waiting]) -> None:
        """Sends and answers those who go together, and lets those go who have gathered meanwhile."""
        try:
            self._send(together)
        except BaseException as error:
            for one in together:
                one.error = one.error or error
        finally:
            self._pass_turn(credential_id)
            for one in together[1:]:
                one.roused.release()

    def _pass_turn(self, credential_id: int) -> None:
        with self._lock:
            lobby = self._lobbies[credential_id]
            together = [lobby.waiting.popleft() for _ in range(min(len(lobby.waiting), MOST_TOGETHER))]
            if together:
                together[0].together = together
                together[0].roused.release()
                return
            lobby.under_way -= 1
            if not lobby.under_way:
                del self._lobbies[credential_id]

    def _send(self, together: Sequence[Waiting]) -> None:
        first = together[0]
        if len(together) == 1:
            first.response = self._send_one(first.request, first.metadata)
            return
        batch = self._batch
        items = [getattr(one.request, batch.item) for one in together]
        response = self._send_many(batch.request_class(**{batch.items: items}), first.metadata)
        for one, outcome in zip(together, getattr(response, batch.outcomes), strict=True):
            if outcome.HasField("refusal"):
                one.error = fault_of_refusal(outcome.refusal.reason, outcome.refusal.text)
            else:
                one.response = self._operation.response_class(**{batch.result: getattr(outcome, batch.result)})
