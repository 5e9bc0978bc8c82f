"""Create.Course.Element.File: an element for each File of the list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lms.elements import add_element, add_file
from lms.lanes import Detail
from services.processor.context import Context
from services.processor.handler import Handler
from services.processor.rules.files import ListedFile, check_listed_files
from services.processor.rules.placement import InCourse, Place, check_place
from services.processor.rules.titles import check_title


@dataclass(frozen=True, slots=True)
class Files(InCourse):
    active: bool = True


def apply(context: Context, data: Files) -> Sequence[Detail]:
    place = check_place(context, data)
    listed = check_listed_files(context)
    titles = [title_of(context, one) for one in listed]
    checked = context.approved(place)
    return [add(context, checked, data, one, title) for one, title in zip(listed, titles, strict=True)]


def title_of(context: Context, listed: ListedFile) -> str:
    """Returns the File's Name, or else the name that it was uploaded with."""
    if listed.file is None:
        return ""
    name = (listed.entry.name or "").strip() or listed.file.name
    return check_title(context, name) or ""


def add(context: Context, place: Place, data: Files, listed: ListedFile, title: str) -> Detail:
    if listed.file is None:
        return context.warning(listed.warning or "")
    new = place.element(context, "File", listed.sync_key, title)
    number = add_element(context.work, replace(new, active=data.active))
    add_file(context.work, number, listed.file, context.origin, listed.entry.comment)
    if listed.warning is not None:
        return context.warning(listed.warning, listed.sync_key)
    return context.info("File created", listed.sync_key)


HANDLER = Handler("Create.Course.Element.File", "File", Files, apply)
