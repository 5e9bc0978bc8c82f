"""Create.Course.Element.Assignment: one assignment in a course, with its files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from lms.assignments import AssignmentSettings, add_assignment
from lms.lanes import Detail
from services.processor.context import Context
from services.processor.handler import Handler
from services.processor.rules.files import check_attached_files
from services.processor.rules.grading import check_max_score, check_scale
from services.processor.rules.placement import InCourse, check_place
from services.processor.rules.rich_text import clean_text
from services.processor.rules.sync_keys import check_key
from services.processor.rules.titles import check_title

TRUTHS = {"1": "true", "0": "false"}


@dataclass(frozen=True, slots=True)
class Assignment(InCourse):
    title: str = ""
    description: str = ""
    active: bool = True
    deadline: datetime | None = None
    mandatory: bool = False
    assessment: int | None = None
    max_score: int | None = None
    use_groups: str = "false"
    plagiarism: bool = False
    use_anonymous_submission: bool = False

    @property
    def settings(self) -> AssignmentSettings:
        """How the assignment is handed in and marked."""
        return AssignmentSettings(
            self.deadline,
            self.mandatory,
            self.assessment,
            self.max_score,
            TRUTHS.get(self.use_groups, self.use_groups),
            self.plagiarism,
            self.use_anonymous_submission,
        )


def apply(context: Context, data: Assignment) -> Sequence[Detail]:
    place = check_place(context, data)
    sync_key = check_key(context)
    title = check_title(context, data.title)
    if place is not None:
        check_scale(context, data.assessment, place.course_id)
    check_max_score(context, data.max_score)
    files, warning = check_attached_files(context)
    place = context.approved(place)
    new = place.element(context, "Assignment", sync_key, context.approved(title))
    new = replace(new, description=clean_text(context, data.description, place.html_level), active=data.active)
    add_assignment(context.work, new, data.settings, files)
    if warning is not None:
        return [context.warning(warning, sync_key)]
    return [context.info("Assignment created", sync_key)]


HANDLER = Handler("Create.Course.Element.Assignment", "Assignment", Assignment, apply)
