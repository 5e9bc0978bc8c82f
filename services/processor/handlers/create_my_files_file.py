"""Create.MyFiles.File: a personal file for each File of the list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lms.lanes import Detail
from lms.my_files import NewFile, add_my_file
from lms.references import FolderReference, PersonReference
from services.processor.context import Context, Step
from services.processor.handler import Handler
from services.processor.rules.files import ListedFile, check_kind, check_listed_files
from services.processor.rules.people import check_user
from services.processor.rules.titles import check_file_name
from services.processor.rules.vendors import check_vendor
from services.processor.rules.wording import STANDARD


@dataclass(frozen=True, slots=True)
class Files:
    visibility: str
    user_id: int | None = None
    user_sync_key: str | None = None
    parent_sync_key: str | None = None


def apply(context: Context, data: Files) -> Sequence[Detail]:
    check_vendor(context)
    owner = check_user(context, data)
    folder = check_folder(context, data, owner)
    listed = check_listed_files(context)
    names = [name_of(context, one) for one in listed]
    checked = context.approved(owner)
    return [add(context, checked, folder, data, one, name) for one, name in zip(listed, names, strict=True)]


def check_folder(context: Context, data: Files, owner: PersonReference | None) -> FolderReference | None:
    """Returns the owner's folder of this visibility, None for the root."""
    if data.parent_sync_key is None or owner is None:
        return None
    folder = context.work.directory.folders.by_key(data.parent_sync_key)
    if folder is None or (folder.owner_id, folder.visibility) != (owner.id, data.visibility):
        context.refuse(STANDARD.parent_invalid, Step.PARENTS)
    elif folder.deleted:
        context.refuse(STANDARD.parent_deleted, Step.PARENTS)
    return folder


def name_of(context: Context, listed: ListedFile) -> str:
    if listed.file is None:
        return ""
    new = (listed.entry.name or "").strip()
    check_kind(context, new)
    return check_file_name(context, new or listed.file.name) or ""


def add(
    context: Context,
    owner: PersonReference,
    folder: FolderReference | None,
    data: Files,
    listed: ListedFile,
    name: str,
) -> Detail:
    if listed.file is None:
        return context.warning(listed.warning or "")
    new = NewFile(owner.id, data.visibility, folder, listed.sync_key, name, listed.file, listed.entry.comment)
    path = add_my_file(context.work, new, context.origin)
    if listed.warning is not None:
        return context.warning(listed.warning, listed.sync_key)
    return context.info(path, listed.sync_key)


HANDLER = Handler("Create.MyFiles.File", "File", Files, apply)
