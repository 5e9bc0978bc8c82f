"""Create.Course.Element.Test: a test with the questions of an uploaded QTI package."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from lms.assessments import TestContent, TestSettings, add_test, content_of
from lms.lanes import Detail
from lms.packages.archive import Archive
from lms.packages.qti import read_qti_package
from services.processor.context import Context, Resources
from services.processor.handler import Handler
from services.processor.message import Message
from services.processor.preparation import PackageProblem, Preparation
from services.processor.rules.grading import check_scale
from services.processor.rules.packages import check_package, first_file, remarks
from services.processor.rules.placement import InCourse, check_place
from services.processor.rules.rich_text import clean_text
from services.processor.rules.sync_keys import check_key
from services.processor.rules.titles import check_title


@dataclass(frozen=True, slots=True)
class Test(InCourse):
    title: str = ""
    description: str = ""
    active: bool = True
    deadline: datetime | None = None
    assessment: int | None = None
    use_score: bool = False
    mandatory: bool = False
    scoring_method: bool = False
    completion_criteria: int | None = None
    order: bool = False
    max_time: int | None = None
    show_results: str = "TeacherDecides"
    show_feedback: str = "Nofeedback"

    @property
    def settings(self) -> TestSettings:
        """How the test is taken and marked."""
        return TestSettings(
            self.deadline,
            self.assessment,
            self.use_score,
            self.mandatory,
            self.scoring_method,
            self.completion_criteria,
            self.order,
            self.max_time,
            self.show_results,
            self.show_feedback,
        )


def prepare(preparation: Preparation, message: Message, resources: Resources) -> TestContent | PackageProblem | None:
    return preparation.read_package(message, first_file(message, resources), read)


def read(archive: Archive) -> TestContent:
    return content_of(read_qti_package(archive))


def apply(context: Context, data: Test) -> Sequence[Detail]:
    place = check_place(context, data)
    sync_key = check_key(context)
    title = check_title(context, data.title)
    if place is not None:
        check_scale(context, data.assessment, place.course_id)
    file, package = check_package(context, TestContent)
    place = context.approved(place)
    new = place.element(context, "Test", sync_key, context.approved(title))
    content = context.approved(package)
    new = replace(new, description=clean_text(context, data.description, place.html_level), active=data.active)
    add_test(context.work, new, data.settings, context.approved(file), content)
    return [context.info(f"Test created{remarks(content.warnings)}", sync_key)]


HANDLER = Handler("Create.Course.Element.Test", "Test", Test, apply, prepare=prepare)
