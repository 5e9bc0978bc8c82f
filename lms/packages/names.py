"""Names inside a package: what an entry of the archive may be called, and where an href of a manifest leads."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from lms.packages.errors import PackageError, quoted

PATH_BYTES: Final = 4096
SEGMENT_BYTES: Final = 255

CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")
DRIVE: Final = re.compile(r"[A-Za-z]:")
SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")
WEB_SCHEMES: Final = frozenset({"http", "https"})
DEVICES: Final = frozenset(
    {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$"}
    | {f"{port}{number}" for port in ("COM", "LPT") for number in "0123456789"}
)
# Characters that a reader, a browser or another file system may take for a separator.
SEPARATOR_LOOKALIKES: Final = frozenset("\u2044\u2215\u2216\u29f5\u29f8\ufe68\uff0f\uff3c")
# Marks that turn the reading direction, so that a name shows another extension than it has.
DIRECTION_MARKS: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True, slots=True)
class Target:
    """Where an href leads.

    `raw` and `decoded` are two readings (with and without percent-decoding) of a path below the package's root;
    both are empty when `external`. `suffix` is the query and fragment, with their `?` and `#`.
    """

    raw: str
    decoded: str
    suffix: str
    external: bool


def entry_name(stored: str) -> str:
    """Returns the name of an archive entry in NFC with `/` between folders; refuses one that could lead elsewhere.

    A backslash counts as a separator, as the archivers of old .NET versions wrote it, so it passes the same checks.
    """
    name = unicodedata.normalize("NFC", stored).replace("\\", "/")
    refuse_characters(name)
    if name.startswith("/") or DRIVE.match(name):
        raise PackageError(f"The package holds a file with an absolute path: {quoted(stored)}.")
    segments = [segment for segment in name.split("/") if segment not in ("", ".")]
    for segment in segments:
        refuse_segment(segment, stored)
    joined = "/".join(segments)
    if len(joined.encode()) > PATH_BYTES:
        raise PackageError(f"The package holds a file whose path is too long: {quoted(stored)}.")
    return joined


def refuse_characters(name: str) -> None:
    if CONTROLS.search(name) or not SEPARATOR_LOOKALIKES.isdisjoint(name) or not DIRECTION_MARKS.isdisjoint(name):
        raise PackageError(f"The package holds a file name with characters that are not allowed: {quoted(name)}.")


def refuse_segment(segment: str, stored: str) -> None:
    folded = unicodedata.normalize("NFKC", segment)
    if not folded.strip(". "):
        raise PackageError(f"The package holds a file whose path leaves its folder: {quoted(stored)}.")
    if segment.endswith((".", " ")):
        raise PackageError(f"The package holds a file name that ends in a dot or a space: {quoted(stored)}.")
    if folded.partition(".")[0].rstrip().upper() in DEVICES:
        raise PackageError(f"The package holds a file that is named as a device: {quoted(stored)}.")
    if len(segment.encode()) > SEGMENT_BYTES:
        raise PackageError(f"The package holds a file whose name is too long: {quoted(stored)}.")


def resolve_href(folder: str, href: str) -> Target:
    """Resolves `href` of a manifest below `folder` (its xml:base, or the folder of the file that holds it).

    Raises PackageError for local schemes (`file:`, `javascript:` …), absolute paths and paths that leave the package.
    """
    text = href.strip()
    if len(text) > PATH_BYTES or CONTROLS.search(text):
        raise PackageError(f"The package refers to a file by an invalid name: {quoted(text)}.")
    if is_external(text) or is_external(folder):
        return Target("", "", "", external=True)
    path, suffix = split_suffix(text)
    raw = below(folder, path, text)
    decoded = below(folder, unquote(path), text) if "%" in path else raw
    return Target(raw, decoded, suffix, external=False)


def is_external(text: str) -> bool:
    scheme = SCHEME.match(text)
    if scheme is None:
        return text.startswith("//")
    if scheme.group(1).lower() not in WEB_SCHEMES:
        raise PackageError(f"The package refers to something outside itself: {quoted(text)}.")
    return True


def split_suffix(text: str) -> tuple[str, str]:
    cut = min((position for position in (text.find("?"), text.find("#")) if position >= 0), default=len(text))
    return text[:cut], text[cut:]


def below(folder: str, path: str, href: str) -> str:
    path = unicodedata.normalize("NFC", path).replace("\\", "/")
    if path.startswith("/") or DRIVE.match(path):
        raise PackageError(f"The package refers to an absolute path: {quoted(href)}.")
    segments: list[str] = []
    for segment in f"{folder}/{path}".split("/"):
        if segment == "..":
            if not segments:
                raise PackageError(f"The package refers to a file outside itself: {quoted(href)}.")
            segments.pop()
        elif segment not in ("", "."):
            segments.append(segment)
    return "/".join(segments)
