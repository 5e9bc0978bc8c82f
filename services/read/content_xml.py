"""Writes content as the data-contract serializer would: members in their order, i:nil for what is not there."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lxml import etree

NAMESPACE = (
    "http://schemas.datacontract.org/2004/07/Itslearning.Integration.ContentImport.Model.ServiceEntities.CourseElement"
)
XSI = "http://www.w3.org/2001/XMLSchema-instance"
PREFIXES = {"a": NAMESPACE, "i": XSI}
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Member = tuple[str, "str | Members | None"]
"""A name with its text, its own members, or nothing; "" is nothing too."""
Members = Sequence[Member]


def content_xml(type_name: str, members: Members) -> str:
    """Returns the element Content with its i:type: what a field of role XML holds (annotations.proto)."""
    content = etree.Element(f"{{{NAMESPACE}}}Content", {f"{{{XSI}}}type": f"a:{type_name}"}, PREFIXES)
    add_members(content, members)
    return etree.tostring(content, encoding="unicode")


def add_members(parent: etree._Element, members: Members) -> None:
    for name, value in members:
        child = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")
        if not value:
            child.set(f"{{{XSI}}}nil", "true")
        elif isinstance(value, str):
            child.text = NOT_XML.sub("\N{REPLACEMENT CHARACTER}", value)
        else:
            add_members(child, value)
