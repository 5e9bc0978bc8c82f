"""Reads one QTI 2.1 assessment test, and makes one of items that come without."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from lms.packages.errors import PackageError, Remarks, quoted
from lms.packages.manifest import TITLE_LENGTH
from lms.packages.qti_model import QtiItem, QtiItemRef, QtiPart, QtiSection, QtiTest
from lms.packages.xml import Element, attribute, children, local, parse_xml

Locate = Callable[[str], str]


def read_test(data: bytes, href: str, locate: Locate, remarks: Remarks) -> QtiTest:
    """Reads an assessment test; `locate` turns the href of an item reference into a name in the archive.

    Raises PackageError when the file is no QTI 2 test.
    """
    root = parse_xml(data, href)
    if local(root) != "assessmentTest":
        raise PackageError(f"The file {quoted(href)} in the package is not a QTI test.")
    identifier = attribute(root, "identifier") or href
    return QtiTest(
        identifier=identifier,
        title=(attribute(root, "title") or identifier)[:TITLE_LENGTH],
        href=href,
        parts=tuple(read_part(part, locate, remarks) for part in children(root, "testPart")),
        xml=data,
    )


def read_part(element: Element, locate: Locate, remarks: Remarks) -> QtiPart:
    return QtiPart(
        identifier=attribute(element, "identifier"),
        navigation_mode=attribute(element, "navigationMode"),
        submission_mode=attribute(element, "submissionMode"),
        sections=tuple(read_section(section, locate, remarks) for section in children(element, "assessmentSection")),
    )


def read_section(element: Element, locate: Locate, remarks: Remarks) -> QtiSection:
    identifier = attribute(element, "identifier")
    return QtiSection(
        identifier=identifier,
        title=(attribute(element, "title") or identifier)[:TITLE_LENGTH],
        children=tuple(read_section_children(element, locate, remarks)),
    )


def read_section_children(element: Element, locate: Locate, remarks: Remarks) -> Iterator[QtiSection | QtiItemRef]:
    for one in children(element, "assessmentSection", "assessmentItemRef", "assessmentSectionRef"):
        name = local(one)
        if name == "assessmentSection":
            yield read_section(one, locate, remarks)
        elif name == "assessmentItemRef":
            yield QtiItemRef(attribute(one, "identifier"), locate(attribute(one, "href")))
        else:
            remarks.add(f"The section in the file {quoted(attribute(one, 'href'))} is left out.")


def assemble_test(identifier: str, title: str, items: Iterable[QtiItem]) -> QtiTest:
    """Makes one test of the items of a package that has none, in their order."""
    section = QtiSection(identifier, title, tuple(QtiItemRef(item.identifier, item.href) for item in items))
    return QtiTest(identifier, title, "", (QtiPart(identifier, "nonlinear", "individual", (section,)),), b"")
