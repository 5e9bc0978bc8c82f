"""What the databases say after a run, and what is wrong with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pysqlite3

from tests.crash.load import Sender, is_poison

FINISHED, ERRORS = 2, 3


@dataclass(frozen=True)
class Element:
    number: int
    """The order in which elements were made."""
    credential_id: int
    message_id: int
    title: str
    """The client's key of the message."""


@dataclass(frozen=True)
class Facts:
    answered: dict[str, tuple[int, int]]
    """Client key -> (credential, MessageId) that the client was told."""
    statuses: dict[tuple[int, int], int]
    elements: Sequence[Element]


@dataclass(frozen=True)
class Verdict:
    lost: int
    doubled: int
    reordered: int
    leaked: int
    """Elements of messages that were refused."""

    @property
    def clean(self) -> bool:
        return not (self.lost or self.doubled or self.reordered or self.leaked)


def read_facts(folder: Path, senders: Sequence[Sender], table: str = "element") -> Facts:
    """Reads the message log and the content of a system that has stopped; table: what the messages make."""
    answered = {
        key: (sender.credential_id, message_id) for sender in senders for key, message_id in sender.answered.items()
    }
    statuses = {
        (credential, message): status
        for credential, message, status in rows(
            folder / "messages.sqlite", "SELECT credential_id, message_id, status FROM message"
        )
    }
    elements = [
        Element(*row)
        for row in rows(
            folder / "content.sqlite", f"SELECT id, credential_id, message_id, title FROM {table} ORDER BY id"
        )
    ]
    return Facts(answered, statuses, elements)


def rows(path: Path, statement: str) -> list[tuple[Any, ...]]:
    connection = pysqlite3.connect(str(path))
    try:
        found: list[tuple[Any, ...]] = connection.execute(statement).fetchall()
        return found
    finally:
        connection.close()


def judge(facts: Facts) -> Verdict:
    """Compares what the clients were told with what is there."""
    made = Counter(element.title for element in facts.elements)
    return Verdict(
        lost=sum(is_lost(key, told, facts, made) for key, told in facts.answered.items()),
        doubled=sum(count - 1 for count in made.values()),
        reordered=count_reordered(facts.elements),
        leaked=sum(count for title, count in made.items() if is_poison(number_of(title))),
    )


def is_lost(key: str, told: tuple[int, int], facts: Facts, made: Counter[str]) -> bool:
    """A message is lost when it did not end as it must, or ended well and left nothing."""
    wanted = ERRORS if is_poison(number_of(key)) else FINISHED
    return facts.statuses.get(told) != wanted or (wanted == FINISHED and not made[key])


def count_reordered(elements: Sequence[Element]) -> int:
    """Counts the elements that were made after one of a later message of the same credential."""
    last: dict[int, int] = {}
    wrong = 0
    for element in sorted(elements, key=lambda element: element.number):
        wrong += element.message_id < last.get(element.credential_id, 0)
        last[element.credential_id] = max(element.message_id, last.get(element.credential_id, 0))
    return wrong


def number_of(key: str) -> int:
    return int(key.rpartition("-")[2])
