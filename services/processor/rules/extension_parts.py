"""The parts that Create and Update.Extension.Instance share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lms.values import values_of
from services.processor.binding import element_name


@dataclass(frozen=True, slots=True)
class LearningObjective:
    learning_objective_id: str = ""


@dataclass(frozen=True, slots=True)
class Metadata:
    description: str | None = None
    language: str | None = None
    format: str | None = None
    keywords: tuple[str, ...] | None = None
    learning_objectives: tuple[LearningObjective, ...] | None = None
    intended_end_user_role: str | None = None
    grade: str | None = None
    thumbnail_url: str | None = None
    educational_intent: str | None = None
    publisher: str | None = None


@dataclass(frozen=True, slots=True)
class Sharing:
    scope: str


@dataclass(frozen=True, slots=True)
class ElementProperties:
    active: bool | None = None
    assessment_scale: int | None = None


def stored_metadata(metadata: Metadata | None) -> dict[str, Any]:
    """Returns the members that were sent, each under its own name."""
    if metadata is None:
        return {}
    sent = {element_name(name): value for name, value in values_of(metadata).items() if value is not None}
    objectives = metadata.learning_objectives
    if objectives is not None:
        sent["LearningObjectives"] = [one.learning_objective_id for one in objectives]
    return sent
