"""Where files and folders go that are no elements: personal files, and the file areas of courses."""

from __future__ import annotations

from lms.file_areas import FileArea, NewItem, add_item
from lms.lanes import Detail
from lms.references import FolderReference
from lms.unit_of_work import Values
from services.processor.context import Context, Step
from services.processor.rules.files import ListedFile, check_kind
from services.processor.rules.naming import find, named_twice
from services.processor.rules.parents import is_usable
from services.processor.rules.titles import check_file_name
from services.processor.rules.wording import STANDARD, Wording

NAME_TAKEN = "Folder name already exists."


def check_folder(
    context: Context, area: FileArea | None, number: int | None, key: str | None, wording: Wording = STANDARD
) -> FolderReference | None:
    """Returns the folder of the area that is named, None for its root; a folder of another area is unknown."""
    if number is None and key is None:
        return None
    if named_twice(context, Step.PARENTS, "Parent", number, key) or area is None:
        return None
    folder = find(context.work.directory.folders[area.table], number, key)
    there = folder is not None and folder.tree == tuple(area.tree.values())
    deleted = folder is not None and folder.deleted
    return folder if is_usable(context, number, wording, there=there, deleted=deleted) else None


def check_listed_name(context: Context, listed: ListedFile) -> str:
    """Returns the name that the message gives a file, or else the one that it was uploaded with."""
    if listed.file is None:
        return ""
    new = (listed.entry.name or "").strip()
    check_kind(context, new)
    return check_file_name(context, new or listed.file.name) or ""


def store(
    context: Context,
    area: FileArea,
    folder: FolderReference | None,
    listed: ListedFile,
    name: str,
    more: Values | None = None,
) -> Detail:
    """Stores a file of the list Files; the text of its detail is its path."""
    if listed.file is None:
        return context.warning(listed.warning or "")
    new = NewItem(folder, listed.sync_key, name, listed.file, listed.entry.comment, more or {})
    placed = add_item(context.work, area, new, context.origin)
    if listed.warning is not None:
        return context.warning(listed.warning, listed.sync_key)
    return context.info(placed.path, listed.sync_key)


def make_folder(context: Context, area: FileArea, new: NewItem) -> Detail:
    """Makes a folder; the text of its detail is its path, or that its name was taken and it has a number."""
    placed = add_item(context.work, area, new, context.origin)
    if placed.renamed:
        return context.warning(NAME_TAKEN, new.sync_key)
    return context.info(placed.path, new.sync_key)
