"""A course as a tree of elements: what is sent, what is read back, and how the two differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

FOLDER = "Folder"


@dataclass(frozen=True)
class Element:
    """A folder or an element of a course with what lies below it."""

    title: str
    kind: str
    key: str = ""
    """Its sync key; "" where the server makes it."""
    active: bool = True
    holds: tuple[str, ...] = ()
    """Texts that its content must have; of an element that was read: the content itself."""
    children: tuple[Element, ...] = ()

    def walk(self) -> Iterator[Element]:
        """Yields what lies below it, each before its own children."""
        for child in self.children:
            yield child
            yield from child.walk()


@dataclass(frozen=True)
class Message:
    """A message as it is sent, and what must become of it."""

    type_name: str
    title: str
    document: str
    keys: tuple[str, ...] = ()
    """Sync keys of its status details in order; "" for one that the server makes."""
    parent: str = ""
    shows: tuple[Element, ...] = ()
    """Elements that the course shows under the parent afterwards, in place of those with the same keys."""
    removes: str = ""
    """Key of the element that the course no longer shows."""
    refusal: str = ""
    """How the reason begins for which it must be refused."""


def course_after(root: Element, messages: Iterable[Message]) -> Element:
    """Returns the folder as it must be when all messages that are not refused were applied."""
    elements = {root.key: root}
    parents: dict[str, str] = {}
    for message in messages:
        for element in message.shows:
            elements[element.key] = element
            parents.setdefault(element.key, message.parent)
        elements.pop(message.removes or "-", None)

    def grown(element: Element) -> Element:
        below = tuple(grown(elements[key]) for key in elements if key and parents.get(key) == element.key)
        return replace(element, children=element.children + below)

    return grown(root)


def differences(expected: Element, found: Element, path: str = "") -> Iterator[str]:
    """Yields in words how what was found is not what was expected; nothing when all is well."""
    path = f"{path}/{expected.title}"
    for name in ("title", "kind", "active"):
        if getattr(expected, name) != getattr(found, name):
            yield f"{path}: {name} is {getattr(found, name)!r}, not {getattr(expected, name)!r}"
    content = " ".join(found.holds)
    yield from (f"{path}: its content lacks {text!r}" for text in expected.holds if text not in content)
    rest = list(found.children)
    for child in expected.children:
        match = next((other for other in rest if is_same(child, other)), None)
        if match is None:
            yield f"{path}/{child.title}: it is missing"
        else:
            rest.remove(match)
            yield from differences(child, match, path)
    yield from (f"{path}/{child.title}: nobody sent it" for child in rest)
    yield from misplaced(expected, found, path)


def is_same(expected: Element, found: Element) -> bool:
    """Tells whether the two are one element: by key, or by title where the server made the key."""
    return expected.key == found.key if expected.key else expected.title == found.title


def misplaced(expected: Element, found: Element, path: str) -> Iterator[str]:
    """Yields a line where folders or elements stand in another order than they were sent in."""
    for of_folders in (True, False):
        wanted = [child.title for child in expected.children if (child.kind == FOLDER) is of_folders]
        read = [child.title for child in found.children if (child.kind == FOLDER) is of_folders]
        if sorted(wanted) == sorted(read) and wanted != read:
            yield f"{path}: the order is {', '.join(read)}"
