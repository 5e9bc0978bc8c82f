"""What elements hold, as XML with its i:type (reads.yaml, extensions.read_content_types)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Set as AbstractSet
from typing import Any

from sqlalchemy import Connection, Select, select

from lms.tables import element_page, page_file, test_interaction, test_item
from services.read.content_xml import content_xml
from services.read.resources import file_resource, link_resource, lti_resource, page_resource, test_resource
from services.read.rows import AnyRow

PAGES = select(element_page.c.element_id, element_page.c.blocks)
PAGE_FILES = select(page_file).order_by(page_file.c.element_id, page_file.c.block, page_file.c.number)
ITEMS = select(
    test_item.c.id,
    test_item.c.element_id,
    test_item.c.identifier,
    test_item.c.title,
    test_item.c.text,
    test_item.c.max_score,
).order_by(test_item.c.element_id, test_item.c.position)
INTERACTIONS = (
    select(test_interaction)
    .join(test_item, test_item.c.id == test_interaction.c.item_id)
    .order_by(test_interaction.c.item_id, test_interaction.c.position)
)

Rows = dict[int, list[AnyRow]]


class Contents:
    """What is known of some elements beyond their rows."""

    def __init__(self) -> None:
        self.pages: dict[int, list[dict[str, Any]]] = {}
        self.page_files: Rows = defaultdict(list)
        self.items: Rows = defaultdict(list)
        self.interactions: Rows = defaultdict(list)

    def xml(self, row: AnyRow) -> str:
        """Returns an element's content as one XML element; "" where it holds nothing."""
        if row.file_name is not None:
            return content_xml("ResourceFileContent", file_resource(row))
        if row.link_url is not None:
            return content_xml("ResourceLinkContent", link_resource(row))
        if row.lti_open_in is not None:
            return content_xml("ResourceLtiContent", lti_resource(row))
        if row.holder_id in self.pages:
            page = page_resource(self.pages[row.holder_id], self.page_files[row.holder_id])
            return content_xml("ResourcePageContent", page)
        if row.kind == "Test":
            return content_xml("ResourceTestContent", test_resource(row, self.items[row.id], self.interactions))
        return ""


def contents_of(connection: Connection, numbers: Select[int], kinds: AbstractSet[str]) -> Contents:
    """Reads what the elements of these numbers hold; kinds, which occur among them, says what need not be asked."""
    contents = Contents()
    if kinds & {"Page", "Extension"}:
        for page in connection.execute(PAGES.where(element_page.c.element_id.in_(numbers))):
            contents.pages[page.element_id] = page.blocks
        for file in connection.execute(PAGE_FILES.where(page_file.c.element_id.in_(numbers))):
            contents.page_files[file.element_id].append(file)
    if "Test" in kinds:
        for item in connection.execute(ITEMS.where(test_item.c.element_id.in_(numbers))):
            contents.items[item.element_id].append(item)
        for interaction in connection.execute(INTERACTIONS.where(test_item.c.element_id.in_(numbers))):
            contents.interactions[interaction.item_id].append(interaction)
    return contents
