"""What every module that walks XML needs."""

from __future__ import annotations

from typing import Any, TypeAlias

from lxml import etree

Element: TypeAlias = etree._Element  # noqa: SLF001 (lxml has no other name for it)


def local_name(element: Element) -> str:
    """Returns an element's name without its namespace; "" for what is no element."""
    tag = element.tag
    return tag[tag.rfind("}") + 1 :] if isinstance(tag, str) else ""


def has_dtd(document: etree.DocInfo) -> bool:
    """Whether a document declares a DTD, if only an empty one."""
    info: Any = document
    return info.internalDTD is not None
