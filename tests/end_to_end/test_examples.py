"""Every example of every type, sent to a running system: it does what the manual says of it, and is read back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from lxml import etree

from catalogue.document import SiteState, parse_data
from catalogue.examples import FINISHED, Example, ExpectedDetail, examples_of
from catalogue.loader import load_catalogue
from catalogue.model import MessageType
from tests.end_to_end.read_back import assert_read_back
from tests.support.example_world import ExampleSystem
from tests.support.manual_texts import assert_in_manual
from tests.support.partner import Partner, details

TYPES = load_catalogue().types
WRITTEN = [(kind, example) for kind in TYPES if not kind.is_read for example in examples_of(kind.folder)]
READ = [(kind, one) for kind in TYPES if kind.is_read for one in examples_of(kind.folder) if one.is_valid]


def names(cases: list[tuple[MessageType, Example]]) -> list[str]:
    return [f"{kind.name}-{example.name}" for kind, example in cases]


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ExampleSystem]:
    running = ExampleSystem(tmp_path_factory.mktemp("examples"))
    yield running
    running.stop()


@pytest.fixture
def world(examples: ExampleSystem) -> ExampleSystem:
    """The world as the example finds it."""
    examples.restore()
    return examples


def sender(world: ExampleSystem, example: Example) -> Partner:
    """Who sends it: with a SiteId only a credential for all sites may."""
    site = parse_data(example.data).site_id.state
    return world.bound if site is SiteState.ABSENT else world.everywhere


def seen(result: Any) -> tuple[ExpectedDetail, ...]:
    return tuple(ExpectedDetail(one.Type, one.Message, one.SyncKey or "") for one in details(result))


def agrees(expected: ExpectedDetail, got: ExpectedDetail) -> bool:
    key = got.sync_key if expected.sync_key == "*" and got.sync_key else expected.sync_key
    return got == ExpectedDetail(expected.kind, expected.message, key)


@pytest.mark.parametrize(("kind", "example"), WRITTEN, ids=names(WRITTEN))
def test_an_example_has_the_result_that_it_says(world: ExampleSystem, kind: MessageType, example: Example) -> None:
    partner = sender(world, example)
    result = partner.apply(kind.name, example.data)
    got = seen(result)
    assert result.Status == example.status, got
    for one in got:
        assert_in_manual(kind.name, one.message)
    if example.details is None:
        assert example.status == FINISHED
        assert got
        assert {one.kind for one in got} == {"Info"}
    elif example.is_valid:
        assert len(got) == len(example.details), got
        assert all(agrees(said, one) for said, one in zip(example.details, got, strict=True)), got
    else:
        assert got[0] == example.details[0]
    if is_whole(kind, result):
        assert_read_back(world, partner, kind, example, result)


def is_whole(kind: MessageType, result: Any) -> bool:
    """Whether all of a message was applied; of deletions, what a warning says of is there still."""
    left_out = any("Left out" in one.Message for one in details(result))
    whole = (FINISHED, "Warnings") if kind.name == "Delete.Calendar.Event" else (FINISHED,)
    return not left_out and result.Status in whole


@pytest.mark.parametrize(("kind", "example"), READ, ids=names(READ))
def test_an_example_of_a_read_is_answered(world: ExampleSystem, kind: MessageType, example: Example) -> None:
    request = members_of(etree.fromstring(example.data.encode()))
    partner = world.everywhere if "SiteId" in request else world.bound
    operation = getattr(partner.reads, kind.name.replace(".", ""))
    operation(request)


def members_of(element: Any) -> dict[str, Any]:
    """A request as zeep takes it: members by name, those of several values in lists."""
    return {etree.QName(child).localname: member_of(child) for child in element.iterchildren("*")}


def member_of(element: Any) -> Any:
    if len(element):
        names = {etree.QName(child).localname for child in element}
        if len(names) == 1 and len(element) > 1:
            return {names.pop(): [member_of(child) for child in element]}
        return members_of(element)
    return {"true": True, "false": False}.get(element.text, element.text)


def test_an_example_without_its_world_is_refused(world: ExampleSystem) -> None:
    """The world matters: what names something that is not in it has another result."""
    kind, example = next(case for case in WRITTEN if case[1].name == "valid-minimal" and "crs-7" in case[1].data)
    result = world.bound.apply(kind.name, example.data.replace("crs-7", "crs-0"))
    assert result.Status == "Errors"
