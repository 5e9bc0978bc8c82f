"""What elements hold that stand for whole IMS and SCORM packages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import Connection, Select, select

from lms.tables import package, package_item
from services.read.activities import number_text, truth_text
from services.read.content_xml import Members
from services.read.rows import AnyRow
from services.read.scope import Scope

PACKAGES = select(package)
ITEMS = (
    select(package_item)
    .join(package, package.c.id == package_item.c.package_id)
    .order_by(package_item.c.package_id, package_item.c.position)
)


class Packages:
    """Packages by the numbers of their elements, each with its items in order."""

    def __init__(self) -> None:
        self._packages: dict[int, AnyRow] = {}
        self._items: dict[int, list[AnyRow]] = defaultdict(list)

    def add(self, connection: Connection, numbers: Select[int]) -> None:
        """Reads the packages of the elements with these numbers: two statements."""
        for row in connection.execute(PACKAGES.where(package.c.element_id.in_(numbers))):
            self._packages[row.element_id] = row
        if self._packages:
            for item in connection.execute(ITEMS.where(package.c.element_id.in_(numbers))):
                self._items[item.package_id].append(item)

    def members(self, row: AnyRow, scope: Scope) -> Members | None:
        """Returns the content of an element that stands for a package; None for any other."""
        found = self._packages.get(row.id)
        return None if found is None else package_resource(row, found, self._items[found.id], scope)


def package_resource(row: AnyRow, found: AnyRow, items: Sequence[AnyRow], scope: Scope) -> Members:
    return (
        ("Description", row.description),
        ("FileLink", scope.file_url(found.file_id, f"{found.title or row.title}.zip")),
        ("Items", item_resources(items)),
        ("Kind", found.kind),
        ("Link", row.link_url),
        ("Title", found.title),
    )


def item_resources(items: Sequence[AnyRow]) -> list[tuple[str, Members]]:
    levels: dict[int | None, int] = {None: 0}
    for item in items:
        levels[item.position] = levels[item.parent_position] + 1
    return [("PackageItem", item_resource(item, levels[item.position])) for item in items]


def item_resource(item: AnyRow, level: int) -> Members:
    return (
        ("ElementId", number_text(item.element_id)),
        ("Href", item.href),
        ("Identifier", item.identifier),
        ("Level", str(level)),
        ("Parameters", item.parameters),
        ("ScormType", item.scorm_type),
        ("Title", item.title),
        ("Visible", truth_text(item.is_visible)),
    )
