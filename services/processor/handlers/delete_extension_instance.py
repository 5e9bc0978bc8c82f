"""Delete.Extension.Instance: marks an element deleted; its files stay, so that it can be brought back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lms.extensions import change
from lms.lanes import Detail
from services.processor.context import Context
from services.processor.handler import Handler
from services.processor.rules.contents import check_existing
from services.processor.rules.people import check_user
from services.processor.rules.vendors import check_vendor


@dataclass(frozen=True, slots=True)
class Deletion:
    content_id: int | None = None
    content_sync_key: str | None = None
    user_id: int | None = None
    user_sync_key: str | None = None
    reason: str | None = None


def apply(context: Context, data: Deletion) -> Sequence[Detail]:
    check_vendor(context)
    editor = check_user(context, data)
    found = context.approved(check_existing(context, data))
    values = {"editor_id": context.approved(editor).id, "deleted_at": context.work.now, "delete_reason": data.reason}
    change(context.work, found, values, {})
    context.work.directory.delete_element(found)
    return [context.info("Extension instance deleted", found.sync_key)]


HANDLER = Handler("Delete.Extension.Instance", "ExtensionInstance", Deletion, apply)
