"""Personal files: each has a path of its own below its owner's private or public root."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from sqlalchemy import bindparam, select

from lms.elements import Origin, StoredFile, add_key, use_file
from lms.references import FolderReference
from lms.tables import my_file
from lms.unit_of_work import UnitOfWork

ROOT = "\\myfiles"
NUMBERED = 20
LONGEST_STEM = 150

TAKEN = select(my_file.c.path).where(
    my_file.c.owner_id == bindparam("owner_id"),
    my_file.c.visibility == bindparam("visibility"),
    my_file.c.path.in_(bindparam("paths", expanding=True)),
)


@dataclass(frozen=True, slots=True)
class NewFile:
    """A personal file to store; folder None: at the root."""

    owner_id: int
    visibility: str
    folder: FolderReference | None
    sync_key: str
    name: str
    file: StoredFile
    comment: str


def add_my_file(work: UnitOfWork, new: NewFile, origin: Origin) -> str:
    """Stores the file and returns its path; where its name is taken, it gets a number."""
    folder = ROOT if new.folder is None else new.folder.path
    path = free_path(work, new, folder)
    number = work.new_id(my_file)
    add_key(work, new.sync_key, "my_file")
    work.insert(
        my_file,
        {
            "id": number,
            "site_id": work.site_id,
            "owner_id": new.owner_id,
            "visibility": new.visibility,
            "kind": "File",
            "parent_id": None if new.folder is None else new.folder.id,
            "sync_key": new.sync_key,
            "name": path.rpartition("\\")[2],
            "path": path,
            "file_id": new.file.file_id,
            "content_type": new.file.content_type,
            "size": new.file.size,
            "comment": new.comment,
            "vendor_id": origin.vendor_id,
            "created_at": work.now,
            "deleted_at": None,
            "credential_id": origin.credential_id,
            "message_id": origin.message_id,
        },
    )
    use_file(work, new.file, origin, my_file_id=number)
    return path


def free_path(work: UnitOfWork, new: NewFile, folder: str) -> str:
    name = PurePosixPath(new.name)
    stem = name.stem[:LONGEST_STEM]
    numbered = [f"{stem} ({number}){name.suffix}" for number in range(1, NUMBERED)]
    # The last one cannot be taken: the key in it is free.
    names = [new.name, *numbered, f"{stem} ({new.sync_key[:64]}){name.suffix}"]
    paths = [f"{folder}\\{one}" for one in names]
    values = {"owner_id": new.owner_id, "visibility": new.visibility, "paths": paths}
    taken = set(work.connection().scalars(TAKEN, values))
    return next(path for path in paths if path not in taken)
