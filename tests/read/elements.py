"""What tests of elements say of answers."""

from __future__ import annotations

from xml.etree import ElementTree

from organisation.v1 import read_course_elements_pb2 as pb

from services.read.content_xml import NAMESPACE, XSI
from tests.read.conftest import not_valid

NO_FOLDER = not_valid("Folder with specified FolderId")


def titles(answer: pb.ReadCourseElementsResponse) -> tuple[list[str], list[str]]:
    return [each.title for each in answer.course_elements], [each.title for each in answer.course_folders]


def plain(element: ElementTree.Element) -> object:
    """Returns an element of our namespace as (name, text, None for nil, or children)."""
    name = element.tag.removeprefix(f"{{{NAMESPACE}}}")
    if element.get(f"{{{XSI}}}nil") == "true":
        assert not len(element)
        return name, None
    return name, [plain(child) for child in element] if len(element) else element.text


def content_of(element: pb.CourseElement) -> tuple[str | None, list[object]]:
    root = ElementTree.fromstring(element.content)
    assert root.tag == f"{{{NAMESPACE}}}Content"
    return root.get(f"{{{XSI}}}type"), [plain(child) for child in root]
