"""Stores a QTI package as a test element: its tests, questions and interactions."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from lms.elements import NewElement, StoredFile, add_element, use_file
from lms.gradebook import add_gradebook_item
from lms.packages.qti_model import QtiItem, QtiPackage, QtiPart, QtiSection, QtiTest
from lms.tables import element_test, test_definition, test_interaction, test_item
from lms.unit_of_work import UnitOfWork, Values
from lms.values import values_of


@dataclass(frozen=True, slots=True)
class TestSettings:
    """How a test is taken and marked."""

    deadline: datetime | None
    assessment_scale: int | None
    use_score: bool
    mandatory: bool
    scoring_method: bool
    completion_criteria: int | None
    question_order: bool
    max_time: int | None
    show_results: str
    show_feedback: str


@dataclass(frozen=True, slots=True)
class TestContent:
    """Rows of a package without what tells one test element from another, and what is to be said of the package."""

    definitions: tuple[Values, ...]
    items: tuple[tuple[Values, tuple[Values, ...]], ...]
    """Each with its interactions."""
    warnings: tuple[str, ...]


def content_of(package: QtiPackage) -> TestContent:
    """Returns the rows of a package; they are to be left as they are, since several messages may share them."""
    definitions = tuple(definition_of(position, test) for position, test in enumerate(package.tests, 1))
    items = tuple((item_of(position, item), interactions_of(item)) for position, item in enumerate(package.items, 1))
    return TestContent(definitions, items, package.warnings)


def add_test(
    work: UnitOfWork,
    new: NewElement,
    settings: TestSettings,
    file: StoredFile,
    content: TestContent,
) -> None:
    """Stages a test."""
    element_id = add_element(work, new)
    if settings.assessment_scale is not None:
        add_gradebook_item(work, new.course_id, element_id)
    work.insert(element_test, {"element_id": element_id, "file_id": file.file_id, **values_of(settings)})
    use_file(work, file, new.origin, element_id=element_id)
    for definition in content.definitions:
        work.insert(test_definition, {"element_id": element_id, **definition})
    for item, interactions in content.items:
        number = work.new_id(test_item)
        work.insert(test_item, {"id": number, "element_id": element_id, **item})
        for interaction in interactions:
            work.insert(test_interaction, {"item_id": number, **interaction})


def definition_of(position: int, test: QtiTest) -> Values:
    return {
        "position": position,
        "identifier": test.identifier,
        "title": test.title,
        "parts": [part_of(part) for part in test.parts],
    }


def item_of(position: int, item: QtiItem) -> Values:
    return {
        "position": position,
        "identifier": item.identifier,
        "title": item.title,
        "href": item.href,
        "text": item.text,
        "max_score": finite(item.max_score),
        "responses": finite([asdict(response) for response in item.responses]),
        "outcomes": finite([asdict(outcome) for outcome in item.outcomes]),
        "xml": item.xml,
    }


def interactions_of(item: QtiItem) -> tuple[Values, ...]:
    return tuple(
        {
            "position": position,
            "kind": interaction.kind[:64],
            "response_identifier": interaction.response_identifier,
            "prompt": interaction.prompt,
            "choices": [asdict(choice) for choice in interaction.choices],
        }
        for position, interaction in enumerate(item.interactions, 1)
    )


def part_of(part: QtiPart) -> dict[str, Any]:
    """Returns a part in the form of lms.tables.package."""
    return {
        "identifier": part.identifier,
        "navigation_mode": part.navigation_mode,
        "submission_mode": part.submission_mode,
        "sections": [section_of(section) for section in part.sections],
    }


def section_of(section: QtiSection) -> dict[str, Any]:
    children = [
        section_of(child) if isinstance(child, QtiSection) else {"identifier": child.identifier, "href": child.href}
        for child in section.children
    ]
    return {"identifier": section.identifier, "title": section.title, "children": children}


def finite(value: Any) -> Any:
    """Replaces the numbers that neither JSON nor a score can hold (INF, NaN) by None."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: finite(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [finite(one) for one in value]
    return value
