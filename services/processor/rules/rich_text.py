"""Rich text of a message (writes.yaml rich_content)."""

from __future__ import annotations

from collections.abc import Sequence

from lms.addresses import addresses_of
from lms.rich_text import HtmlLevel, cleaned
from services.processor.context import Context


def clean_text(context: Context, html: str, level: HtmlLevel) -> str:
    """Returns the text made harmless at its creator's level, its links by key leading to what has the key.

    Links to what the credential does not see are left out, and so are other links without a scheme, which lead into
    the system that the text comes from; the message's result says so.
    """
    text = cleaned(html, level, {})
    if text.dropped:
        text = cleaned(html, level, addresses(context, text.dropped))
        context.dropped_links.extend(text.dropped)
    return text.html


def addresses(context: Context, links: Sequence[str]) -> dict[str, str]:
    """Returns where those of the links lead that the credential sees."""
    keys = [link for link in links if "\0" not in link]
    found = addresses_of(context.work, context.message.site_id, keys)
    return {key: one.path for key, one in found.items() if context.sight.sees_address(one.course_id, one.owner_id)}
