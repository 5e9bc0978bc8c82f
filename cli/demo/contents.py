"""The content of elements that are made with an extension."""

from __future__ import annotations

from typing import Any

from cli.demo.xml import Node, leaf, node

CARTRIDGE = "http://www.imsglobal.org/xsd/imslticc_v1p0"
BASIC_LTI = "http://www.imsglobal.org/xsd/imsbasiclti_v1p0"
NAMESPACES: dict[Any, str] = {None: CARTRIDGE, "blti": BASIC_LTI}


def file_link(description: str, url: str) -> Node:
    """A web link by FileLink, with the boolean as an old SDK writes it."""
    return node("FileLinkContent", leaf("Description", description), leaf("HideLink", 0), leaf("Link", url))


def file_by_link(description: str, name: str, location: str) -> Node:
    """An uploaded file by FileLink."""
    members = leaf("Description", description), leaf("FileLocation", location), leaf("FileName", name)
    return node("FileLinkContent", *members)


def file(description: str, name: str, location: str) -> Node:
    """An uploaded file."""
    members = leaf("Description", description), leaf("FileLocation", location), leaf("FileName", name)
    return node("FileContent", *members)


def link(description: str, url: str) -> Node:
    """A web link."""
    return node("LinkContent", leaf("Description", description), leaf("Link", url))


def lti(title: str, launch_url: str) -> Node:
    """A tool, described by a cartridge in its own namespaces."""
    cartridge = node("Xml")
    link_node = cartridge.makeelement(f"{{{CARTRIDGE}}}cartridge_basiclti_link", nsmap=NAMESPACES)
    for name, text in (("title", title), ("launch_url", launch_url)):
        child = link_node.makeelement(f"{{{BASIC_LTI}}}{name}")
        child.text = text
        link_node.append(child)
    cartridge.append(link_node)
    return node("LtiContent", node("XmlConfiguration", cartridge), leaf("OpenIn", "NewWindow"))
