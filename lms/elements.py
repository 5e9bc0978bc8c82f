"""Makes elements: the row that all kinds share, and what each kind holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from lms.references import ElementReference
from lms.statements import change_own
from lms.tables import content_key, element, element_file, element_link, element_page, file_use, page_file
from lms.unit_of_work import UnitOfWork, Values


@dataclass(frozen=True, slots=True)
class Origin:
    """The message that content comes from."""

    credential_id: int
    message_id: int
    vendor_id: str | None


@dataclass(frozen=True, slots=True)
class NewElement:
    """What every element is told at its making."""

    kind: str
    course_id: int | None
    """None: in the library."""
    parent_id: int | None
    """None: at the root."""
    sync_key: str
    title: str
    creator_id: int
    origin: Origin
    description: str = ""
    active: bool = True
    security: str = "Inherit"
    extension_id: int | None = None

    def child(self, parent_id: int, kind: str, sync_key: str, title: str, *, visible: bool) -> NewElement:
        """Returns another element below one that this one describes; active where this one is, and it is visible."""
        active = self.active and visible
        return replace(
            self, parent_id=parent_id, kind=kind, sync_key=sync_key, title=title, description="", active=active
        )


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of the files service, as content uses it."""

    file_id: str
    name: str
    content_type: str
    size: int
    single_use: bool
    """Whether one element alone may use it."""


@dataclass(frozen=True, slots=True)
class PageFile:
    """A file that a block of a page embeds under a number."""

    block: int
    number: int
    file: StoredFile


@dataclass(frozen=True, slots=True)
class Link:
    """Where a link element leads."""

    url: str
    open_in: str = "ExistingWindow"
    link_type: str = "Ordinary"
    hide_link: bool = False
    embed_link_target: str | None = None
    package_id: int | None = None
    """The package that url is a path in."""


def add_element(work: UnitOfWork, new: NewElement) -> int:
    """Stages an element at the end of its folder; returns its number. Its key must be free."""
    number = work.new_id(element)
    add_key(work, new.sync_key, "element")
    work.insert(
        element,
        {
            "id": number,
            "site_id": work.site_id,
            "course_id": new.course_id,
            "parent_id": new.parent_id,
            "kind": new.kind,
            "sync_key": new.sync_key,
            "title": new.title,
            "description": new.description,
            "active": new.active,
            "security": new.security,
            "position": work.directory.next_position(new.course_id, new.parent_id),
            "extension_id": new.extension_id,
            "vendor_id": new.origin.vendor_id,
            "creator_id": new.creator_id,
            "editor_id": None,
            "created_at": work.now,
            "updated_at": work.now,
            "deleted_at": None,
            "delete_reason": None,
            "credential_id": new.origin.credential_id,
            "message_id": new.origin.message_id,
        },
    )
    reference = ElementReference(number, new.sync_key, new.course_id, new.kind, False, new.creator_id)
    work.directory.add_element(reference)
    return number


def change_element(work: UnitOfWork, element_id: int, values: Values) -> None:
    """Changes columns of an element."""
    change_own(work, element.c.id, element_id, {**values, "updated_at": work.now})


def add_key(work: UnitOfWork, sync_key: str, kind: str) -> None:
    """Stages a content key."""
    work.insert(content_key, {"site_id": work.site_id, "sync_key": sync_key, "kind": kind})
    work.directory.take_key(sync_key)


def add_file(work: UnitOfWork, element_id: int, file: StoredFile, origin: Origin, comment: str = "") -> None:
    """Stages the file of an element, and its use."""
    work.insert(
        element_file,
        {
            "element_id": element_id,
            "file_id": file.file_id,
            "name": file.name,
            "content_type": file.content_type,
            "size": file.size,
            "comment": comment,
        },
    )
    use_file(work, file, origin, element_id=element_id)


def use_file(
    work: UnitOfWork,
    file: StoredFile,
    origin: Origin,
    *,
    element_id: int | None = None,
    my_file_id: int | None = None,
    course_file_id: int | None = None,
    person_id: int | None = None,
) -> None:
    """Stages that content, or a person's picture, uses a file which the message brought (decision 13)."""
    work.insert(
        file_use,
        {
            "file_id": file.file_id,
            "site_id": work.site_id,
            "element_id": element_id,
            "my_file_id": my_file_id,
            "course_file_id": course_file_id,
            "person_id": person_id,
            "single_use": file.single_use,
            "credential_id": origin.credential_id,
            "message_id": origin.message_id,
        },
    )


def add_link(work: UnitOfWork, element_id: int, link: Link) -> None:
    """Stages where an element leads."""
    work.insert(
        element_link,
        {
            "element_id": element_id,
            "url": link.url,
            "open_in": link.open_in,
            "link_type": link.link_type,
            "hide_link": link.hide_link,
            "embed_link_target": link.embed_link_target,
            "package_id": link.package_id,
        },
    )


def add_page(
    work: UnitOfWork, element_id: int, blocks: list[dict[str, Any]], files: Iterable[PageFile], origin: Origin
) -> None:
    """Stages the blocks of a page (their form: lms.tables.content) and the files that they embed."""
    work.insert(element_page, {"element_id": element_id, "blocks": blocks})
    used = {}
    for embedded in files:
        used[embedded.file.file_id] = embedded.file
        work.insert(
            page_file,
            {
                "element_id": element_id,
                "block": embedded.block,
                "number": embedded.number,
                "file_id": embedded.file.file_id,
                "name": embedded.file.name,
                "content_type": embedded.file.content_type,
            },
        )
    for file in used.values():
        use_file(work, file, origin, element_id=element_id)
