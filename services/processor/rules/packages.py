"""The one package of a message."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from lms.elements import StoredFile
from services.processor.context import Context, Resources, Step
from services.processor.message import Message
from services.processor.preparation import PackageProblem
from services.processor.rules.files import check_file

ONE_FILE = "Exactly one file needs to be specified."
SHOWN_REMARKS = 5

P = TypeVar("P")


def first_file(message: Message, resources: Resources) -> StoredFile | None:
    """Returns the file to read, where the message names exactly one and it is there."""
    return resources.files.get(message.files[0].file_id) if len(message.files) == 1 else None


def check_package(context: Context, kind: type[P]) -> tuple[StoredFile | None, P | None]:
    """Returns the file and what was read from it."""
    files = context.message.files
    if len(files) != 1:
        context.refuse(ONE_FILE, Step.FILES)
        return None, None
    file = check_file(context, files[0].file_id)
    found = context.resources.prepared
    if isinstance(found, PackageProblem):
        context.refuse(f"Invalid content: {found.text}")
    return file, found if isinstance(found, kind) else None


def remarks(warnings: Sequence[str]) -> str:
    """Returns what is worth telling about an imperfect package, after the text that it was imported."""
    if not warnings:
        return ""
    more = f" ({len(warnings) - SHOWN_REMARKS} more)" if len(warnings) > SHOWN_REMARKS else ""
    return f". {' '.join(warnings[:SHOWN_REMARKS])}{more}"
