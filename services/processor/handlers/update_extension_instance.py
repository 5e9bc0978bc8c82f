"""Update.Extension.Instance: changes what the message speaks of, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lms.extensions import LtiConfiguration, change, current, replace_content
from lms.lanes import Detail
from lms.references import ElementReference
from lms.unit_of_work import Values
from services.processor.context import Context, Step, UsedFile
from services.processor.handler import Handler
from services.processor.rules.contents import check_existing
from services.processor.rules.extension_content import Checked, ExtensionContent, check_content, content_files
from services.processor.rules.extension_parts import ElementProperties, Metadata, Sharing, stored_metadata
from services.processor.rules.grading import TOOL_SCALE_INVALID, check_scale
from services.processor.rules.people import check_user
from services.processor.rules.titles import check_title
from services.processor.rules.vendors import check_vendor

VENDOR_FIXED = "VendorId cannot be added, changed or removed by an update."


@dataclass(frozen=True, slots=True)
class Changes:
    content_id: int | None = None
    content_sync_key: str | None = None
    user_id: int | None = None
    user_sync_key: str | None = None
    title: str | None = None
    metadata: Metadata | None = None
    sharing: Sharing | None = None
    content: ExtensionContent | None = None
    disallow_modification: bool | None = None
    element_properties: ElementProperties = ElementProperties()  # noqa: RUF009 (it cannot be changed)


def apply(context: Context, data: Changes) -> Sequence[Detail]:
    check_vendor(context)
    editor = check_user(context, data)
    found = check_existing(context, data)
    title = None if data.title is None else check_title(context, data.title)
    if found is not None:
        check_scale(context, data.element_properties.assessment_scale, found.course_id, TOOL_SCALE_INVALID)
    content = None if found is None else check_new_content(context, found, data)
    element = context.approved(found)
    of_element: Values = {"editor_id": context.approved(editor).id}
    put(of_element, "title", title)
    put(of_element, "active", data.element_properties.active)
    if content is not None:
        put(of_element, "description", content.description)
        if data.element_properties.active is None:
            put(of_element, "active", content.active)
    change(context.work, element, of_element, instance_values(data))
    if content is not None:
        let_go = replace_content(context.work, element.id, content.content, context.origin)
        context.let_go += [UsedFile(message_id, credential, file) for credential, message_id, file in let_go]
    return [context.info("Extension instance updated", element.sync_key)]


def check_new_content(context: Context, found: ElementReference, data: Changes) -> Checked | None:
    """Returns the new content, where the message has any; launch keys that it does not name stay as they are."""
    stored = current(context.work, found.id)
    name = context.extensions.get(stored.extension_id, "")
    vendor_id = context.message.vendor_id
    if name == "LTI" and vendor_id is not None and vendor_id != stored.vendor_id:
        context.refuse(VENDOR_FIXED, Step.VENDOR)
    if data.content is None:
        return None
    checked = check_content(context, name, data.content, stored.vendor_id, found.id)
    if checked is None or not isinstance(checked.content, LtiConfiguration):
        return checked
    lti = checked.content
    if lti.launch_credential_management == "LinkLevel":
        lti = replace(
            lti,
            application_key=lti.application_key or stored.application_key,
            shared_secret=lti.shared_secret or stored.shared_secret,
        )
    return replace(checked, content=lti)


def instance_values(data: Changes) -> Values:
    values: Values = {}
    put(values, "metadata", None if data.metadata is None else stored_metadata(data.metadata))
    put(values, "sharing_scope", None if data.sharing is None else data.sharing.scope)
    put(values, "disallow_modification", data.disallow_modification)
    put(values, "assessment_scale", data.element_properties.assessment_scale)
    return values


def put(values: Values, name: str, value: object) -> None:
    """Adds a value that the message speaks of."""
    if value is not None:
        values[name] = value


HANDLER = Handler("Update.Extension.Instance", "ExtensionInstance", Changes, apply, content_files)
