"""Create.Course.Element.Folder: one folder in a course."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lms.elements import add_element
from lms.lanes import Detail
from services.processor.context import Context
from services.processor.handler import Handler
from services.processor.rules.placement import InCourse, check_place
from services.processor.rules.sync_keys import check_key
from services.processor.rules.titles import check_title
from services.processor.rules.wording import FOLDER


@dataclass(frozen=True, slots=True)
class Folder(InCourse):
    title: str = ""
    description: str = ""
    active: bool = True
    security: str = "Inherit"


def apply(context: Context, data: Folder) -> Sequence[Detail]:
    place = check_place(context, data, FOLDER)
    sync_key = check_key(context)
    title = check_title(context, data.title, FOLDER)
    new = context.approved(place).element(context, "Folder", sync_key, context.approved(title))
    add_element(context.work, replace(new, description=data.description, active=data.active, security=data.security))
    return [context.info("Folder created", sync_key)]


HANDLER = Handler("Create.Course.Element.Folder", "Folder", Folder, apply)
