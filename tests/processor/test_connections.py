"""Update.Calendar.Event.ConnectEvents: events of courses become the next of one another."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogue.document import parse_data
from catalogue.gate import Gate
from catalogue.loader import load_catalogue
from tests.processor.conftest import Platform
from tests.processor.events import CONNECT, USER, connections, make, nexts, stored
from tests.processor.peers import Lane

KEYS = ["A=a", "B=b", "C=c", "D=d"]
CATALOGUE = load_catalogue()
GATE = Gate(CATALOGUE)

Link = tuple[str, ...]


async def test_the_source_leads_to_the_target_and_shows_its_additional_description(platform: Platform) -> None:
    await make(platform, "a", "b", "c", "d")
    outcome = await platform.send(CONNECT, connections(KEYS, ("A", "B"), ("C", "D")))
    assert outcome.status == "Finished"
    assert outcome.details == [
        ("CalendarEvent", "Calendar event connected.", "a", "INFO"),
        ("CalendarEvent", "Calendar event connected.", "c", "INFO"),
    ]
    assert nexts(platform) == {"a": "b", "c": "d"}
    assert [key for key, row in sorted(stored(platform).items()) if row.show_extra_description] == ["a", "c"]
    outcome = await platform.send(CONNECT, connections(KEYS, ("C", "B"), ("C",), ("D", "A")))
    assert outcome.texts == ["Calendar event connected.", "Calendar event disconnected.", "Calendar event connected."]
    assert nexts(platform) == {"d": "a"}


async def test_what_cannot_be_connected_is_said_and_nothing_is_left(platform: Platform) -> None:
    await make(platform, "a", "b")
    await make(platform, "own", members=USER)
    cases: list[tuple[list[str], Link, str]] = [
        (["A=a", "B=none"], ("A", "B"), "Event 'none' does not exist in itslearning"),
        (["A=none", "B=b"], ("A", "B"), "Event 'none' does not exist in itslearning"),
        (["A=own", "B=b"], ("A", "B"), "Event 'own' is not a course event."),
        (["A=a", "B=own"], ("A", "B"), "Event 'own' is not a course event."),
        (["A=a", "B=a"], ("A", "B"), "Event 'a' cannot be its own next event."),
        (["A=a"], ("A", "A"), "Event 'a' cannot be its own next event."),
    ]
    for keys, link, text in cases:
        outcome = await platform.send(CONNECT, connections([*keys, "Y=a", "Z=b"], ("Y", "Z"), link))
        assert (outcome.status, outcome.texts) == ("Errors", [text])
        assert nexts(platform) == {}


async def test_a_reference_that_names_no_key_is_a_warning_and_its_connection_left_out(platform: Platform) -> None:
    await make(platform, "a", "b", "c")
    outcome = await platform.send(CONNECT, connections(KEYS[:3], ("A", "Z"), ("Z",), ("B", "C")))
    assert outcome.status == "Warnings"
    assert outcome.texts == ["Supplied SyncRefId not found."] * 2 + ["Calendar event connected."]
    assert nexts(platform) == {"b": "c"}


async def test_events_of_others_are_out_of_reach(platform: Platform) -> None:
    await make(platform, "a", "b")
    for lane in (Lane(2, 12, 6), Lane(3, 13, 5, ("school-b",))):
        outcome = await platform.send(CONNECT, connections(["A=a", "B=b"], ("A", "B")), lane)
        assert outcome.texts == [f"Event '{key}' does not exist in itslearning" for key in ("a", "b")]


def expected(links: Sequence[Link]) -> dict[str, str]:
    """What a list of connections makes: one next and one event before it at most."""
    found: dict[str, str] = {}
    for source, *following in links:
        found.pop(source, None)
        if following:
            found = {one: other for one, other in found.items() if other != following[0]}
            found[source] = following[0]
    return found


def links_of(names: Sequence[str]) -> st.SearchStrategy[list[Link]]:
    pairs = st.permutations(names).map(lambda order: (order[0], order[1]))
    return st.lists(st.one_of(pairs, st.sampled_from(names).map(lambda one: (one,))), min_size=1, max_size=12)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(links=links_of(["A", "B", "C", "D", "E"]))
async def test_any_list_of_connections_leaves_what_its_order_says(platform: Platform, links: list[Link]) -> None:
    mark = hashlib.sha256(repr(links).encode()).hexdigest()[:12] + str(len(platform.lane.messages))
    names = ["A", "B", "C", "D", "E"]
    await make(platform, *(name + mark for name in names))
    outcome = await platform.send(CONNECT, connections([f"{name}={name}{mark}" for name in names], *links))
    assert outcome.status == "Finished"
    assert outcome.keys == [link[0] + mark for link in links]
    mine = {one.removesuffix(mark): other.removesuffix(mark) for one, other in nexts(platform).items() if mark in one}
    assert mine == expected(links)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1010), st.integers(0, 510))
def test_a_message_holds_1_to_1000_keys_and_1_to_500_connections(keys: int, links: int) -> None:
    assert is_accepted(keys, links) is (1 <= keys <= 1000 and 1 <= links <= 500)


@pytest.mark.parametrize(("keys", "links"), [(1, 1), (1000, 500), (1001, 500), (1000, 501), (0, 1), (1, 0)])
def test_the_limits_themselves(keys: int, links: int) -> None:
    assert is_accepted(keys, links) is ((keys, links) in {(1, 1), (1000, 500)})


def is_accepted(keys: int, links: int) -> bool:
    kind = CATALOGUE.by_name(CONNECT)
    assert kind is not None
    document = connections([f"K{number}=k{number}" for number in range(keys)], *[("K0",)] * links)
    return GATE.accept(parse_data(document), kind) is not None
