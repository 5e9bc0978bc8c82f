"""Who makes, changes, deletes or assesses content, and who is assessed (writes.yaml user_rules)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from lms.organisations import people_within
from lms.references import PersonReference
from services.processor.context import Context, Step
from services.processor.rules.naming import find, named_twice
from services.processor.rules.wording import STANDARD, Wording


class NamesUser(Protocol):
    """A body with UserId and UserSyncKey."""

    @property
    def user_id(self) -> int | None: ...

    @property
    def user_sync_key(self) -> str | None: ...


def check_user(context: Context, data: NamesUser, wording: Wording = STANDARD) -> PersonReference | None:
    """Returns the person, who exists on the site and is neither deleted nor external; need not be in the course."""
    return check_person(context, "User", data.user_id, data.user_sync_key, wording)


def check_person(
    context: Context, name: str, number: int | None, key: str | None, wording: Wording
) -> PersonReference | None:
    """Returns the person whom the members of this name mean, under the same rules as a user."""
    if named_twice(context, Step.USERS, name, number, key):
        return None
    person = find(context.work.directory.people, number, key)
    if person is None:
        context.refuse(wording.user_invalid, Step.USERS)
    elif person.deleted:
        context.refuse(wording.user_deleted, Step.USERS)
    elif person.external:
        context.refuse(wording.user_external, Step.USERS)
    else:
        return person
    return None


def check_subjects(context: Context, items: Sequence[NamesUser]) -> list[PersonReference | None]:
    """Returns the people who are changed, not those who act: whoever a credential may not see is unknown to it."""
    found = [find(context.work.directory.people, one.user_id, one.user_sync_key) for one in items]
    strangers = unseen(context, {person.id for person in found if person is not None})
    checked: list[PersonReference | None] = []
    for item, person in zip(items, found, strict=True):
        if person is not None and person.id in strangers:
            context.refuse(STANDARD.user_invalid, Step.USERS)
            checked.append(None)
        else:
            checked.append(check_user(context, item))
    return checked


def unseen(context: Context, people: Collection[int]) -> set[int]:
    """Returns those of the people whom the credential may not see: it is narrowed to organisations of others."""
    if not context.organisations or not people:
        return set()
    query = people_within(context.work.site_id, context.organisations, people)
    return set(people) - set(context.work.connection().scalars(query))
