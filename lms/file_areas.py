"""Trees of files and folders that are found by their paths: personal files, and the file areas of courses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from uuid import uuid4

from sqlalchemy import Table

from lms.elements import Origin, StoredFile, add_key, use_file
from lms.references import FolderReference
from lms.tables import course_file, my_file
from lms.tables.base import FILE_NAME_LENGTH
from lms.unit_of_work import UnitOfWork, Values

NUMBERED = 20
LONGEST_SUFFIX = 50


@dataclass(frozen=True, slots=True)
class FileArea:
    """One tree of a table: its rows are those that have the values of `tree`."""

    table: Table
    root: str
    """What each path begins with."""
    tree: Values


@dataclass(frozen=True, slots=True)
class NewItem:
    """A file to store, or a folder (file None) to make; folder None: at the root."""

    folder: FolderReference | None
    sync_key: str
    name: str
    file: StoredFile | None = None
    comment: str = ""
    more: Values = field(default_factory=dict)
    """Further columns of the area's table."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Where an item is; renamed: its own name was taken, and it has another."""

    path: str
    renamed: bool


def personal_files(owner_id: int, visibility: str) -> FileArea:
    """Returns a person's private or public files."""
    return FileArea(my_file, "\\myfiles", {"owner_id": owner_id, "visibility": visibility})


def course_files(course_id: int) -> FileArea:
    """Returns the file area of a course."""
    return FileArea(course_file, "", {"course_id": course_id})


def add_item(work: UnitOfWork, area: FileArea, new: NewItem, origin: Origin) -> Placed:
    """Stages an item; where its name is taken, it gets a number. Its key must be free."""
    placed = place(work, area, new)
    number = work.new_id(area.table)
    kind = "Folder" if new.file is None else "File"
    add_key(work, new.sync_key, area.table.name)
    work.insert(
        area.table,
        {
            "id": number,
            "site_id": work.site_id,
            "kind": kind,
            "parent_id": None if new.folder is None else new.folder.id,
            "sync_key": new.sync_key,
            "name": placed.path.rpartition("\\")[2],
            "path": placed.path,
            "file_id": None if new.file is None else new.file.file_id,
            "content_type": "" if new.file is None else new.file.content_type,
            "size": 0 if new.file is None else new.file.size,
            "comment": new.comment,
            "vendor_id": origin.vendor_id,
            "created_at": work.now,
            "deleted_at": None,
            "credential_id": origin.credential_id,
            "message_id": origin.message_id,
            **area.tree,
            **new.more,
        },
    )
    if new.file is None:
        folder = FolderReference(number, new.sync_key, placed.path, False, tuple(area.tree.values()))
        work.directory.folders[area.table].remember(folder)
    else:
        use_file(work, new.file, origin, **{f"{area.table.name}_id": number})
    return placed


def place(work: UnitOfWork, area: FileArea, new: NewItem) -> Placed:
    """Returns the first path that nothing in the area has."""
    folder = area.root if new.folder is None else new.folder.path
    paths = [f"{folder}\\{name}" for name in names_for(new)]
    taken = work.directory.taken_paths(area.table, area.tree, paths)
    free = next(path for path in paths if path not in taken)
    work.directory.take_path(area.table, area.tree, free)
    return Placed(free, renamed=free != paths[0])


def names_for(new: NewItem) -> Iterator[str]:
    """Yields the names to try: its own, then numbered ones, at last one that cannot be taken."""
    yield new.name
    suffix = "" if new.file is None else PurePosixPath(new.name).suffix
    suffix = suffix if len(suffix) <= LONGEST_SUFFIX else ""
    for mark in (*range(1, NUMBERED), uuid4()):
        rest = f" ({mark}){suffix}"
        yield new.name[: len(new.name) - len(suffix)][: FILE_NAME_LENGTH - len(rest)] + rest
