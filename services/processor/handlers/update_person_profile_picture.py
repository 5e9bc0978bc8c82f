"""Update.Person.ProfilePicture: gives people pictures, in place of those that they have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lms.lanes import Detail
from lms.pictures import picture_type, set_pictures
from services.processor.context import Context, Resources, UsedFile
from services.processor.handler import Handler
from services.processor.message import Message
from services.processor.preparation import Preparation
from services.processor.rules.people import check_users
from services.processor.rules.pictures import check_picture
from services.processor.rules.single_use import check_unused_by_others
from services.processor.rules.vendors import check_vendor


@dataclass(frozen=True, slots=True)
class ProfilePicture:
    user_id: int | None = None
    user_sync_key: str | None = None
    file_id: str = ""


def files(message: Message) -> Sequence[str]:
    return [one.file_id for one in message.data]


def prepare(preparation: Preparation, message: Message, resources: Resources) -> dict[str, str | None]:
    """Returns the kind of each file that is there, by its id as the message has it; None: it is no picture."""
    found = {asked: file for asked, file in resources.files.items() if file is not None}
    return {asked: picture_type(preparation.read_start(message, file)) for asked, file in found.items()}


def apply(context: Context, data: Sequence[ProfilePicture]) -> Sequence[Detail]:
    check_vendor(context)
    people = check_users(context, data)
    pictures = [check_picture(context, one.file_id) for one in data]
    pairs = [(a, b) for a, b in zip(people, pictures, strict=True) if a is not None and b is not None]
    check_unused_by_others(context, [(person.id, picture.file) for person, picture in pairs])
    checked = context.approved(pairs)
    let_go = set_pictures(context.work, {person.id: picture for person, picture in checked}, context.origin)
    context.let_go += [UsedFile(message_id, credential, file) for credential, message_id, file in let_go]
    return [context.info("Profile picture updated", person.sync_key) for person, _ in checked]


HANDLER = Handler(
    "Update.Person.ProfilePicture", "Person", tuple[ProfilePicture, ...], apply, files=files, prepare=prepare
)
