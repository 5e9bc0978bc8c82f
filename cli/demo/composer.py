"""Writes the messages of a course: one method for each way to put something into it."""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from cli.demo.course import FOLDER, Element, Message
from cli.demo.xml import Node, document, leaf, node


@dataclass(frozen=True)
class Composer:
    """Knows the course, who acts, and the ids of the uploaded files by their names."""

    course: str
    user: str
    vendor: str
    files: Mapping[str, str]

    def folder(self, key: str, parent: str, title: str, *, text: str = "", active: bool = True) -> Message:
        """A folder with a description."""
        members = (leaf("Description", text), leaf("Active", active), leaf("Security", "Inherit"))
        element = Element(title, FOLDER, key, active)
        return self.course_message("Create.Course.Element.Folder", parent, element, *members)

    def page(
        self, key: str, parent: str, title: str, blocks: Sequence[tuple[str, str]], pictures: Sequence[str]
    ) -> Message:
        """A page of blocks, each a heading and HTML; the pictures follow the first block."""
        sets = [
            node(
                "ContentBlockSet",
                node("ContentBlockText", leaf("Title", heading), leaf("Text", html)),
                self.embedded(pictures) if number == 0 else None,
            )
            for number, (heading, html) in enumerate(blocks)
        ]
        content = node("Content", node("PageContent", node("ContentBlockSets", *sets)))
        element = Element(title, "Page", key, holds=(*(heading for heading, html in blocks), *pictures))
        return self.course_message("Create.Course.Element.Page", parent, element, content)

    def embedded(self, names: Sequence[str]) -> Node | None:
        """Files inside a block of a page."""
        contents = [
            node(
                "FileContent",
                leaf("FileId", number),
                leaf("Location", self.files[name]),
                leaf("Name", name),
                leaf("ContentType", mimetypes.guess_type(name)[0]),
            )
            for number, name in enumerate(names, 1)
        ]
        return node("FileContents", *contents) if contents else None

    def link(self, key: str, parent: str, title: str, url: str) -> Message:
        """A web link of the old kind; without Active it would stay hidden."""
        element = Element(title, "Link", key, holds=(url,))
        members = (leaf("Link", url), leaf("Active", value=True))
        return self.course_message("Create.Course.Element.Link", parent, element, *members)

    def package(self, key: str, parent: str, name: str, element: Element, *, single: bool) -> Message:
        """An IMS or SCORM package, as one link or as a folder of links."""
        members = (leaf("ImportAsSingle", single), leaf("Active", value=True))
        return self.course_message(
            "Create.Course.Element.IMSPackage",
            parent,
            replace(element, key=key),
            *members,
            files=[self.file(name)],
            titled=single,
        )

    def test(self, key: str, parent: str, name: str, element: Element) -> Message:
        """A test with the questions of a QTI package."""
        members = (leaf("UseScore", value=True), leaf("ShowResults", "AfterAll"))
        return self.course_message(
            "Create.Course.Element.Test", parent, replace(element, key=key), *members, files=[self.file(name)]
        )

    def course_files(self, parent: str, files: Sequence[tuple[str, str, str]]) -> Message:
        """Files of the old kind, each an element of its own: key, title and name of the uploaded file."""
        body = node("CreateCourseElementFile", *self.place(parent), self.actor(), leaf("Active", value=True))
        entries = [
            self.file(name, Name=title, SyncKeyRef=f"K{number}") for number, (key, title, name) in enumerate(files, 1)
        ]
        keys = tuple(key for key, title, name in files)
        return Message(
            "Create.Course.Element.File",
            ", ".join(title for key, title, name in files),
            document(body, keys=keys, vendor=self.vendor, files=entries),
            keys,
            parent,
            tuple(Element(title, "File", key, holds=(name,)) for key, title, name in files),
        )

    def my_files(self, names: Sequence[str]) -> Message:
        """Files in the person's own area; the server makes their keys."""
        body = node("CreateMyFilesFile", self.actor(), leaf("Visibility", "Private"))
        text = document(body, vendor=self.vendor, files=[self.file(name) for name in names])
        return Message("Create.MyFiles.File", ", ".join(names), text, ("",) * len(names))

    def course_message(
        self,
        type_name: str,
        parent: str,
        element: Element,
        *members: Node | None,
        files: Sequence[Node] = (),
        titled: bool = True,
    ) -> Message:
        """A message that makes one element with one key."""
        title = leaf("Title", element.title if titled else "")
        body = node(type_name.replace(".", ""), *self.place(parent), self.actor(), title, *members)
        text = document(body, keys=[element.key], vendor=self.vendor, files=files)
        return Message(type_name, element.title, text, (element.key,), parent, (element,))

    def place(self, parent: str) -> tuple[Node | None, ...]:
        """The course and the folder in it."""
        return leaf("CourseSyncKey", self.course), leaf("ParentSyncKey", parent)

    def actor(self) -> Node | None:
        """The person who acts."""
        return leaf("UserSyncKey", self.user)

    def file(self, name: str, **attributes: str) -> Node:
        """An uploaded file as a message names it."""
        return node("File", text=self.files[name], **attributes)
