"""Compares what reads show of a message with what it says, member for member (catalogue/read_back.toml)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

from catalogue.examples import Example
from catalogue.model import MessageType
from catalogue.read_back import read_back_of
from tests.end_to_end.comparison import Comparison, Values, written_by
from tests.end_to_end.matching import MATCHERS
from tests.support.example_world import ExampleSystem
from tests.support.partner import Partner


def assert_read_back(system: ExampleSystem, partner: Partner, kind: MessageType, example: Example, result: Any) -> None:
    """Reads everything that a message wrote. What it leaves out is its default, or for a change what it was before."""
    table = read_back_of(kind.name)
    assert table is not None
    written = written_by(system, partner, kind, example, result)
    all_of_it = [
        Comparison(written, kind, table, names, place)
        for names, places in table.shown.items()
        for place in places
        if place.how != "asked"
    ]
    comparisons = [one for one in all_of_it if not one.is_of_another_choice]
    after = [one.shown() for one in comparisons]
    before = after
    if table.changes:
        system.restore()
        written.forget()
        before = [one.shown() for one in comparisons]
    found = zip(comparisons, after, before, strict=True)
    wrong = [problem for one, now, then in found for problem in differences(one, now, then)]
    assert not wrong, "\n".join(wrong)


def differences(one: Comparison, after: Sequence[Values], before: Sequence[Values]) -> list[str]:
    """Returns in words what differs between what was sent and what is read, and for changes was read before."""
    match = MATCHERS[one.place.how]
    together = one.is_repeated and one.place.how not in ("each", "called")
    problems = []
    nothing: Values = []
    for now, then in zip_longest(gathered(after, together), gathered(before, together), fillvalue=nothing):
        pair = match(one, one.sent(), now, then)
        if pair is not None and pair[0] != pair[1]:
            place = f"{one.place.read}: {one.place.path}"
            problems.append(f"{' or '.join(one.names)} at {place}: expected {pair[0]}, found {pair[1]}")
    return problems


def gathered(values: Sequence[Values], together: bool) -> list[Values]:
    """One list for each record, or one for all of them; without records, one that holds nothing."""
    if together:
        return [[one for record in values for one in record]]
    return list(values) or [[]]
