"""Reads read_back.toml: where reads show what each member of a message has written.

How a value that is read compares with the one that was sent, where they are not just equal:

    key        each item has the key that the message gives it, or one that was made
    reference  the member refers to a key by its ID, and that is read
    next       the same; without one there is none
    calendar   a course and a group take each other's place
    asked      the read is asked for it
    listed     where the read lists it at all
    given      where the message has it
    once       of equal ones in a row, one
    filled     what has a text
    status     before the first message about it: NotStarted
    each       every record shows all that the message has
    called     the same, and a column without a name is called by its Type
    file       an address, at which the bytes of the file lie
    file name  the file's own name where the message has none
    address    with http:// where the message has no scheme
    truth      1 as true and 0 as false
    questions  the questions of the package that the file is
    single     an element for the whole package, or a folder of elements
    of the library  as that element's content is read
    grade      the number of the grade with that title
    moved      what lessons of a topic work with lies in the folder of the topic
    created    letters are read that are set to Created, no others
    gone       it is not read any more; what a Warning says of stays
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from catalogue.flatten import LIBRARY
from catalogue.model import MessageType
from catalogue.outline import Part, outline_of

PLACE: Final = re.compile(r"(Read\.[A-Za-z.]+): (.+?)(?: \(([a-z ]+)\))?")
BETWEEN: Final = "|"


@dataclass(frozen=True)
class Place:
    """Where a read shows a member. path: XPath from each record that the message wrote. how: as above, "" for equal."""

    read: str
    path: str
    how: str

    @property
    def said(self) -> str:
        """The path for people: without conditions."""
        return re.sub(r"self::[^/|]*/|\[[^]]*\]", "", self.path).replace(BETWEEN, " or ")


@dataclass(frozen=True)
class ReadBack:
    """One type. Members are paths as `member_of` gives them, those that exclude each other in one tuple."""

    shown: dict[tuple[str, ...], tuple[Place, ...]]
    hidden: dict[tuple[str, ...], str]
    no_read: str
    changes: bool

    @property
    def members(self) -> list[str]:
        return [one for names in (*self.shown, *self.hidden) for one in names]


@cache
def read_back_of(name: str) -> ReadBack | None:
    """Returns what reads show of a type; None where the table does not have it, as for one that a deployment adds."""
    table = tomllib.loads((LIBRARY / "read_back.toml").read_text(encoding="utf-8"))
    own = table.get(name)
    if own is None:
        return None
    shown: dict[str, Any] = {}
    hidden: dict[str, str] = {}
    collect(table, own, shown, hidden)
    return ReadBack(
        {names_of(member): places_of(said) for member, said in shown.items()},
        {names_of(member): reason for member, reason in hidden.items()},
        own.get("no_read", ""),
        own.get("changes", False),
    )


def collect(table: Mapping[str, Any], own: Mapping[str, Any], shown: dict[str, Any], hidden: dict[str, str]) -> None:
    """Adds what a table says, after what it is like."""
    for name in own.get("like", ()):
        collect(table, table["shared"][name], shown, hidden)
    shown.update(own.get("shown", {}))
    hidden.update(own.get("hidden", {}))


def names_of(member: str) -> tuple[str, ...]:
    return tuple(member.split(BETWEEN))


def places_of(said: str | list[str]) -> tuple[Place, ...]:
    """Raises ValueError for what is no place."""
    return tuple(place_of(one) for one in ([said] if isinstance(said, str) else said))


def place_of(said: str) -> Place:
    found = PLACE.fullmatch(said)
    if found is None:
        raise ValueError(f"read_back.toml: {said!r} is no place in a read")
    return Place(found.group(1), found.group(2), found.group(3) or "")


def member_of(kind: MessageType, part: Part) -> str:
    """Returns a part's path below Message, without the element that is called as the type."""
    return part.path.removeprefix("/Message/").removeprefix(f"{body_of(kind)}/")


def body_of(kind: MessageType) -> str:
    return kind.name.replace(".", "")


@cache
def members_of(kind: MessageType) -> dict[str, Part]:
    """Returns what a message of the type can say: the parts with a value, by member."""
    parts = (part for _, part in outline_of(kind.schema).walk())
    return {member_of(kind, part): part for part in parts if part.value is not None}
