"""Create.Extension.Instance: one element made with an extension, in a course or in the library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lms.extensions import Instance, add_instance
from lms.lanes import Detail
from services.processor.context import Context
from services.processor.handler import Handler
from services.processor.rules.extension_content import Checked, ExtensionContent, check_content, content_files
from services.processor.rules.extension_parts import ElementProperties, Metadata, Sharing, stored_metadata
from services.processor.rules.grading import TOOL_SCALE_INVALID, check_scale
from services.processor.rules.people import check_user
from services.processor.rules.placement import InCourse, Place, check_place
from services.processor.rules.sync_keys import check_key
from services.processor.rules.titles import check_title
from services.processor.rules.vendors import check_vendor

UNKNOWN_EXTENSION = "Extension with specified ExtensionId is not valid."


@dataclass(frozen=True, slots=True, kw_only=True)
class NewInstance(InCourse):
    location: str
    extension_id: int
    content: ExtensionContent
    title: str = ""
    metadata: Metadata | None = None
    sharing: Sharing | None = None
    disallow_modification: bool = False
    element_properties: ElementProperties = ElementProperties()  # noqa: RUF009 (it cannot be changed)


def apply(context: Context, data: NewInstance) -> Sequence[Detail]:
    place = check_place(context, data) if data.location == "Course" else check_library(context, data)
    sync_key = check_key(context)
    title = check_title(context, data.title)
    if place is not None:
        check_scale(context, data.element_properties.assessment_scale, place.course_id, TOOL_SCALE_INVALID)
    checked = check_extension(context, data)
    new = context.approved(place).element(context, "Extension", sync_key, context.approved(title))
    content = context.approved(checked)
    properties = data.element_properties
    active = next((one for one in (properties.active, content.active) if one is not None), True)
    new = replace(
        new, extension_id=data.extension_id, active=active, description=content.description or new.description
    )
    instance = Instance(
        data.location,
        stored_metadata(data.metadata),
        None if data.sharing is None else data.sharing.scope,
        data.disallow_modification,
        properties.assessment_scale,
    )
    add_instance(context.work, new, instance, content.content)
    return [context.info("Extension instance created", sync_key)]


def check_library(context: Context, data: NewInstance) -> Place | None:
    """The library has no courses and folders: what the message says of them is passed over, as clients send it."""
    check_vendor(context)
    creator = check_user(context, data)
    return None if creator is None else Place(creator, None, None)


def check_extension(context: Context, data: NewInstance) -> Checked | None:
    name = context.extensions.get(data.extension_id)
    if name is None:
        context.refuse(UNKNOWN_EXTENSION)
        return None
    return check_content(context, name, data.content, context.message.vendor_id)


HANDLER = Handler("Create.Extension.Instance", "ExtensionInstance", NewInstance, apply, content_files)
