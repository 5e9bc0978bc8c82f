"""Web addresses, and where they open."""

from __future__ import annotations

from services.processor.context import Context
from services.processor.rules.titles import has_controls

LONGEST_URL = 2000
SCHEMES = ("http://", "https://")
NO_LINK = "Link is blank or contains invalid characters."
# The old link type's own words for what the extensions call by other names.
OPENINGS = {
    "New": "NewWindow",
    "640x480Popup": "Popup640",
    "640x4800Popup": "Popup640",
    "800x600Popup": "Popup800",
    "1024x768Popup": "Popup1024",
}


def check_url(context: Context, link: str | None) -> str | None:
    """Returns the address; one without http or https gets http:// in front, nothing else is looked at."""
    shown = (link or "").strip()
    if not shown or has_controls(shown):
        context.refuse(NO_LINK)
        return None
    url = shown if shown.lower().startswith(SCHEMES) else f"http://{shown}"
    if len(url) > LONGEST_URL + len(SCHEMES[0]):
        context.refuse(f"Link must not be longer than {LONGEST_URL} characters.")
        return None
    return url


def opening(word: str) -> str:
    """Returns where a link opens, in the words of the extensions."""
    return OPENINGS.get(word, word)
