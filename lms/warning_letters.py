"""Warning letters and their status: Created until they are read, then Received, at last Archived.

Whoever is about to show letters holds them for a while, and says when it has shown them. Held letters are Received to
everybody else; those that were not shown in time are Created again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Table,
    and_,
    bindparam,
    case,
    insert,
    or_,
    select,
    update,
)

from lms.lookup import LARGEST_INT
from lms.rich_text import HtmlLevel, cleaned
from lms.tables import course, person, term, warning_letter
from runtime.direct import Executor

CHUNK = 1000
HOLD = timedelta(seconds=60)


class UnknownNameError(Exception):
    """A new letter names somebody or something that the site does not have."""

    def __init__(self, index: int, member: str, key: str) -> None:
        """index: the letter's place in the list; member: person, course or term."""
        super().__init__(f"The {member} '{key}' is not known.")
        self.index = index
        self.member = member


@dataclass(frozen=True, slots=True)
class NewLetter:
    """A letter that was published; all but its text are keys or one line. course, term: "" for none."""

    key: str
    person: str
    title: str
    text: str
    course: str = ""
    term: str = ""


@dataclass(frozen=True, slots=True)
class StoredLetter:
    """What a change of status looks at; status as readers see it, and organisation_id that of the course."""

    id: int
    status: str
    person_id: int
    course_id: int | None
    organisation_id: int | None


def add_letters(connection: Connection, site_id: int, letters: Sequence[NewLetter], now: datetime) -> list[int]:
    """Adds letters, and returns the number of each; one whose key is there already stays as it is.

    Raises UnknownNameError.
    """
    known = {
        member: keys_of(connection, table, site_id, {getattr(one, member) for one in letters})
        for member, table in (("person", person), ("course", course), ("term", term))
    }
    there = numbers_of(connection, site_id, letters)
    fresh: dict[str, dict[str, Any]] = {}
    for index, letter in enumerate(letters):
        row = row_of(site_id, index, letter, known, now)
        if letter.key not in there:
            fresh.setdefault(letter.key, row)
    if fresh:
        connection.execute(insert(warning_letter), list(fresh.values()))
        there = numbers_of(connection, site_id, letters)
    return [there[one.key] for one in letters]


def row_of(
    site_id: int, index: int, letter: NewLetter, known: dict[str, dict[str, int]], now: datetime
) -> dict[str, Any]:
    references: dict[str, int | None] = {}
    for member in ("person", "course", "term"):
        key = getattr(letter, member)
        references[f"{member}_id"] = known[member].get(key)
        if references[f"{member}_id"] is None and (key or member == "person"):
            raise UnknownNameError(index, member, key)
    return {
        "site_id": site_id,
        "letter_key": letter.key,
        **references,
        "title": letter.title,
        "text": cleaned(letter.text, HtmlLevel.BASIC, {}).html,
        "status": "Created",
        "created_at": now,
        "updated_at": now,
    }


def keys_of(connection: Connection, table: Table, site_id: int, keys: Collection[str]) -> dict[str, int]:
    """Returns the numbers of the rows of a site that have these keys and are not deleted."""
    usable = [key for key in keys if "\0" not in key]
    where = (table.c.site_id == site_id, table.c.sync_key.in_(usable), table.c.deleted_at.is_(None))
    return {row.sync_key: row.id for row in connection.execute(select(table.c.sync_key, table.c.id).where(*where))}


def numbers_of(connection: Connection, site_id: int, letters: Sequence[NewLetter]) -> dict[str, int]:
    keys = {one.key for one in letters}
    where = (warning_letter.c.site_id == site_id, warning_letter.c.letter_key.in_(keys))
    rows = connection.execute(select(warning_letter.c.letter_key, warning_letter.c.id).where(*where))
    return {row.letter_key: row.id for row in rows}


def unread(now: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """The condition that a letter waits to be read: it is Created, and in nobody's hands."""
    held_until = warning_letter.c.held_until
    return and_(warning_letter.c.status == "Created", or_(held_until.is_(None), held_until <= now))


IN_CHUNK = warning_letter.c.id.in_(bindparam("numbers", expanding=True))
NOW = bindparam("now", type_=warning_letter.c.held_until.type)
LETTERS = (
    select(
        warning_letter.c.id,
        case((or_(warning_letter.c.status != "Created", unread(NOW)), warning_letter.c.status), else_="Received"),
        warning_letter.c.person_id,
        warning_letter.c.course_id,
        course.c.organisation_id,
    )
    .outerjoin(course, course.c.id == warning_letter.c.course_id)
    .where(warning_letter.c.site_id == bindparam("site_id"), IN_CHUNK)
    .order_by(warning_letter.c.id)
    .with_for_update(of=warning_letter)
)
CHANGE = (
    update(warning_letter)
    .where(IN_CHUNK)
    .values(status=bindparam("status"), held_until=None, updated_at=bindparam("updated_at"))
)


def lock_letters(
    connection: Executor, site_id: int, numbers: Collection[int], now: datetime
) -> dict[int, StoredLetter]:
    """Returns those letters of a site that are there, by number, locked until the transaction ends."""
    found: dict[int, StoredLetter] = {}
    for chunk in chunks(numbers):
        rows = connection.execute(LETTERS, {"site_id": site_id, "numbers": chunk, "now": now})
        found.update((row.id, StoredLetter(*row)) for row in rows)
    return found


def set_status(connection: Executor, numbers: Collection[int], status: str, now: datetime) -> None:
    """Gives locked letters a status."""
    for chunk in chunks(numbers):
        connection.execute(CHANGE, {"numbers": chunk, "status": status, "updated_at": now})


def receive_letters(connection: Connection, site_id: int, numbers: Collection[int], now: datetime) -> list[int]:
    """Holds letters for who is about to show them; returns the numbers of those that nobody had, ascending."""
    letters = lock_letters(connection, site_id, numbers, now)
    received = [number for number, letter in letters.items() if letter.status == "Created"]
    for chunk in chunks(received):
        held = update(warning_letter).where(warning_letter.c.id.in_(chunk))
        connection.execute(held.values(held_until=now + HOLD))
    return received


def confirm_letters(connection: Connection, site_id: int, numbers: Collection[int], now: datetime) -> None:
    """Marks held letters as received: they were shown, be it late. What became of others since stays."""
    held = (
        warning_letter.c.site_id == site_id,
        warning_letter.c.status == "Created",
        warning_letter.c.held_until.is_not(None),
    )
    for chunk in chunks(numbers):
        shown = update(warning_letter).where(*held, warning_letter.c.id.in_(chunk))
        connection.execute(shown.values(status="Received", held_until=None, updated_at=now))


def chunks(numbers: Collection[int]) -> Iterator[Sequence[int]]:
    """Yields the numbers that a letter may have, ascending, as many at once as a statement takes."""
    usable = sorted(number for number in numbers if 0 < number <= LARGEST_INT)
    yield from (usable[start : start + CHUNK] for start in range(0, len(usable), CHUNK))
