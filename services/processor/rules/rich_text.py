"""Rich text of a message (writes.yaml rich_content)."""

from __future__ import annotations

from lms.addresses import addresses_of
from lms.rich_text import HtmlLevel, cleaned, local_links
from lms.tables import course_file, element, my_file
from services.processor.context import Context


def clean_text(context: Context, html: str, level: HtmlLevel) -> str:
    """Returns the text made harmless at its creator's level, its links by key leading to what has the key.

    Links to what the credential does not see are left out, and so are other links without a scheme, which lead into
    the system that the text comes from; the message's result says so.
    """
    links = {link for link in local_links(html, level) if "\0" not in link}
    reader = context.work.reader(element, my_file, course_file) if links else None
    found = {} if reader is None else addresses_of(reader, context.message.site_id, links)
    seen = {key: one.path for key, one in found.items() if context.sight.sees_address(one.course_id, one.owner_id)}
    text = cleaned(html, level, seen)
    context.dropped_links.extend(text.dropped)
    return text.html
