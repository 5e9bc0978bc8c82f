"""QTI 2.1 packages: tests and their items."""

from __future__ import annotations

import re
from typing import Final

from lms.packages.archive import Archive
from lms.packages.errors import PackageError, Remarks, quoted
from lms.packages.manifest import Manifest, Resource, locate, read_manifest
from lms.packages.qti_items import read_item
from lms.packages.qti_model import QtiItem, QtiPackage, QtiTest
from lms.packages.qti_tests import assemble_test, read_test
from lms.packages.xml import XML_BYTES

# All the XML of one package; it is kept in memory until its questions are stored.
PACKAGE_XML_BYTES: Final = 16 << 20
# All its tags, opening and closing: what reading it costs in time goes by these rather than by bytes.
PACKAGE_TAGS: Final = 1_000_000
ITEM_TYPE: Final = re.compile(r"imsqti_\w*item_xmlv2p\d", re.IGNORECASE)
TEST_TYPE: Final = re.compile(r"imsqti_(\w*test|assessment)_xmlv2p\d", re.IGNORECASE)


def is_qti_item(resource: Resource) -> bool:
    return ITEM_TYPE.match(resource.type) is not None


def is_qti_test(resource: Resource) -> bool:
    return TEST_TYPE.match(resource.type) is not None


def read_qti_package(archive: Archive) -> QtiPackage:
    """Reads a QTI 2.1 package.

    A package with items alone is one test of them all, in manifest order; several tests are all kept, with a warning.
    Raises PackageError when there are no items, or when a test or an item that the package names is missing or broken:
    a test without one of its questions would not be the test that was sent.
    """
    remarks = Remarks()
    manifest = read_manifest(archive, remarks)
    reader = QtiReader(archive, remarks)
    for resource in manifest.resources:
        if is_qti_item(resource):
            reader.add_item(required(resource))
    tests = [reader.test(required(resource)) for resource in manifest.resources if is_qti_test(resource)]
    items = tuple(reader.items.values())
    if not items:
        raise PackageError("The package holds no QTI 2.1 questions.")
    return QtiPackage(
        identifier=manifest.identifier,
        title=manifest.title,
        tests=chosen_tests(tests, manifest, items, remarks),
        items=items,
        warnings=remarks.lines(),
    )


def required(resource: Resource) -> str:
    if resource.href is None:
        raise PackageError(f"The file {quoted(resource.target)} is declared but is not in the package.")
    return resource.href


def chosen_tests(
    tests: list[QtiTest], manifest: Manifest, items: tuple[QtiItem, ...], remarks: Remarks
) -> tuple[QtiTest, ...]:
    if not tests:
        remarks.add(f"The package has no test; its {len(items)} questions become one.")
        return (assemble_test(manifest.identifier, manifest.title or manifest.identifier, items),)
    if len(tests) > 1:
        remarks.add(f"The package holds {len(tests)} tests; all of them are kept, in its order.")
    for test in tests:
        if next(test.refs(), None) is None:
            remarks.add(f"The test {quoted(test.title)} has no questions.")
    return tuple(tests)


class QtiReader:
    """Reads each file of one package once, and keeps the sum of what it has read within bounds."""

    def __init__(self, archive: Archive, remarks: Remarks) -> None:
        self.archive = archive
        self.remarks = remarks
        self.items: dict[str, QtiItem] = {}
        self.places: dict[tuple[str, str], str] = {}
        self.left = PACKAGE_XML_BYTES
        self.tags_left = PACKAGE_TAGS

    def read(self, name: str) -> bytes:
        data = self.archive.read(name, min(self.left, XML_BYTES))
        self.left -= len(data)
        self.tags_left -= data.count(b"<")
        if self.tags_left < 0:
            raise PackageError("The questions of the package are too large.")
        return data

    def add_item(self, name: str) -> None:
        if name not in self.items:
            self.items[name] = read_item(self.read(name), name)

    def test(self, name: str) -> QtiTest:
        folder = name.rpartition("/")[0]
        return read_test(self.read(name), name, lambda href: self.place(folder, href), self.remarks)

    def place(self, folder: str, href: str) -> str:
        if (folder, href) not in self.places:
            self.places[folder, href] = self.find_place(folder, href)
        return self.places[folder, href]

    def find_place(self, folder: str, href: str) -> str:
        target, name, _ = locate(href, folder, self.archive, Remarks())
        if name is None:
            raise PackageError(f"A test refers to the question {quoted(target or href)}, which is not in the package.")
        if name not in self.items:
            self.remarks.add(f"The question {quoted(name)} is not declared in the manifest.")
            self.add_item(name)
        return name
