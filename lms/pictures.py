"""The pictures of people: one a person, which uses its file until it is replaced or removed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, delete, select

from lms.elements import Origin, StoredFile, use_file
from lms.file_uses import Use, end_uses, let_go
from lms.tables import file_use, person, profile_picture
from lms.unit_of_work import UnitOfWork

PEOPLE: Any = bindparam("people", expanding=True)
LOCK = select(person.c.id).where(person.c.id.in_(PEOPLE)).order_by(person.c.id).with_for_update(key_share=True)
REMOVE = delete(profile_picture).where(profile_picture.c.person_id.in_(PEOPLE))
STARTS = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}


@dataclass(frozen=True, slots=True)
class Picture:
    """A file that is an image; content_type is one of lms.tables.profile_picture."""

    file: StoredFile
    content_type: str


def picture_type(start: bytes) -> str | None:
    """Returns which kind of picture a file is by its first bytes; None: it is none that browsers show."""
    for signature, content_type in STARTS.items():
        if start.startswith(signature):
            return content_type
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return "image/webp"
    # Two letters alone begin many texts; the four reserved bytes of a bitmap are zero.
    return "image/bmp" if start[:2] == b"BM" and start[6:10] == bytes(4) else None


def set_pictures(work: UnitOfWork, pictures: Mapping[int, Picture], origin: Origin) -> list[Use]:
    """Gives people, by number, new pictures; returns what the old ones let go."""
    ended = end_pictures(work, pictures.keys())
    for person_id, picture in pictures.items():
        work.insert(
            profile_picture,
            {
                "person_id": person_id,
                "site_id": work.site_id,
                "file_id": picture.file.file_id,
                "name": picture.file.name,
                "content_type": picture.content_type,
                "size": picture.file.size,
                "vendor_id": origin.vendor_id,
                "updated_at": work.now,
                "credential_id": origin.credential_id,
                "message_id": origin.message_id,
            },
        )
        use_file(work, picture.file, origin, person_id=person_id)
    return let_go(work, ended)


def remove_pictures(work: UnitOfWork, people: Collection[int]) -> list[Use]:
    """Removes the pictures of people, where they have any; returns what was let go."""
    return let_go(work, end_pictures(work, people))


def end_pictures(work: UnitOfWork, people: Collection[int]) -> list[Use]:
    """Removes pictures and their uses of files, with the people locked against another message."""
    work.execute(LOCK, {"people": list(people)})
    work.execute(REMOVE, {"people": list(people)})
    return end_uses(work, file_use.c.person_id, people)
