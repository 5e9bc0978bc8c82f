"""The Content-Type of a request."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from python_multipart.multipart import parse_options_header


@dataclass(frozen=True, slots=True)
class ContentType:
    """Its media type in small letters, and the parameters that matter; "" and None for those that are not there."""

    media_type: str
    charset: str | None = None
    boundary: str = ""
    start: str = ""

    @property
    def is_related(self) -> bool:
        return self.media_type == "multipart/related"


@lru_cache(maxsize=256)
def parse_content_type(value: str) -> ContentType:
    """Reads a header's value; parameters may be quoted or not."""
    media_type, options = parse_options_header(value)
    charset = options.get(b"charset", b"").decode("latin-1").strip("\"' ")
    return ContentType(
        media_type.decode("latin-1").strip(),
        charset or None,
        options.get(b"boundary", b"").decode("latin-1"),
        options.get(b"start", b"").decode("latin-1"),
    )
