"""Writes the site: pages from templates, the look, and what the search looks at. Everything works from a folder."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from catalogue.example_world import read_example_world
from catalogue.loader import load_catalogue
from catalogue.model import MessageType
from catalogue.violation import REJECTED
from manual.guides import read_guides
from manual.pages import GuidePage, TypePage
from manual.texts import texts_of
from manual.values import CLOSE, OPEN, Unknown
from services.processor.handler import Handler, added_handlers, own_handlers
from services.processor.poison import FAILED

HERE: Final = Path(__file__).parent
DOCS: Final = HERE.parent / "docs"


def build_site(target: Path, added: Path | None = None, identifiers: Path | None = None) -> int:
    """Writes the manual into a folder, which it empties first; returns the number of pages.

    added and identifiers: types and numbers of a deployment, as the services take them.
    """
    types = type_pages(load_catalogue(added, identifiers).types, [*own_handlers(), *added_handlers()])
    guides = read_guides(DOCS)
    if target.exists():
        shutil.rmtree(target)
    shutil.copytree(HERE / "assets", target)
    templates = environment()
    templates.globals.update(
        types=types,
        guides=guides,
        world=read_example_world(),
        rejected=REJECTED,
        failed=FAILED.format(Unknown("reference")),
    )
    pages: list[tuple[str, str, TypePage | GuidePage | None]] = [
        ("index.html", "index.html", None),
        ("world.html", "world.html", None),
        *(("type.html", page.url, page) for page in types),
        *(("guide.html", page.url, page) for page in guides),
    ]
    for template, url, page in pages:
        write(target / url, templates.get_template(template).render(page=page, url=url, root="../" * url.count("/")))
    write(target / "search-index.js", search_index([*types, *guides]))
    return len(pages)


def type_pages(types: Sequence[MessageType], handlers: Sequence[Handler]) -> list[TypePage]:
    """Returns the pages of the types by name."""
    by_type = {handler.message_type: handler for handler in handlers}
    said = {name: tuple(texts_of(handler)) for name, handler in by_type.items()}
    return sorted((TypePage(kind, said.get(kind.name, ())) for kind in types), key=lambda page: page.title)


def environment() -> Environment:
    """Returns the templates."""
    templates = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters["places"] = places
    return templates


def places(text: str) -> Markup:
    """A text in which what comes with a message is set apart."""
    pieces = re.split(f"{OPEN}([^{CLOSE}]*){CLOSE}", text)
    marked = (Markup("<var>%s</var>") % piece if place % 2 else escape(piece) for place, piece in enumerate(pieces))
    return Markup("").join(marked)


def search_index(pages: Sequence[TypePage | GuidePage]) -> str:
    """A script that holds what the search looks at: a page opened from a folder can load no data, but scripts."""
    entries = [{"title": page.title, "url": page.url, "text": page.searched} for page in pages]
    return f"window.manualIndex = {json.dumps(entries, ensure_ascii=False, indent=0)};\n"


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
