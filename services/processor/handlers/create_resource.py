"""Create.Resource: rooms and equipment that can be booked, of one organisation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lms.lanes import Detail
from lms.resources import NewResource, add_resource
from services.processor.context import Context
from services.processor.handler import Handler
from services.processor.rules.organisations import check_organisation
from services.processor.rules.people import check_user
from services.processor.rules.sync_keys import check_keys_of
from services.processor.rules.titles import check_short_name, check_title
from services.processor.rules.vendors import check_vendor

ONE_FORM = "You are not allowed to enter both Title and Resources"


@dataclass(frozen=True, slots=True)
class Resource:
    title: str | None = None
    short_name: str | None = None
    description: str | None = None
    available_for: str | None = None


@dataclass(frozen=True, slots=True)
class Resources:
    user_id: int | None = None
    user_sync_key: str | None = None
    organisation_id: int | None = None
    organisation_sync_key: str | None = None
    title: str | None = None
    short_name: str | None = None
    description: str | None = None
    available_for: str | None = None
    resources: tuple[Resource, ...] = ()

    @property
    def only(self) -> Resource:
        """The one that stands in the body itself."""
        return Resource(self.title, self.short_name, self.description, self.available_for)


def apply(context: Context, data: Resources) -> Sequence[Detail]:
    check_vendor(context)
    creator = check_user(context, data)
    organisation = check_organisation(context, data)
    items = items_of(context, data)
    keys = check_keys_of(context, len(items))
    titles = [(check_title(context, one.title), check_short_name(context, one.short_name)) for one in items]
    owner, by = context.approved(organisation), context.approved(creator)
    for item, key, (title, short_name) in zip(items, keys, titles, strict=True):
        shown = context.approved(title), context.approved(short_name)
        available_for = (item.available_for or "").split()
        new = NewResource(owner.id, key, *shown, item.description or "", available_for, by.id)
        add_resource(context.work, new, context.origin)
    return [context.info("Resource created", key) for key in keys]


def items_of(context: Context, data: Resources) -> Sequence[Resource]:
    """Returns the list of the message, or else the one resource in its body."""
    if not data.resources:
        return (data.only,)
    if data.only != Resource():
        context.refuse(ONE_FORM)
    return data.resources


HANDLER = Handler("Create.Resource", "Resource", Resources, apply)
