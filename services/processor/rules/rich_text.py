"""Rich text of a message (writes.yaml rich_content)."""

from __future__ import annotations

from lms.addresses import addresses_of
from lms.rich_text import HtmlLevel, cleaned, local_links
from services.processor.context import Context


def clean_text(context: Context, html: str, level: HtmlLevel) -> str:
    """Returns the text made harmless at its creator's level, its links by key leading to what has the key.

    Other links without a scheme lead into the system that the text comes from: they are left out, and the message's
    result says so.
    """
    links = {link for link in local_links(html, level) if "\0" not in link}
    addresses = addresses_of(context.work.connection(), context.message.site_id, links) if links else {}
    text = cleaned(html, level, addresses)
    context.dropped_links.extend(text.dropped)
    return text.html
