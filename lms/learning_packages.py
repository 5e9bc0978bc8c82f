"""Turns an IMS or SCORM package into links: one for all of it, or one for each of its pages in folders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import uuid4

from lms.elements import Link, NewElement, StoredFile, add_element, add_link, use_file
from lms.packages.ims import ImsPackage, Item
from lms.tables import package, package_item
from lms.tables.base import TITLE_LENGTH
from lms.unit_of_work import UnitOfWork

MOST_ITEMS = 5000
UNTITLED = "Untitled"


def add_package(
    work: UnitOfWork, new: NewElement, file: StoredFile, content: ImsPackage, *, as_single: bool | None
) -> None:
    """Stages the elements of a package, which has at least one page; new is the link or the folder for all of it.

    as_single None: one link where the package has one page, a folder where it has several.
    """
    single = len(content.pages) == 1 or bool(as_single)
    kind = "IMSPackage" if single else "Folder"
    top = add_element(work, replace(new, kind=kind))
    number = work.new_id(package)
    work.insert(
        package,
        {"id": number, "element_id": top, "file_id": file.file_id, "kind": content.kind, "title": content.title},
    )
    use_file(work, file, new.origin, element_id=top)
    importer = PackageImport(work, number, "SCORM" if content.kind == "SCORM" else "Ordinary")
    if single:
        add_link(work, top, importer.link(content.pages[0]))
        importer.note(content.items, None)
    else:
        importer.bring(content.items, replace(new, kind="Folder"), top, None)


class PackageImport:
    """Brings the items of one package in, parents before children."""

    def __init__(self, work: UnitOfWork, number: int, link_type: str) -> None:
        self._work = work
        self._number = number
        self._link_type = link_type
        self._position = 0

    def link(self, item: Item) -> Link:
        """Returns the link to an item's page inside the package."""
        return Link(item.launch_url or "", link_type=self._link_type, package_id=self._number)

    def bring(self, items: Sequence[Item], above: NewElement, folder: int, parent: int | None) -> None:
        """Makes a link of each page and a folder of each item with others below it."""
        for item in items:
            inner = folder
            if item.children:
                inner = add_element(self._work, self._below(above, folder, "Folder", item))
            element_id = None
            if item.href is not None:
                element_id = add_element(self._work, self._below(above, inner, "Link", item))
                add_link(self._work, element_id, self.link(item))
            self.bring(item.children, above, inner, self._note(item, parent, element_id))

    def note(self, items: Sequence[Item], parent: int | None) -> None:
        """Remembers items that get no link of their own."""
        for item in items:
            self.note(item.children, self._note(item, parent, None))

    def _below(self, above: NewElement, folder: int, kind: str, item: Item) -> NewElement:
        return above.child(folder, kind, str(uuid4()), title_of(item), visible=item.is_visible)

    def _note(self, item: Item, parent: int | None, element_id: int | None) -> int:
        self._position += 1
        self._work.insert(
            package_item,
            {
                "package_id": self._number,
                "position": self._position,
                "parent_position": parent,
                "identifier": item.identifier,
                "title": item.title,
                "href": item.href,
                "parameters": item.parameters,
                "scorm_type": item.scorm_type or None,
                "is_visible": item.is_visible,
                "element_id": element_id,
            },
        )
        return self._position


def title_of(item: Item) -> str:
    """Returns an item's title as one line that an element can have."""
    title = item.title
    shown = title if title.isprintable() else "".join(one if one.isprintable() else " " for one in title)
    shown = shown.strip()
    return shown[:TITLE_LENGTH] or item.identifier[:TITLE_LENGTH].strip() or UNTITLED
