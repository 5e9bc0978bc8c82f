"""What the sample packages hold, read from their manifests: what the course must show of them."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

from lxml import etree

from cli.demo.course import FOLDER, Element
from cli.demo.xml import Node

ITEM_LINK, PACKAGE_LINK = "Link", "IMSPackage"
"""How reads name the link to one item, and the link to a whole package."""


def folder_of_links(path: Path) -> Element:
    """Returns the folder that a package becomes: its items, each a link, and folders where items have items."""
    root = manifest(path)
    hrefs = {str(entry.get("identifier")): str(entry.get("href")) for entry in root.iterfind(".//{*}resource")}
    return item_element(organization(root), hrefs)


def single_link(path: Path) -> Element:
    """Returns the one link that a package becomes."""
    return Element(title_of(organization(manifest(path))), PACKAGE_LINK)


def question_titles(path: Path) -> tuple[str, ...]:
    """Returns the titles of the questions of a QTI package, in the order of its manifest."""
    with zipfile.ZipFile(path) as archive:
        resources = parsed(archive, "imsmanifest.xml").iterfind(".//{*}resource")
        hrefs = [str(entry.get("href")) for entry in resources if "item" in str(entry.get("type"))]
        return tuple(str(parsed(archive, href).get("title")) for href in hrefs)


def manifest(path: Path) -> Node:
    with zipfile.ZipFile(path) as archive:
        return parsed(archive, "imsmanifest.xml")


def organization(root: Node) -> Node:
    """The first organization of a manifest."""
    found = root.find(".//{*}organization")
    if found is None:
        raise ValueError("the manifest has no organization")
    return found


def item_element(item: Node, hrefs: Mapping[str, str]) -> Element:
    """Turns an item, or the organization, into what it becomes; a link holds its address inside the package."""
    children = tuple(item_element(child, hrefs) for child in item.iterfind("{*}item"))
    if children:
        return Element(title_of(item), FOLDER, children=children)
    address = hrefs[str(item.get("identifierref"))] + str(item.get("parameters") or "")
    return Element(title_of(item), ITEM_LINK, holds=(address,))


def title_of(item: Node) -> str:
    return str(item.findtext("{*}title"))


def parsed(archive: zipfile.ZipFile, name: str) -> Node:
    return etree.fromstring(archive.read(name), etree.XMLParser(resolve_entities=False, no_network=True))
