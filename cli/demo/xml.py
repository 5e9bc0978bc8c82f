"""Documents in urn:message-schema, made by lxml."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lxml import etree

SCHEMA = "urn:message-schema"
NAMESPACES: dict[Any, str] = {None: SCHEMA}

Node = etree._Element  # noqa: SLF001 (the only name that lxml gives its elements' type)


def node(name: str, *children: Node | None, text: str = "", **attributes: str) -> Node:
    """Returns an element with those children that are there."""
    element = etree.Element(f"{{{SCHEMA}}}{name}", attributes, nsmap=NAMESPACES)
    element.text = text or None
    element.extend(child for child in children if child is not None)
    return element


def leaf(name: str, value: str | float | bool | None) -> Node | None:
    """Returns an element with that text, or None without a value."""
    if value is None or value == "":
        return None
    return node(name, text=str(value).lower() if isinstance(value, bool) else str(value))


def document(body: Node, *, keys: Sequence[str] = (), vendor: str = "", files: Sequence[Node] = ()) -> str:
    """Returns a message: sync keys, vendor, body and files, in the order of the schema."""
    sync_keys = [node("SyncKey", text=key, ID=f"K{number}") for number, key in enumerate(keys, 1)]
    message = node(
        "Message",
        node("SyncKeys", *sync_keys) if sync_keys else None,
        leaf("VendorId", vendor),
        body,
        node("Files", *files) if files else None,
    )
    etree.cleanup_namespaces(message)
    return etree.tostring(message, encoding="unicode")
