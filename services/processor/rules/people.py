"""Who makes, changes or deletes content (writes.yaml user_rules)."""

from __future__ import annotations

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
    """Returns the person, who exists on the site and is neither deleted nor external; need not be in the course."""
    if named_twice(context, Step.USERS, "User", data.user_id, data.user_sync_key):
        return None
    person = find(context.work.directory.people, data.user_id, data.user_sync_key)
    if person is None:
        context.refuse(wording.user_invalid, Step.USERS)
    elif person.deleted:
        context.refuse(wording.user_deleted, Step.USERS)
    elif person.external:
        context.refuse(wording.user_external, Step.USERS)
    else:
        return person
    return None
