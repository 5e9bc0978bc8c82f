"""Where it stands which messages were applied: in the progress of a lane, or in the inbox of those that are in none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from sqlalchemy.exc import IntegrityError

from lms.inbox import inbox_results, store_in_inbox
from lms.lanes import Result, advance_lane, lock_lane
from runtime.direct import Direct
from services.processor.peers import Fenced
from services.processor.preparation import Prepared


class GapError(RuntimeError):
    """A lane's next message is not the one after the last applied: the two stores do not belong together."""


class AppliedElsewhereError(RuntimeError):
    """Another transaction has applied the same messages meanwhile: this one is undone, and finds their results."""


class Ledger(Protocol):
    """Both work within the content transaction."""

    def fresh(self, connection: Direct, prepared: Sequence[Prepared]) -> list[Prepared]:
        """Returns those that were not applied before."""
        ...

    def enter(self, connection: Direct, results: Sequence[Result]) -> None:
        """Notes what became of messages; there is at least one."""
        ...


class LaneLedger:
    """The progress of a claimed lane."""

    def __init__(self, lane_id: int, fence: int) -> None:
        self._lane_id = lane_id
        self._fence = fence

    def fresh(self, connection: Direct, prepared: Sequence[Prepared]) -> list[Prepared]:
        """Locks the lane; raises Fenced, GapError."""
        progress = lock_lane(connection, self._lane_id, self._fence)
        if progress is None:
            raise Fenced
        fresh = [one for one in prepared if one.lane_seq > progress.last_seq]
        if fresh and fresh[0].lane_seq != progress.last_seq + 1:
            raise GapError(f"lane {self._lane_id}: {fresh[0].lane_seq} cannot follow {progress.last_seq}")
        return fresh

    def enter(self, connection: Direct, results: Sequence[Result]) -> None:
        advance_lane(connection, self._lane_id, results)


class InboxLedger:
    """The inbox, for the messages of one credential."""

    def __init__(self, credential_id: int) -> None:
        self._credential_id = credential_id

    def fresh(self, connection: Direct, prepared: Sequence[Prepared]) -> list[Prepared]:
        known = inbox_results(connection, self._credential_id, [one.message_id for one in prepared])
        return [one for one in prepared if one.message_id not in known]

    def enter(self, connection: Direct, results: Sequence[Result]) -> None:
        """Raises AppliedElsewhereError: the key of the inbox is what keeps two from applying one message."""
        try:
            store_in_inbox(connection, results)
        except IntegrityError as error:
            raise AppliedElsewhereError from error
