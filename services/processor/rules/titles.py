"""Titles and names (writes.yaml title_rules)."""

from __future__ import annotations

import unicodedata

from lms.tables.base import TITLE_LENGTH
from services.processor.context import Context, Step
from services.processor.rules.wording import STANDARD, Wording

TOO_LONG = f"Title must not be longer than {TITLE_LENGTH} characters."
SHORT_NAME_INVALID = "ShortName is blank or contains invalid characters."
SHORT_NAME_TOO_LONG = f"ShortName must not be longer than {TITLE_LENGTH} characters."
NOT_IN_NAMES = frozenset('\\/:*?"<>|')
TURNS = frozenset(
    "\N{LEFT-TO-RIGHT EMBEDDING}\N{RIGHT-TO-LEFT EMBEDDING}\N{POP DIRECTIONAL FORMATTING}"
    "\N{LEFT-TO-RIGHT OVERRIDE}\N{RIGHT-TO-LEFT OVERRIDE}"
)
LINE_SPACE = str.maketrans("\t\r\n", "   ")
FILE_NAME_INVALID = "File name is blank or contains invalid characters."


def has_controls(text: str) -> bool:
    """Whether there are characters that no line of text has: controls, and those that turn its direction."""
    return not text.isprintable() and any(
        one in TURNS or unicodedata.category(one) in ("Cc", "Zl", "Zp") for one in text
    )


def check_title(context: Context, title: str | None, wording: Wording = STANDARD) -> str | None:
    """Returns the title without space around it: one line, not blank, not too long."""
    return check_line(context, title, wording.title_invalid, TOO_LONG)


def check_short_name(context: Context, name: str | None) -> str | None:
    """Returns the short name, by the rules for titles."""
    return check_line(context, name, SHORT_NAME_INVALID, SHORT_NAME_TOO_LONG)


def check_line(context: Context, text: str | None, invalid: str, too_long: str) -> str | None:
    shown = (text or "").translate(LINE_SPACE).strip()
    if not shown or has_controls(shown):
        context.refuse(invalid, Step.TITLES)
    elif len(shown) > TITLE_LENGTH:
        context.refuse(too_long, Step.TITLES)
    else:
        return shown
    return None


def check_file_name(context: Context, name: str, invalid: str = FILE_NAME_INVALID) -> str | None:
    """Returns the name of a file, or of a folder of files: it is a piece of a path. invalid: what else to answer."""
    shown = name.strip()
    if not shown.strip(".") or len(shown) > TITLE_LENGTH or has_controls(shown) or NOT_IN_NAMES & set(shown):
        context.refuse(invalid, Step.TITLES)
        return None
    return shown


def shortened(title: str) -> str:
    """Returns a title that comes from a package as one line that is not too long."""
    return "".join(" " if has_controls(one) else one for one in title)[:TITLE_LENGTH].strip()
