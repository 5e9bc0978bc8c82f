"""The table of what reads show: it has every member of every type, and the examples prove all that it says."""

from __future__ import annotations

import pytest
from lxml import etree

from catalogue.document import parse_data
from catalogue.examples import Example, examples_of
from catalogue.loader import load_catalogue
from catalogue.model import MessageType
from catalogue.normalise import normalise
from catalogue.read_back import Place, body_of, members_of, place_of, read_back_of

CATALOGUE = load_catalogue()
WRITES = [kind for kind in CATALOGUE.types if not kind.is_read]
READS = {kind.name for kind in CATALOGUE.types if kind.is_read}


@pytest.mark.parametrize("kind", WRITES, ids=lambda kind: kind.name)
def test_every_member_is_shown_or_excused(kind: MessageType) -> None:
    table = read_back_of(kind.name)
    assert table is not None
    if table.no_read:
        assert not table.members
        return
    assert sorted(table.members) == sorted(members_of(kind))
    assert {place.read for places in table.shown.values() for place in places} <= READS


def test_an_example_has_each_member_that_is_shown() -> None:
    """Of members that exclude each other one; types that are alike in a member count as one."""
    said: dict[tuple[tuple[str, ...], tuple[Place, ...]], bool] = {}
    for kind in WRITES:
        table = read_back_of(kind.name)
        assert table is not None
        present = {member for example in examples_of(kind.folder) for member in said_in(kind, example)}
        for entry in table.shown.items():
            said[entry] = said.get(entry, False) or not present.isdisjoint(entry[0])
    assert not [names for (names, _), is_said in said.items() if not is_said]


def said_in(kind: MessageType, example: Example) -> set[str]:
    """The members that a message has which is applied."""
    if example.status not in {"Finished", "Warnings"}:
        return set()
    root = normalise(parse_data(example.data), kind)
    found: set[str] = set()
    for element in root.iter(etree.Element):
        path = "/".join(etree.QName(one).localname for one in [*reversed(list(element.iterancestors())), element])
        member = path.removeprefix("Message/").removeprefix(f"{body_of(kind)}/")
        found |= {member, *(f"{member}/@{name!s}" for name in element.attrib)}
    return found


def test_a_place_is_a_read_and_a_path_in_it() -> None:
    place = place_of("Read.Course.Planner.Lessons: self::*[TopicId]/Title (listed)")
    assert (place.read, place.said, place.how) == ("Read.Course.Planner.Lessons", "Title", "listed")
    with pytest.raises(ValueError, match="is no place in a read"):
        place_of("somewhere")


def test_a_type_of_a_deployment_has_no_entry() -> None:
    assert read_back_of("Create.Something.Else") is None
