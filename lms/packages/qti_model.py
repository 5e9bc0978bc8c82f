"""What a QTI 2.1 package says, as plain values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class QtiChoice:
    """One thing to choose, place or match. `role` is its element (simpleChoice, gapText, gap, hotspotChoice …).

    `match_set` is 0 or 1 inside the two sets of a match interaction, otherwise 0. `text` is plain.
    """

    identifier: str
    text: str
    role: str
    match_set: int


@dataclass(frozen=True, slots=True)
class QtiInteraction:
    """One interaction. `kind` is its element without the ending, such as choice, order, textEntry or match."""

    kind: str
    response_identifier: str
    prompt: str
    choices: tuple[QtiChoice, ...]


@dataclass(frozen=True, slots=True)
class QtiResponse:
    """A response declaration. `correct` are the values of the correct response, `mapping` the points by key.

    An area's key is its shape and coordinates with a space between. `upper_bound` limits the sum of the points.
    """

    identifier: str
    cardinality: str
    base_type: str
    correct: tuple[str, ...]
    mapping: tuple[tuple[str, float], ...]
    upper_bound: float | None


@dataclass(frozen=True, slots=True)
class QtiOutcome:
    """An outcome declaration. `maximum` is its normalMaximum, `default` the first default value as written."""

    identifier: str
    cardinality: str
    base_type: str
    maximum: float | None
    default: str


@dataclass(frozen=True, slots=True)
class QtiItem:
    """One question. `href` is its name in the archive, `text` its body without the interactions, `xml` the file.

    `max_score` is what the item declares (normalMaximum or MAXSCORE), otherwise the sum of the best mapped points with
    one point for each response that has a correct value only; None where nothing tells.
    """

    identifier: str
    title: str
    href: str
    text: str
    interactions: tuple[QtiInteraction, ...]
    responses: tuple[QtiResponse, ...]
    outcomes: tuple[QtiOutcome, ...]
    max_score: float | None
    xml: bytes


@dataclass(frozen=True, slots=True)
class QtiItemRef:
    """A place of an item in a test; `href` is the item's name in the archive."""

    identifier: str
    href: str


@dataclass(frozen=True, slots=True)
class QtiSection:
    identifier: str
    title: str
    children: tuple[QtiSection | QtiItemRef, ...]

    def refs(self) -> Iterator[QtiItemRef]:
        for one in self.children:
            if isinstance(one, QtiItemRef):
                yield one
            else:
                yield from one.refs()


@dataclass(frozen=True, slots=True)
class QtiPart:
    """A part of a test. The modes are "linear" or "nonlinear", "individual" or "simultaneous"."""

    identifier: str
    navigation_mode: str
    submission_mode: str
    sections: tuple[QtiSection, ...]


@dataclass(frozen=True, slots=True)
class QtiTest:
    """One test. `href` and `xml` are empty for the test that is made of a package with items alone."""

    identifier: str
    title: str
    href: str
    parts: tuple[QtiPart, ...]
    xml: bytes

    def refs(self) -> Iterator[QtiItemRef]:
        """The places of all items, in the test's order; one item may stand in several."""
        for part in self.parts:
            for section in part.sections:
                yield from section.refs()


@dataclass(frozen=True, slots=True)
class QtiPackage:
    """Tests and items in manifest order; items that only a test names come last."""

    identifier: str
    title: str
    tests: tuple[QtiTest, ...]
    items: tuple[QtiItem, ...]
    warnings: tuple[str, ...]

    def items_of(self, test: QtiTest) -> tuple[QtiItem, ...]:
        """The items of one test in its order, each once."""
        by_href = {item.href: item for item in self.items}
        return tuple(by_href[href] for href in dict.fromkeys(ref.href for ref in test.refs()))
