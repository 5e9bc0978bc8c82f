"""The lesson plan with made-up ids of files."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest

from cli.demo.composer import Composer
from cli.demo.course import Message
from cli.demo.lesson_plan import UPLOADS, LessonPlan
from cli.samples import samples_folder


@pytest.fixture(scope="session")
def messages() -> tuple[Message, ...]:
    files = {Path(name).name: str(uuid.uuid5(uuid.NAMESPACE_URL, name)) for name in UPLOADS}
    composer = Composer("course-1", "user-1", "demo-vendor", files)
    return LessonPlan(composer, samples_folder(), "demo-1").messages()
