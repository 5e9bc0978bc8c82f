"""Messages about elements that are made with an extension: their making, their change, their end."""

from __future__ import annotations

from dataclasses import replace

from cli.demo.composer import Composer
from cli.demo.course import Element, Message
from cli.demo.xml import Node, document, leaf, node

FILE_LINK, LTI, FILE, LINK = 5000, 5003, 5009, 5010


def create(
    composer: Composer, key: str, parent: str, title: str, extension: int, content: Node, *, holds: str = ""
) -> Message:
    """Makes an element whose content must have a text when it is read."""
    element = Element(title, kind_of(content), key, holds=(holds,) if holds else ())
    body = node(
        "CreateExtensionInstance",
        leaf("Location", "Course"),
        leaf("ExtensionId", extension),
        *composer.place(parent),
        composer.actor(),
        leaf("Title", title),
        node("Content", content),
        node("ElementProperties", leaf("Active", value=True)),
    )
    text = document(body, keys=[key], vendor=composer.vendor)
    return Message("Create.Extension.Instance", title, text, (key,), parent, (element,))


def retitle(composer: Composer, made: Message, title: str) -> Message:
    """Gives another title to what a message made."""
    element = replace(made.shows[0], title=title)
    body = node("UpdateExtensionInstance", leaf("ContentSyncKey", element.key), composer.actor(), leaf("Title", title))
    text = document(body, vendor=composer.vendor)
    return Message("Update.Extension.Instance", title, text, (element.key,), made.parent, (element,))


def delete(composer: Composer, made: Message, reason: str) -> Message:
    """Deletes what a message made."""
    key = made.shows[0].key
    body = node("DeleteExtensionInstance", leaf("ContentSyncKey", key), composer.actor(), leaf("Reason", reason))
    return Message("Delete.Extension.Instance", made.title, document(body), (key,), removes=key)


def kind_of(content: Node) -> str:
    """Returns how reads name an element with that content: FileLink is a file or a link."""
    if content.find("{*}XmlConfiguration") is not None:
        return "LTI"
    return "Link" if content.find("{*}FileLocation") is None else "File"
