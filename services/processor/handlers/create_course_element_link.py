"""Create.Course.Element.Link: one web link in a course."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lms.elements import Link, add_element, add_link
from lms.lanes import Detail
from services.processor.context import Context
from services.processor.handler import Handler
from services.processor.rules.links import check_url, opening
from services.processor.rules.placement import InCourse, check_place
from services.processor.rules.sync_keys import check_key
from services.processor.rules.titles import check_title


@dataclass(frozen=True, slots=True)
class WebLink(InCourse):
    title: str = ""
    link: str = ""
    description: str = ""
    active: bool = False
    """Unlike its siblings, a link is not shown unless the message says so."""
    link_type: str = "Ordinary"
    open_in: str = "ExistingWindow"


def apply(context: Context, data: WebLink) -> Sequence[Detail]:
    place = check_place(context, data)
    sync_key = check_key(context)
    title = check_title(context, data.title)
    url = check_url(context, data.link)
    new = context.approved(place).element(context, "Link", sync_key, context.approved(title))
    number = add_element(context.work, replace(new, description=data.description, active=data.active))
    add_link(context.work, number, Link(context.approved(url), opening(data.open_in), data.link_type))
    return [context.info("Link created", sync_key)]


HANDLER = Handler("Create.Course.Element.Link", "Link", WebLink, apply)
