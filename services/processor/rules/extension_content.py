"""The content of an extension's element must fit the extension (writes.yaml extension_content)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from lms.elements import Link, StoredFile
from lms.extensions import Content, LtiConfiguration
from services.processor.binding import Element
from services.processor.context import Context, Step
from services.processor.message import Message
from services.processor.rules.files import NO_MATCH, renamed
from services.processor.rules.links import check_url, opening
from services.processor.rules.single_use import check_unused

LONGEST_FILE_NAME = 155
INCOMPLETE_FILE = "Invalid content: both file id and file name need to be specified"
LONG_FILE_NAME = (
    f"Invalid content: the length of the file name is too long (the maximum length is {LONGEST_FILE_NAME} characters)."
)
LINK_OR_FILE = "Invalid content: either a link or a file needs to be specified"
NO_CONFIGURATION = (
    "Invalid content: one of XmlConfiguration, ManualConfiguration and DeepLinkConfiguration needs to be specified"
)
OWN_KEYS = (
    "Invalid content: ApplicationKey and SharedSecret must not be specified with LaunchCredentialManagement "
    "ToolConsumerWide"
)
NO_VENDOR = "Invalid content: VendorId needs to be specified with LaunchCredentialManagement ToolConsumerWide"
DOES_NOT_FIT = "Invalid content: the content does not fit the extension"


@dataclass(frozen=True, slots=True)
class FileLinkContent:
    active: bool | None = None
    description: str | None = None
    file_content_type: str | None = None
    file_location: str | None = None
    file_name: str | None = None
    hide_link: bool = False
    link: str | None = None
    open_in: str = "ExistingWindow"


@dataclass(frozen=True, slots=True)
class FileContent:
    description: str | None = None
    file_content_type: str | None = None
    file_location: str | None = None
    file_name: str | None = None


@dataclass(frozen=True, slots=True)
class LinkContent:
    description: str | None = None
    embed_link_target: str | None = None
    link: str | None = None


@dataclass(frozen=True, slots=True)
class XmlConfiguration:
    url: str | None = None
    xml: Element | None = None


@dataclass(frozen=True, slots=True)
class LtiContent:
    xml_configuration: XmlConfiguration | None = None
    manual_configuration: Element | None = None
    deep_link_configuration: Element | None = None
    application_key: str | None = None
    shared_secret: str | None = None
    launch_credential_management: str = "LinkLevel"
    description: str | None = None
    open_in: str = "ExistingWindow"
    hash_algorithm: str = "Sha1"


@dataclass(frozen=True, slots=True)
class ExtensionContent:
    """The element Content: one of these."""

    file_link_content: FileLinkContent | None = None
    file_content: FileContent | None = None
    link_content: LinkContent | None = None
    lti_content: LtiContent | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """Content that fits. description and active are None where it does not speak of them."""

    content: Content
    description: str | None
    active: bool | None = None


def content_files(message: Message) -> Sequence[str]:
    """Returns the ids of files that the content names."""
    content: ExtensionContent | None = message.data.content
    if content is None:
        return ()
    files = (content.file_link_content, content.file_content)
    return [one.file_location for one in files if one is not None and one.file_location]


def check_content(
    context: Context, name: str, content: ExtensionContent, vendor_id: str | None, element_id: int | None = None
) -> Checked | None:
    """Returns the content for the extension of this name.

    vendor_id is the element's own, which an update does not change; element_id is None for one that is to be made.
    """
    if name == "FileLink" and content.file_link_content is not None:
        return check_file_link(context, content.file_link_content, element_id)
    if name == "File" and content.file_content is not None:
        file = check_file_content(context, content.file_content, element_id)
        return None if file is None else Checked(file, content.file_content.description)
    if name == "Link" and content.link_content is not None:
        url = check_url(context, content.link_content.link)
        link = Link(url or "", embed_link_target=content.link_content.embed_link_target)
        return Checked(link, content.link_content.description)
    if name == "LTI" and content.lti_content is not None:
        lti = check_lti(context, content.lti_content, vendor_id)
        return None if lti is None else Checked(lti, content.lti_content.description)
    context.refuse(DOES_NOT_FIT)
    return None


def check_file_link(context: Context, content: FileLinkContent, element_id: int | None) -> Checked | None:
    is_file = content.file_location is not None or content.file_name is not None
    if is_file == (content.link is not None):
        context.refuse(LINK_OR_FILE)
        return None
    if is_file:
        file = check_file_content(context, content, element_id)
        return None if file is None else Checked(file, content.description, content.active)
    url = check_url(context, content.link)
    link = Link(url or "", opening(content.open_in), hide_link=content.hide_link)
    return Checked(link, content.description, content.active)


def check_file_content(
    context: Context, content: FileLinkContent | FileContent, element_id: int | None
) -> StoredFile | None:
    name = (content.file_name or "").strip()
    if not content.file_location or not name:
        context.refuse(INCOMPLETE_FILE)
        return None
    if len(name) > LONGEST_FILE_NAME:
        context.refuse(LONG_FILE_NAME)
        return None
    file = context.resources.files.get(content.file_location)
    if file is None:
        context.refuse(NO_MATCH, Step.FILES)
        return None
    check_unused(context, file, element_id=element_id)
    return renamed(context, file, name, content.file_content_type)


def check_lti(context: Context, content: LtiContent, vendor_id: str | None) -> LtiConfiguration | None:
    if content.launch_credential_management == "ToolConsumerWide":
        if content.application_key is not None or content.shared_secret is not None:
            context.refuse(OWN_KEYS)
        if vendor_id is None:
            context.refuse(NO_VENDOR)
    configurations = list(configurations_of(content))
    if len(configurations) != 1:
        context.refuse(NO_CONFIGURATION)
        return None
    configuration, url, xml = configurations[0]
    return LtiConfiguration(
        configuration,
        url,
        xml,
        content.application_key,
        content.shared_secret,
        content.launch_credential_management,
        content.open_in,
        content.hash_algorithm,
    )


def configurations_of(content: LtiContent) -> list[tuple[str, str | None, str | None]]:
    """Returns what is configured: which way, address, XML."""
    found: list[tuple[str, str | None, str | None]] = []
    if content.xml_configuration is not None:
        url, xml = content.xml_configuration.url, content.xml_configuration.xml
        if url is not None and url.strip():
            found.append(("XmlUrl", url.strip(), None))
        elif xml is not None and inner_xml(xml):
            found.append(("Xml", None, inner_xml(xml)))
    others = (("Manual", content.manual_configuration), ("DeepLink", content.deep_link_configuration))
    found.extend((name, None, inner_xml(one)) for name, one in others if one is not None and inner_xml(one))
    return found


def inner_xml(element: Element) -> str:
    """Returns what stands inside an element, as it came: text, or XML with its own namespaces."""
    children = "".join(etree.tostring(child, encoding="unicode") for child in element)
    return ((element.text or "") + children).strip()
