"""Delete.Person.ProfilePicture: removes people's pictures; whoever has none keeps none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lms.lanes import Detail
from lms.pictures import remove_pictures
from services.processor.context import Context, UsedFile
from services.processor.handler import Handler
from services.processor.rules.people import check_users
from services.processor.rules.vendors import check_vendor


@dataclass(frozen=True, slots=True)
class Person:
    user_id: int | None = None
    user_sync_key: str | None = None


def apply(context: Context, data: Sequence[Person]) -> Sequence[Detail]:
    check_vendor(context)
    people = context.approved([person for person in check_users(context, data) if person is not None])
    let_go = remove_pictures(context.work, [person.id for person in people])
    context.let_go += [UsedFile(message_id, credential, file) for credential, message_id, file in let_go]
    return [context.info("Profile picture deleted", person.sync_key) for person in people]


HANDLER = Handler("Delete.Person.ProfilePicture", "Person", tuple[Person, ...], apply)
