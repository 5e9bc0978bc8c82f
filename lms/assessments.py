"""Stores a QTI package as a test element: its tests, questions and interactions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from lms.elements import NewElement, StoredFile, add_element, use_file
from lms.gradebook import add_gradebook_item
from lms.packages.qti_model import QtiInteraction, QtiItem, QtiPackage, QtiPart, QtiSection
from lms.tables import element_test, test_definition, test_interaction, test_item
from lms.unit_of_work import UnitOfWork


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


def add_test(
    work: UnitOfWork,
    new: NewElement,
    settings: TestSettings,
    file: StoredFile,
    content: QtiPackage,
) -> None:
    """Stages a test."""
    element_id = add_element(work, new)
    if settings.assessment_scale is not None:
        add_gradebook_item(work, new.course_id, element_id)
    work.insert(element_test, {"element_id": element_id, "file_id": file.file_id, **asdict(settings)})
    use_file(work, file, new.origin, element_id=element_id)
    for position, test in enumerate(content.tests, 1):
        work.insert(
            test_definition,
            {
                "element_id": element_id,
                "position": position,
                "identifier": test.identifier,
                "title": test.title,
                "parts": [part_of(part) for part in test.parts],
            },
        )
    for position, item in enumerate(content.items, 1):
        add_item(work, element_id, position, item)


def add_item(work: UnitOfWork, element_id: int, position: int, item: QtiItem) -> None:
    number = work.new_id(test_item)
    work.insert(
        test_item,
        {
            "id": number,
            "element_id": element_id,
            "position": position,
            "identifier": item.identifier,
            "title": item.title,
            "href": item.href,
            "text": item.text,
            "max_score": finite(item.max_score),
            "responses": finite([asdict(response) for response in item.responses]),
            "outcomes": finite([asdict(outcome) for outcome in item.outcomes]),
            "xml": item.xml,
        },
    )
    add_interactions(work, number, item.interactions)


def add_interactions(work: UnitOfWork, item_id: int, interactions: Sequence[QtiInteraction]) -> None:
    for position, interaction in enumerate(interactions, 1):
        work.insert(
            test_interaction,
            {
                "item_id": item_id,
                "position": position,
                "kind": interaction.kind[:64],
                "response_identifier": interaction.response_identifier,
                "prompt": interaction.prompt,
                "choices": [asdict(choice) for choice in interaction.choices],
            },
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
