"""Create.Course.Element.Instance: an element in a course that shows what an element of the library holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lms.extensions import Instance
from lms.lanes import Detail
from lms.library import add_library_instance, library_content
from services.processor.context import Context
from services.processor.handler import Handler
from services.processor.rules.contents import check_in_library
from services.processor.rules.placement import InCourse, check_place
from services.processor.rules.sync_keys import check_key


@dataclass(frozen=True, slots=True)
class LibraryInstance(InCourse):
    content_id: int | None = None
    content_sync_key: str | None = None


def apply(context: Context, data: LibraryInstance) -> Sequence[Detail]:
    place = check_place(context, data)
    found = check_in_library(context, data)
    sync_key = check_key(context)
    place, found = context.approved(place), context.approved(found)
    content = library_content(context.work, found.id)
    new = place.element(context, "Extension", sync_key, content.title)
    origin = replace(new.origin, vendor_id=new.origin.vendor_id or content.vendor_id)
    new = replace(new, extension_id=content.extension_id, origin=origin)
    instance = Instance("Course", content.metadata, None, content.disallow_modification, content.assessment_scale)
    add_library_instance(context.work, new, instance, found.id)
    return [context.info("Instance created", sync_key)]


HANDLER = Handler("Create.Course.Element.Instance", "Instance", LibraryInstance, apply)
