"""Elements, events, file areas and learning objectives."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

from benchmarks.bulk import Values
from benchmarks.school.size import FILES, KEYED, MESSAGE, NOW, SCALES, SENT, SITE, Part, Size, keyed
from lms import tables

KINDS = ("Page", "Link", "File", "Page", "Link", "File", "Page", "Link", "Extension", "CustomActivity")
FOLDER_SIZE = 50
SHARE = len(KINDS)
PAGE = [{"kind": "Text", "title": "Cells", "text": "<p>What a cell is, in a paragraph as long as teachers write.</p>"}]
FILE = "00000000-0000-4000-8000-"
LINK = 5010
"""The extension that the instances are made with (reads.yaml, extensions.ids)."""
OBJECTIVES = 1_000


def keys(prefix: str, kind: str, count: Callable[[Size], int]) -> Part:
    """The keys of one kind of content."""

    def rows(size: Size) -> Iterator[Values]:
        return ((SITE, f"{prefix}-{number}", kind) for number in range(1, count(size) + 1))

    return Part(tables.content_key, ("site_id", "sync_key", "kind"), rows, count)


def elements(size: Size) -> Iterator[Values]:
    """Folders of 49 at the root of each course."""
    for number in range(size.elements):
        course, place = 1 + number // size.of_course, number % size.of_course
        kind, parent = kind_of(place), None if place % FOLDER_SIZE == 0 else number - place % FOLDER_SIZE + 1
        position = place % FOLDER_SIZE or place // FOLDER_SIZE + 1
        extension = LINK if kind == "Extension" else None
        shown = course, parent, kind, f"{kind} {place}", "", True, "Inherit", position, extension, 1
        yield *keyed(number + 1, f"el-{number + 1}"), *shown, *SENT


def kind_of(place: int) -> str:
    return "Folder" if place % FOLDER_SIZE == 0 else KINDS[place % SHARE]


def of_kind(size: Size, kind: str) -> Iterator[int]:
    """Yields the numbers of the elements of a kind."""
    return (number + 1 for number in range(size.elements) if kind_of(number % size.of_course) == kind)


def pages(size: Size) -> Iterator[Values]:
    return ((number, PAGE) for number in of_kind(size, "Page"))


def links(size: Size) -> Iterator[Values]:
    for kind in ("Link", "Extension"):
        for number in of_kind(size, kind):
            yield number, f"https://example.org/{number}", "NewWindow", "Ordinary", False


def files(size: Size) -> Iterator[Values]:
    for number in of_kind(size, "File"):
        yield number, f"{FILE}{number:012}", f"sheet-{number}.pdf", "application/pdf", 1000, ""


def instances(size: Size) -> Iterator[Values]:
    return ((number, "Course", {}, "Site", False) for number in of_kind(size, "Extension"))


def activities(size: Size) -> Iterator[Values]:
    return ((number, SITE, False, 1 + number % SCALES, 20) for number in of_kind(size, "CustomActivity"))


def events(size: Size) -> Iterator[Values]:
    for number in range(1, size.events + 1):
        start = NOW + timedelta(hours=number % 5000)
        shown = 1, 1 + number % size.courses, start, start + timedelta(hours=1), "Lesson", False, "", False, False, True
        yield *keyed(number, f"ev-{number}"), *shown, *SENT


def course_files(size: Size) -> Iterator[Values]:
    """Folders of 19 files at the root."""
    for number in range(size.courses * FILES):
        course, place = 1 + number // FILES, number % FILES
        name = f"Week {place // 20}" if place % 20 == 0 else f"sheet-{place}.pdf"
        parent = None if place % 20 == 0 else number - place % 20 + 1
        path = f"\\{name}" if parent is None else f"\\Week {place // 20}\\{name}"
        held = ("Folder", None) if parent is None else ("File", f"{FILE}{number:012}")
        names = SITE, f"cf-{number + 1}", course, parent, name, path, *held
        yield number + 1, *names, "application/pdf", 1000, "", 1, NOW, *SENT


def objectives(_: Size) -> Iterator[Values]:
    """Subjects of 49 objectives."""
    for number in range(OBJECTIVES):
        parent = None if number % FOLDER_SIZE == 0 else number - number % FOLDER_SIZE + 1
        kind = "Subject" if parent is None else "LearningObjective"
        yield *keyed(number + 1, f"lo-{number}"), f"{kind} {number}", kind, "", True, parent


def share(tenths: int) -> Callable[[Size], int]:
    return lambda size: size.elements * tenths // SHARE


PARTS = (
    keys("el", "element", lambda size: size.elements),
    Part(
        tables.element,
        (
            *(*KEYED, "course_id", "parent_id", "kind", "title", "description", "active", "security", "position"),
            *("extension_id", "creator_id", *MESSAGE),
        ),
        elements,
        lambda size: size.elements,
    ),
    Part(tables.element_page, ("element_id", "blocks"), pages, share(3)),
    Part(tables.element_link, ("element_id", "url", "open_in", "link_type", "hide_link"), links, share(4)),
    Part(tables.element_file, ("element_id", "file_id", "name", "content_type", "size", "comment"), files, share(2)),
    Part(
        tables.extension_instance,
        ("element_id", "location", "metadata", "sharing_scope", "disallow_modification"),
        instances,
        share(1),
    ),
    Part(
        tables.element_custom_activity,
        ("element_id", "site_id", "mandatory", "assessment_scale_id", "max_score"),
        activities,
        share(1),
    ),
    keys("ev", "calendar_event", lambda size: size.events),
    Part(
        tables.calendar_event,
        (
            *(*KEYED, "owner_id", "course_id", "start_at", "end_at", "title", "title_read_only", "description"),
            *("show_extra_description", "disable_delete", "is_lesson", *MESSAGE),
        ),
        events,
        lambda size: size.events,
    ),
    keys("cf", "course_file", lambda size: size.courses * FILES),
    Part(
        tables.course_file,
        (
            *("id", "site_id", "sync_key", "course_id", "parent_id", "name", "path", "kind", "file_id"),
            *("content_type", "size", "comment", "creator_id", "created_at", *MESSAGE),
        ),
        course_files,
        lambda size: size.courses * FILES,
    ),
    Part(
        tables.learning_objective,
        (*KEYED, "title", "kind", "description", "published", "parent_id"),
        objectives,
        lambda _: OBJECTIVES,
    ),
)
