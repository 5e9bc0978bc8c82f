"""Stores what an assignment holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lms.elements import NewElement, StoredFile, add_element, use_file
from lms.gradebook import add_gradebook_item
from lms.tables import assignment_file, element_assignment
from lms.unit_of_work import UnitOfWork
from lms.values import values_of


@dataclass(frozen=True, slots=True)
class AssignmentSettings:
    """How an assignment is handed in and marked."""

    deadline: datetime | None
    mandatory: bool
    assessment_scale: int | None
    max_score: int | None
    use_groups: str
    plagiarism: bool
    anonymous: bool


def add_assignment(
    work: UnitOfWork, new: NewElement, settings: AssignmentSettings, files: Sequence[StoredFile]
) -> None:
    """Stages an assignment; no file comes twice."""
    element_id = add_element(work, new)
    work.insert(element_assignment, {"element_id": element_id, **values_of(settings)})
    if settings.assessment_scale is not None or settings.max_score is not None:
        add_gradebook_item(work, new.course_id, element_id)
    for position, file in enumerate(files, 1):
        work.insert(
            assignment_file,
            {
                "element_id": element_id,
                "position": position,
                "file_id": file.file_id,
                "name": file.name,
                "content_type": file.content_type,
                "size": file.size,
            },
        )
        use_file(work, file, new.origin, element_id=element_id)
