"""Create.MyFiles.Folder: one folder among a person's files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lms.file_areas import NewItem, personal_files
from lms.lanes import Detail
from services.processor.context import Context
from services.processor.handler import Handler
from services.processor.rules.file_areas import check_folder, make_folder
from services.processor.rules.people import check_user
from services.processor.rules.sync_keys import check_key
from services.processor.rules.titles import check_file_name
from services.processor.rules.vendors import check_vendor
from services.processor.rules.wording import FOLDER


@dataclass(frozen=True, slots=True)
class Folder:
    visibility: str
    user_id: int | None = None
    user_sync_key: str | None = None
    parent_sync_key: str | None = None
    name: str = ""


def apply(context: Context, data: Folder) -> Sequence[Detail]:
    check_vendor(context)
    owner = check_user(context, data, FOLDER)
    area = None if owner is None else personal_files(owner.id, data.visibility)
    parent = check_folder(context, area, None, data.parent_sync_key, FOLDER)
    sync_key = check_key(context)
    name = check_file_name(context, data.name, FOLDER.title_invalid)
    return [make_folder(context, context.approved(area), NewItem(parent, sync_key, context.approved(name)))]


HANDLER = Handler("Create.MyFiles.Folder", "Folder", Folder, apply)
