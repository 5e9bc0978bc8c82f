"""Sends messages in order, asks what became of them, and judges it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from cli.demo.course import Message
from cli.demo.partner import Partner, members

IN_QUEUE = "InQueue"
APPLY_SECONDS = 60.0
FIRST_PAUSE, LONGEST_PAUSE = 0.005, 0.2


@dataclass(frozen=True)
class Detail:
    """A status detail."""

    level: str
    text: str
    sync_key: str


@dataclass(frozen=True)
class Outcome:
    """A message and what became of it so far."""

    message: Message
    message_id: int
    status: str
    details: tuple[Detail, ...]

    @property
    def refused(self) -> bool:
        return self.status == "Errors"

    @property
    def reason(self) -> str:
        """Why it was refused: its first detail."""
        return self.details[0].text if self.details else ""

    def complaint(self) -> str:
        """Returns in words what is not as it should be; "" when all is."""
        told = f"{self.message.title} ({self.message.type_name}): {self.status} {self.reason}".strip()
        if self.message.refusal:
            return "" if self.refused and self.reason.startswith(self.message.refusal) else told
        keys = [detail.sync_key for detail in self.details]
        if self.status != "Finished" or not matches(self.message.keys, keys):
            return f"{told} {keys}"
        return ""


def matches(expected: Sequence[str], keys: Sequence[str]) -> bool:
    """Tells whether there is one key for each expected one: the same, or any where the server makes it."""
    return len(expected) == len(keys) and all(
        key and wanted in {"", key} for wanted, key in zip(expected, keys, strict=True)
    )


def send(partner: Partner, messages: Sequence[Message]) -> Iterator[Outcome]:
    """Sends one message after the other over one connection, so that they are applied in this order."""
    types = partner.message_types()
    for message in messages:
        yield outcome_of(message, partner.add_message(types[message.type_name], message.document))


def results(partner: Partner, sent: Sequence[Outcome]) -> Iterator[Outcome]:
    """Yields each message when it has ended, in order; raises TimeoutError when one stays in the queue."""
    deadline = time.monotonic() + APPLY_SECONDS
    for outcome in sent:
        yield outcome if outcome.refused else ended(partner, outcome, deadline)


def ended(partner: Partner, outcome: Outcome, deadline: float) -> Outcome:
    """Asks again, each time a little later, until the message has ended."""
    pause = FIRST_PAUSE
    while True:
        now = outcome_of(outcome.message, partner.message_result(outcome.message_id))
        if now.status != IN_QUEUE:
            return now
        if time.monotonic() > deadline:
            raise TimeoutError(f"Message {outcome.message_id} ({outcome.message.title}) stays in the queue.")
        time.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)


def outcome_of(message: Message, result: Any) -> Outcome:
    """Turns an answer into an outcome."""
    details = members(result.StatusDetails, "DataMessageStatusDetail")
    return Outcome(
        message,
        int(result.MessageId),
        str(result.Status),
        tuple(Detail(str(entry.Type), str(entry.Message or ""), str(entry.SyncKey or "")) for entry in details),
    )
