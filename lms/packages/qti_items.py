"""Reads one QTI 2.1 assessment item."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from lms.packages.errors import PackageError, quoted
from lms.packages.manifest import TITLE_LENGTH
from lms.packages.qti_model import QtiChoice, QtiInteraction, QtiItem, QtiOutcome, QtiResponse
from lms.packages.xml import Element, attribute, child, children, descendants, local, parse_xml, text_of

INTERACTION: Final = "Interaction"
TEXT_LENGTH: Final = 4_000
CHOICE_ROLES: Final = frozenset(
    {
        "simpleChoice",
        "inlineChoice",
        "simpleAssociableChoice",
        "gapText",
        "gapImg",
        "gap",
        "hottext",
        "hotspotChoice",
        "associableHotspot",
    }
)


def read_item(data: bytes, href: str) -> QtiItem:
    """Reads an assessment item. Raises PackageError when the file is no QTI 2 item."""
    root = parse_xml(data, href)
    if local(root) != "assessmentItem":
        raise PackageError(f"The file {quoted(href)} in the package is not a QTI item.")
    body = child(root, "itemBody")
    responses = tuple(read_response(element) for element in children(root, "responseDeclaration"))
    outcomes = tuple(read_outcome(element) for element in children(root, "outcomeDeclaration"))
    identifier = attribute(root, "identifier") or href
    return QtiItem(
        identifier=identifier,
        title=(attribute(root, "title") or identifier)[:TITLE_LENGTH],
        href=href,
        text=plain(body, inside=False),
        interactions=tuple(read_interactions(body)),
        responses=responses,
        outcomes=outcomes,
        max_score=max_score(responses, outcomes),
        xml=data,
    )


def read_interactions(body: Element | None) -> Iterator[QtiInteraction]:
    if body is None:
        return
    for element in body.iter():
        name = local(element)
        if name.endswith(INTERACTION) and name != INTERACTION:
            yield QtiInteraction(
                kind=name.removesuffix(INTERACTION),
                response_identifier=attribute(element, "responseIdentifier"),
                prompt=plain(child(element, "prompt")),
                choices=tuple(read_choices(element)),
            )


def read_choices(interaction: Element) -> Iterator[QtiChoice]:
    sets = list(children(interaction, "simpleMatchSet"))
    for number, holder in enumerate(sets or [interaction]):
        for element in holder.iter():
            if local(element) in CHOICE_ROLES:
                yield QtiChoice(attribute(element, "identifier"), plain(element), local(element), number)


def plain(element: Element | None, *, inside: bool = True) -> str:
    """Returns the text of an element with the alternative texts of its pictures.

    With `inside` false the interactions below it, and feedback that shows only afterwards, are left out.
    """
    if element is None:
        return ""
    return " ".join("".join(pieces(element, inside=inside)).split())[:TEXT_LENGTH]


def pieces(element: Element, *, inside: bool) -> Iterator[str]:
    yield element.text or ""
    for one in element:
        name = local(one)
        if name == "img":
            yield f" {attribute(one, 'alt')} "
        elif inside or not (name.endswith(INTERACTION) or name.startswith(("feedback", "rubric"))):
            yield from pieces(one, inside=inside)
        yield f" {one.tail or ''}" if name in ("p", "div", "br", "li", "td", "th", "object") else one.tail or ""


def read_response(element: Element) -> QtiResponse:
    mapping = child(element, "mapping")
    areas = child(element, "areaMapping")
    entries = [(attribute(one, "mapKey"), one) for one in children(mapping, "mapEntry")]
    entries += [(area(one), one) for one in children(areas, "areaMapEntry")]
    bounds = [number(attribute(one, "upperBound")) for one in (mapping, areas) if one is not None]
    return QtiResponse(
        identifier=attribute(element, "identifier"),
        cardinality=attribute(element, "cardinality"),
        base_type=attribute(element, "baseType"),
        correct=tuple(text_of(value) for value in children(child(element, "correctResponse"), "value")),
        mapping=tuple((key, number(attribute(one, "mappedValue")) or 0.0) for key, one in entries),
        upper_bound=next((bound for bound in bounds if bound is not None), None),
    )


def area(entry: Element) -> str:
    return f"{attribute(entry, 'shape')} {attribute(entry, 'coords')}"


def read_outcome(element: Element) -> QtiOutcome:
    return QtiOutcome(
        identifier=attribute(element, "identifier"),
        cardinality=attribute(element, "cardinality"),
        base_type=attribute(element, "baseType"),
        maximum=number(attribute(element, "normalMaximum")),
        default=text_of(next(descendants(child(element, "defaultValue"), "value"), None)),
    )


def number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def max_score(responses: tuple[QtiResponse, ...], outcomes: tuple[QtiOutcome, ...]) -> float | None:
    named = {outcome.identifier: outcome for outcome in outcomes}
    if (score := named.get("SCORE")) is not None and score.maximum is not None:
        return score.maximum
    if (declared := named.get("MAXSCORE")) is not None and (value := number(declared.default)) is not None:
        return value
    points = [best for response in responses if (best := best_points(response)) is not None]
    return sum(points) if points else None


def best_points(response: QtiResponse) -> float | None:
    if not response.mapping:
        return 1.0 if response.correct else None
    gains = [value for _, value in response.mapping if value > 0]
    best = max(gains, default=0.0) if response.cardinality == "single" else sum(gains)
    return best if response.upper_bound is None else min(best, response.upper_bound)
