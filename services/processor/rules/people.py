"""Who makes, changes, deletes or assesses content, and who is assessed (writes.yaml user_rules)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

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
    """Returns the person, who is in sight and neither deleted nor external; need not be in the course."""
    return check_person(context, "User", data.user_id, data.user_sync_key, wording)


def check_person(
    context: Context, name: str, number: int | None, key: str | None, wording: Wording
) -> PersonReference | None:
    """Returns the person whom the members of this name mean, under the same rules as a user."""
    if named_twice(context, Step.USERS, name, number, key):
        return None
    person = find(context.work.directory.people, number, key)
    if person is None or not context.sight.sees_person(person.id):
        context.refuse(wording.user_invalid, Step.USERS)
    elif person.deleted:
        context.refuse(wording.user_deleted, Step.USERS)
    elif person.external:
        context.refuse(wording.user_external, Step.USERS)
    else:
        return person
    return None


def check_users(context: Context, items: Sequence[NamesUser]) -> list[PersonReference | None]:
    """The same for many, whose sight is looked up at once."""
    found = [find(context.work.directory.people, one.user_id, one.user_sync_key) for one in items]
    context.sight.seen_people([person.id for person in found if person is not None])
    return [check_user(context, one) for one in items]
