"""A member of a message and one place where a read shows it: what was sent, and what is read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache, cached_property
from typing import Any

from catalogue.document import parse_data
from catalogue.examples import Example
from catalogue.model import MessageType
from catalogue.normalise import normalise
from catalogue.outline import Part, outline_of
from catalogue.read_back import Place, ReadBack, members_of
from tests.end_to_end.records import Written, numbers_of
from tests.support.example_world import ExampleSystem
from tests.support.partner import Partner, details, without_namespaces

Values = list[str | None]
NUMBERS = ("int", "integer", "decimal")
NUMBER = re.compile(r"[+-]?[0-9.]+")
ABSENT = "(absent)"
"""Stands for a member that the message does not have."""


@cache
def parts_by_path(kind: MessageType) -> dict[str, Part]:
    return {part.path: part for _, part in outline_of(kind.schema).walk()}


def written_by(system: ExampleSystem, partner: Partner, kind: MessageType, example: Example, result: Any) -> Written:
    root = without_namespaces(normalise(parse_data(example.data), kind))
    keys = [one.SyncKey for one in details(result) if one.SyncKey]
    return Written(system, partner, root, keys, [one.Message for one in details(result)])


@dataclass
class Comparison:
    """A member of a message at one place of a read. shown: what the read has there, a list for each record."""

    written: Written
    kind: MessageType
    table: ReadBack
    names: tuple[str, ...]
    place: Place

    @cached_property
    def part(self) -> Part:
        return members_of(self.kind)[self.names[0]]

    @cached_property
    def above(self) -> list[Part]:
        """The parts that the member stands in, outermost first."""
        steps = self.part.path.split("/")
        paths = ("/".join(steps[:end]) for end in range(3, len(steps)))
        return [parts_by_path(self.kind)[path] for path in paths]

    @property
    def is_repeated(self) -> bool:
        return self.part.repeated or any(part.repeated for part in self.above)

    @property
    def is_of_another_choice(self) -> bool:
        """Whether the member is of content that the message does not have, but another one in its place."""
        return any(not self.written.root.xpath(part.path) for part in self.choices)

    @property
    def choices(self) -> list[Part]:
        return [part for part in self.above if part.occurrence == "one of"]

    @property
    def keeps(self) -> bool:
        """Whether the member stays as it was where the message does not have it; new content has nothing of the old."""
        return self.table.changes and not self.choices

    def sent(self) -> Values:
        """What the message says: a value for each element that can have one, or all that are there of a list."""
        parent_path = self.part.path.rpartition("/")[0]
        parents = self.written.root.xpath(parent_path)
        if not parents and not self.is_repeated:
            return [ABSENT]
        return [value for parent in parents for value in self.said_in(parent)]

    def said_in(self, parent: Any) -> Values:
        leaves = [name.rpartition("/")[2] for name in self.names]
        if leaves[0].startswith("@"):
            return [parent.get(leaves[0][1:], ABSENT)]
        found = [child for leaf in leaves for child in parent.findall(leaf)]
        if found or self.part.repeated:
            return [None if child.get("nil") in ("true", "1") else child.text for child in found]
        return [ABSENT]

    def shown(self) -> list[Values]:
        """What the read shows, a list for each record."""
        return [self.shown_in(record) for record in self.written.records(self.place.read)]

    def shown_in(self, record: Any) -> Values:
        if "|" in self.place.path:
            return [one.text for one in record.xpath(self.place.path)]
        above, _, leaf = self.place.path.rpartition("/")
        values: Values = []
        for parent in record.xpath(above or "self::*"):
            values += [child.text for child in parent.findall(leaf)] or [None]
        return values

    def comparable(self, value: str | None) -> object:
        """A value so that two that mean the same are equal."""
        if value == ABSENT:
            value = self.part.default or None
        if not value:
            return None
        kind = self.part.value.kind if self.part.value is not None else ""
        if kind == "dateTime":
            return datetime.fromisoformat(value).astimezone(UTC)
        if kind == "boolean":
            return {"1": "true", "0": "false"}.get(value, value)
        value = numbers_of(self.written.system.world).get(value, value)
        return Decimal(value) if kind in NUMBERS and NUMBER.fullmatch(value) else value
