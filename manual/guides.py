"""The pages of docs/ as HTML: Markdown with tables; links to other pages lead to theirs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

from manual.pages import GuidePage

MARKDOWN: Final = MarkdownIt("commonmark").enable("table")
ADDRESS: Final = re.compile(r"[a-z][a-z0-9+.-]*:|#")


def read_guides(folder: Path) -> list[GuidePage]:
    """Returns a page for each Markdown file of a folder; ValueError for one that links to no other."""
    return [read_guide(path) for path in sorted(folder.glob("*.md"))]


def read_guide(path: Path) -> GuidePage:
    tokens = MARKDOWN.parse(path.read_text(encoding="utf-8"))
    headings = [tokens[place + 1] for place, token in enumerate(tokens) if token.type == "heading_open"]
    for link in links_in(tokens):
        link.attrSet("href", target_of(path, str(link.attrGet("href"))))
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            token.attrSet("id", anchor_of(tokens[place + 1].content))
    body = MARKDOWN.renderer.render(tokens, MARKDOWN.options, {})
    return GuidePage(headings[0].content if headings else path.stem, f"guides/{path.stem}.html", body)


def links_in(tokens: Iterable[Token]) -> list[Token]:
    inner = (child for token in tokens for child in token.children or ())
    return [token for token in inner if token.type == "link_open"]


def target_of(path: Path, link: str) -> str:
    """Where a link leads on the site."""
    if ADDRESS.match(link):
        return link
    name, mark, anchor = link.partition("#")
    target = path.parent / name
    if target.suffix != ".md" or target.parent.resolve() != path.parent.resolve() or not target.is_file():
        raise ValueError(f"{path}: the manual has no page for the link {link}")
    return f"{target.stem}.html{mark}{anchor}"


def anchor_of(heading: str) -> str:
    """The anchor of a heading, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
