"""Create.Course.Element.Page: one page of blocks in a course."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lms.elements import PageFile, add_element, add_page
from lms.lanes import Detail
from lms.rich_text import HtmlLevel
from services.processor.context import Context
from services.processor.handler import Handler
from services.processor.message import Message
from services.processor.rules.files import check_file, renamed
from services.processor.rules.placement import InCourse, check_place
from services.processor.rules.rich_text import clean_text
from services.processor.rules.sync_keys import check_key
from services.processor.rules.titles import check_title

NUMBER_TWICE = "Invalid content: FileId {} is used twice in one block."


@dataclass(frozen=True, slots=True)
class Text:
    title: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class EmbeddedFile:
    file_id: int
    location: str
    name: str | None = None
    content_type: str | None = None


@dataclass(frozen=True, slots=True)
class Block:
    content_block_text: Text | None = None
    file_contents: tuple[EmbeddedFile, ...] = ()


@dataclass(frozen=True, slots=True)
class PageContent:
    content_block_sets: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class Content:
    page_content: PageContent


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(InCourse):
    content: Content
    title: str = ""


def files(message: Message) -> Sequence[str]:
    blocks: Sequence[Block] = message.data.content.page_content.content_block_sets
    return [file.location for block in blocks for file in block.file_contents]


def apply(context: Context, data: Page) -> Sequence[Detail]:
    blocks = data.content.page_content.content_block_sets
    place = check_place(context, data)
    sync_key = check_key(context)
    title = check_title(context, data.title)
    embedded = list(check_embedded(context, blocks))
    place = context.approved(place)
    new = place.element(context, "Page", sync_key, context.approved(title))
    stored = [stored_block(context, block, place.html_level) for block in blocks]
    number = add_element(context.work, new)
    add_page(context.work, number, stored, embedded, context.origin)
    return [context.info("Page created", sync_key)]


def check_embedded(context: Context, blocks: Sequence[Block]) -> Iterator[PageFile]:
    """Yields the files that blocks embed; each must be there, under a number of its own."""
    for place, block in enumerate(blocks):
        numbers: set[int] = set()
        for embedded in block.file_contents:
            file = check_file(context, embedded.location)
            if embedded.file_id in numbers:
                context.refuse(NUMBER_TWICE.format(embedded.file_id))
            elif file is not None:
                stored = renamed(context, file, embedded.name, embedded.content_type)
                yield PageFile(place, embedded.file_id, stored)
            numbers.add(embedded.file_id)


def stored_block(context: Context, block: Block, level: HtmlLevel) -> dict[str, Any]:
    """Returns a block in the form of lms.tables.content."""
    text = block.content_block_text or Text()
    return {"kind": "Text", "title": text.title, "text": clean_text(context, text.text, level)}


HANDLER = Handler("Create.Course.Element.Page", "Page", Page, apply, files)
