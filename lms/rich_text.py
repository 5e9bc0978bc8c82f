"""Rich text of partners, made harmless by a white list before it is stored (writes.yaml rich_content)."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

import nh3

URL_SCHEMES = {"http", "https", "mailto"}
# Of all that stands in a head, these alone hold text, which would be left over where the tags are dropped.
DROPPED_WHOLE = {"script", "style", "title"}
EMBEDDED = {
    "iframe": {"src", "width", "height", "title", "allowfullscreen"},
    "video": {"src", "width", "height", "controls"},
    "audio": {"src", "controls"},
    "source": {"src", "type"},
}
EXTENDED_TAGS = nh3.ALLOWED_TAGS | EMBEDDED.keys()
EXTENDED_ATTRIBUTES = {**nh3.ALLOWED_ATTRIBUTES, **EMBEDDED, "*": {"style"}}
STYLES = {
    *("background-color", "border", "border-collapse", "color", "float", "height", "list-style-type", "width"),
    *("font-size", "font-style", "font-weight", "text-align", "text-decoration", "vertical-align"),
    *("margin", "margin-bottom", "margin-left", "margin-right", "margin-top", "padding"),
}
# What stands inside a frame is raw text, which another parser may take for markup.
FRAME = re.compile(r'(<iframe(?: [a-z]+="[^"]*")*>).*?(?=</iframe>)', re.DOTALL)
STAFF = frozenset({"administrator", "aide", "proctor", "teacher"})


class HtmlLevel(Enum):
    """How much HTML a creator may write."""

    BASIC = auto()
    """Text, lists, tables, links and images."""
    EXTENDED = auto()
    """Styles, embedded frames, sound and film, too."""


def level_of(role: str) -> HtmlLevel:
    """Returns the level of a person's role, as OneRoster names it: staff may embed."""
    return HtmlLevel.EXTENDED if role in STAFF else HtmlLevel.BASIC


@dataclass(frozen=True, slots=True)
class CleanText:
    """HTML that is harmless, and the links that led nowhere and were left out."""

    html: str
    dropped: tuple[str, ...] = ()


def is_markup(html: str) -> bool:
    return "<" in html or "&" in html


def cleaned(html: str, level: HtmlLevel, addresses: Mapping[str, str]) -> CleanText:
    """Returns the HTML with nothing in it but what the white list of the level knows.

    addresses: where each local link leads to; one that is not among them is left out, and its text stays.
    """
    if not is_markup(html):
        return CleanText(html)
    dropped: dict[str, None] = {}

    def rewrite(link: str) -> str | None:
        if not is_local(link):
            return link
        address = addresses.get(link.strip())
        if address is None:
            dropped[link.strip()] = None
        return address

    clean = CLEANERS.clean(html, level, rewrite)
    return CleanText(clean, tuple(dropped))


def is_local(link: str) -> bool:
    """Whether a link without a scheme leads anywhere else than to a place in its own text."""
    return bool(link.strip()) and not link.strip().startswith("#")


def without_plain_frames(tag: str, name: str, value: str) -> str | None:
    """A frame of another site is shown over https alone."""
    is_plain = tag == "iframe" and name == "src" and value.strip().lower().startswith("http:")
    return None if is_plain else value


class Cleaners(threading.local):
    """A cleaner for each level and thread: making one takes most of the time of a short text."""

    def __init__(self) -> None:
        self._relative: Callable[[str], str | None] = lambda _link: None
        common: dict[str, Any] = {
            "clean_content_tags": DROPPED_WHOLE,
            "url_schemes": URL_SCHEMES,
            "url_relative": self._rewrite,
        }
        self._basic = nh3.Cleaner(tags=nh3.ALLOWED_TAGS, attributes=nh3.ALLOWED_ATTRIBUTES, **common)
        self._extended = nh3.Cleaner(
            tags=EXTENDED_TAGS,
            attributes=EXTENDED_ATTRIBUTES,
            attribute_filter=without_plain_frames,
            filter_style_properties=STYLES,
            **common,
        )

    def _rewrite(self, link: str) -> str | None:
        return self._relative(link)

    def clean(self, html: str, level: HtmlLevel, relative: Callable[[str], str | None]) -> str:
        """relative: returns what becomes of a link without a scheme; None: it is left out."""
        self._relative = relative
        if level is HtmlLevel.BASIC:
            return self._basic.clean(html)
        return FRAME.sub(r"\1", self._extended.clean(html))


CLEANERS = Cleaners()
