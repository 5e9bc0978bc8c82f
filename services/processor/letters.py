"""Warning letters that come by rpc, and that were read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from organisation.v1 import platform_service_pb2
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from lms.tables.base import TITLE_LENGTH
from lms.tables.warning_letter import LETTER_KEY_LENGTH
from lms.warning_letters import NewLetter, UnknownNameError, add_letters, confirm_letters, receive_letters
from runtime.database import writing
from runtime.errors import invalid_field

MOST_LETTERS = 1000


def publish_letters(engine: Engine, request: platform_service_pb2.PublishWarningLettersRequest) -> list[int]:
    """Stores letters, all or none, and returns their numbers; INVALID_ARGUMENT names what is wrong."""
    if len(request.letters) > MOST_LETTERS:
        raise invalid_field("letters", f"At most {MOST_LETTERS} letters can be published at once.")
    letters = [letter_of(index, one) for index, one in enumerate(request.letters)]
    try:
        return store(engine, request.site_id, letters)
    except IntegrityError:
        return store(engine, request.site_id, letters)  # another call has just stored one of them: it is there now
    except UnknownNameError as error:
        raise invalid_field(f"letters[{error.index}].{error.member}_sync_key", str(error)) from error


def store(engine: Engine, site_id: int, letters: Sequence[NewLetter]) -> list[int]:
    with writing(engine) as connection:
        return add_letters(connection, site_id, letters, datetime.now(UTC))


def letter_of(index: int, letter: platform_service_pb2.WarningLetter) -> NewLetter:
    for name, longest in (("key", LETTER_KEY_LENGTH), ("title", TITLE_LENGTH)):
        value: str = getattr(letter, name)
        if not value.strip() or len(value) > longest or not value.isprintable():
            text = f"{name} must be one line of 1 to {longest} characters."
            raise invalid_field(f"letters[{index}].{name}", text)
    if "\0" in letter.text:
        raise invalid_field(f"letters[{index}].text", "text must not hold a NUL.")
    return NewLetter(
        letter.key,
        letter.person_sync_key,
        letter.title.strip(),
        letter.text,
        letter.course_sync_key,
        letter.term_sync_key,
    )


def hold_letters(engine: Engine, site_id: int, letter_ids: Sequence[int]) -> list[int]:
    """Gives letters to who is about to show them; returns those that nobody had."""
    check_count(letter_ids)
    with writing(engine) as connection:
        return receive_letters(connection, site_id, letter_ids, datetime.now(UTC))


def mark_received(engine: Engine, site_id: int, letter_ids: Sequence[int]) -> None:
    """Marks letters that were shown as received."""
    check_count(letter_ids)
    with writing(engine) as connection:
        confirm_letters(connection, site_id, letter_ids, datetime.now(UTC))


def check_count(letter_ids: Sequence[int]) -> None:
    if len(letter_ids) > MOST_LETTERS:
        raise invalid_field("letter_ids", f"At most {MOST_LETTERS} letters can be received at once.")
