"""Which extension's element a message changes, deletes or brings from the library into a course."""

from __future__ import annotations

from typing import Protocol

from lms.references import ElementReference
from services.processor.context import Context, Step
from services.processor.rules.naming import find, named_twice

CONTENT = "Content with specified ContentId/ContentSyncKey is "


class NamesContent(Protocol):
    """A body with ContentId and ContentSyncKey."""

    @property
    def content_id(self) -> int | None: ...

    @property
    def content_sync_key(self) -> str | None: ...


def check_existing(context: Context, data: NamesContent) -> ElementReference | None:
    """Returns the element, made with an extension, visible to the credential and not deleted."""
    if named_twice(context, Step.PARENTS, "Content", data.content_id, data.content_sync_key):
        return None
    found = find(context.work.directory.elements, data.content_id, data.content_sync_key)
    if found is None or found.kind != "Extension" or not context.sight.sees_content(found):
        context.refuse(f"{CONTENT}not valid.", Step.PARENTS)
    elif found.deleted:
        context.refuse(f"{CONTENT}deleted.", Step.PARENTS)
    else:
        return found
    return None


def check_in_library(context: Context, data: NamesContent) -> ElementReference | None:
    """Returns the element, which is in the library; what is in a course is no content to bring into one."""
    found = check_existing(context, data)
    if found is not None and found.course_id is not None:
        context.refuse(f"{CONTENT}not valid.", Step.PARENTS)
        return None
    return found
