"""Create.MyFiles.File: a personal file for each File of the list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lms.file_areas import personal_files
from lms.lanes import Detail
from services.processor.context import Context
from services.processor.handler import Handler
from services.processor.rules.file_areas import check_folder, check_listed_name, store
from services.processor.rules.files import check_listed_files
from services.processor.rules.people import check_user
from services.processor.rules.vendors import check_vendor


@dataclass(frozen=True, slots=True)
class Files:
    visibility: str
    user_id: int | None = None
    user_sync_key: str | None = None
    parent_sync_key: str | None = None


def apply(context: Context, data: Files) -> Sequence[Detail]:
    check_vendor(context)
    owner = check_user(context, data)
    area = None if owner is None else personal_files(owner.id, data.visibility)
    folder = check_folder(context, area, None, data.parent_sync_key)
    listed = check_listed_files(context)
    names = [check_listed_name(context, one) for one in listed]
    checked = context.approved(area)
    return [store(context, checked, folder, one, name) for one, name in zip(listed, names, strict=True)]


HANDLER = Handler("Create.MyFiles.File", "File", Files, apply)
