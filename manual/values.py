"""What an expression can be when only the code is known: values that are there, and those that come with a message."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

MOST: Final = 64
"""Values of one expression that are followed; the texts of one rule are far fewer."""


OPEN: Final = "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}"
CLOSE: Final = "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}"
SPOT: Final = f"{OPEN}[^{CLOSE}]*{CLOSE}…?"
PLACE: Final = re.compile(SPOT)
"""Where something that comes with a message stands in a text."""
RUN: Final = re.compile(f"(?:{SPOT})*({SPOT})")


@dataclass(frozen=True)
class Unknown:
    """A value that comes with a message. label says what it is; kind is its class where an annotation tells."""

    label: str
    kind: type | None = None

    def __str__(self) -> str:
        """As it stands in a text."""
        return f"{OPEN}{self.label.replace('_', ' ')}{CLOSE}"


@dataclass(frozen=True)
class Method:
    """A method of a text, or of an unknown value of a known class."""

    owner: Any
    name: str


@dataclass(frozen=True)
class Many:
    """A collection, by what its items can be."""

    items: tuple[Any, ...]
    label: str = "items"


@dataclass(frozen=True)
class Several:
    """A tuple, by what can stand at each place."""

    places: tuple[tuple[Any, ...], ...]


Values: TypeAlias = list[Any]


def unique(values: Iterable[Any]) -> Values:
    """Each value once, by equality, and not more than are followed."""
    found: Values = []
    for value in values:
        if not any(same(value, other) for other in found):
            found.append(value)
    return found[:MOST]


def same(one: object, other: object) -> bool:
    return one is other or (
        type(one) is type(other) and isinstance(one, str | int | Unknown | Many | Several) and one == other
    )


def joined(parts: Sequence[Values]) -> Values:
    """All texts that parts make one after the other."""
    choices = itertools.islice(itertools.product(*parts), MOST)
    return unique("".join(text_of(value) for value in choice) for choice in choices)


def distinct(texts: Iterable[str]) -> list[str]:
    """Texts that differ in more than the name, or the shortening, of what comes with a message."""
    single = [RUN.sub(r"\1", text) for text in texts]
    first = {PLACE.sub(OPEN, text): text for text in reversed(single)}
    empty = {PLACE.sub("", text) for text in single if PLACE.search(text)}
    return [text for text in reversed(first.values()) if text not in empty]


def text_of(value: object) -> str:
    return str(value) if isinstance(value, str | int | Unknown) else str(Unknown("value"))


def items_of(values: Values, label: str = "item") -> Values:
    """What a loop over a value can meet; label names what is not known."""
    found: Values = []
    for value in values:
        if isinstance(value, Unknown):
            found.append(Unknown(label))
        elif isinstance(value, Many):
            found += value.items
        elif isinstance(value, Several):
            found += [one for place in value.places for one in place]
        elif isinstance(value, tuple | list | set | frozenset | dict):
            found += value
    return unique(found)


def at(values: Values, place: int, label: str) -> Values:
    """What can stand at a place of a tuple; label names what is not known."""
    found: Values = []
    for value in values:
        if isinstance(value, Unknown):
            found.append(Unknown(label))
        elif isinstance(value, Several) and place < len(value.places):
            found += value.places[place]
        elif isinstance(value, tuple) and place < len(value):
            found.append(value[place])
    return unique(found)


def passed_on(name: str, arguments: Sequence[Values]) -> Values | None:
    """What a built-in function makes of collections; None for those that are not known here."""
    items = [items_of(values) for values in arguments]
    if name in {"str", "list", "tuple", "set", "sorted", "reversed", "iter"} and arguments:
        return arguments[0]
    if name == "filter" and len(arguments) > 1:
        return [Many(tuple(one for one in items[1] if one is not None))]
    if name == "next" and arguments:
        return unique([*items[0], *(arguments[1] if len(arguments) > 1 else [])])
    if name == "zip" and arguments:
        return [Many((Several(tuple(map(tuple, items))),))]
    if name == "enumerate" and arguments:
        return [Many((Several(((Unknown("place"),), tuple(items[0]))),))]
    return None


def called(method: Method, arguments: Sequence[Values], named: dict[str, Values]) -> Values:
    """What a method of a text gives; an argument that comes with a message stands in the text as what it is."""
    function: Callable[..., Any] = getattr(method.owner, method.name)
    if method.name == "join":
        for value in arguments[0]:
            if isinstance(value, Unknown | Many):
                return [Unknown(value.label)]
    fills = method.name in {"format", "replace"}
    results: Values = []
    for choice in itertools.islice(itertools.product(*arguments, *named.values()), MOST):
        if not fills and any(isinstance(value, Unknown) for value in choice):
            return [Unknown(method.name)]
        known = [text_of(value) if isinstance(value, Unknown) else value for value in choice]
        try:
            results.append(function(*known[: len(arguments)], **dict(zip(named, known[len(arguments) :], strict=True))))
        except (TypeError, ValueError, LookupError):
            return [Unknown(method.name)]
    return unique(results)
