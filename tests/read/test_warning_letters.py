"""Read.WarningLetter: each letter once, and none lost."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest
from organisation.v1 import read_warning_letter_pb2 as pb
from sqlalchemy import select, update

from lms.tables import warning_letter
from runtime.database import reading
from tests.files.peers import Credential
from tests.read.conftest import Running, page
from tests.read.content import NOW

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
BUSY = ("UNAVAILABLE", "UNAVAILABLE", "The service is busy, try again later.")


def numbers(answer: pb.ReadWarningLetterResponse) -> list[int]:
    return [letter.id for letter in answer.warning_letters]


def statuses(running: Running) -> list[str]:
    """Returns the statuses in the store, by number."""
    with reading(running.content.engine) as connection:
        return list(connection.scalars(select(warning_letter.c.status).order_by(warning_letter.c.id)))


def end_of_holding(running: Running) -> None:
    with running.content.engine.begin() as connection:
        held = update(warning_letter).where(warning_letter.c.held_until.is_not(None))
        connection.execute(held.values(held_until=LONG_AGO))


async def happened(event: asyncio.Event) -> None:
    async with asyncio.timeout(10):
        await event.wait()
    event.clear()


async def test_a_letter_is_shown_once_and_received_by_it(running: Running) -> None:
    content = running.content
    pupil = content.pupil(3, "pupil")
    course_id = content.course(3, "a")
    term = content.term(3, "t", None, None)
    whole = content.letter(3, "1", pupil, course_id=course_id, term_id=term, text="<p>Late</p>")
    bare = content.letter(3, "2", pupil)
    content.letter(3, "3", pupil, status="Received")
    content.letter(3, "4", pupil, status="Archived")
    content.letter(4, "1", content.pupil(4, "pupil"))
    answer = await running.letters()
    one, two = answer.warning_letters
    assert (one.id, one.title, one.text, one.status) == (whole, "Letter 1", "<p>Late</p>", 1)
    assert (one.person_id, one.person_sync_key, one.term_id) == (pupil, "pupil", term)
    assert (one.course_id, one.course_sync_key, one.course_title) == (course_id, "a", "Course a")
    assert one.created_date.ToSeconds() == NOW.timestamp()
    assert (two.id, two.course_id, two.course_sync_key, two.course_title) == (bare, 0, "", "")
    assert not two.HasField("term_id")
    assert answer.base.total == 2
    await happened(running.processor.confirmed)
    assert statuses(running)[:2] == ["Received", "Received"]
    again = await running.letters()
    assert (numbers(again), again.base.total) == ([], 0)


async def test_the_first_page_again_and_again_drains_the_letters(running: Running) -> None:
    pupil = running.content.pupil(3, "pupil")
    ids = [running.content.letter(3, str(number), pupil) for number in range(5)]
    answers = [await running.letters(base=page(size=2)) for _ in range(4)]
    assert [numbers(answer) for answer in answers] == [ids[:2], ids[2:4], ids[4:], []]
    assert [answer.base.total for answer in answers] == [5, 3, 1, 0]
    with running.content.engine.begin() as connection:
        connection.execute(update(warning_letter).values(status="Created", held_until=None))
    assert numbers(await running.letters(base=page(2, 2))) == ids[4:]
    assert (await running.refused("letters", base=page(-1)))[1] == "INVALID_FIELD"


async def test_readers_at_once_get_each_letter_once(running: Running) -> None:
    pupil = running.content.pupil(3, "pupil")
    ids = [running.content.letter(3, str(number), pupil) for number in range(12)]
    answers = await asyncio.gather(*(running.letters(base=page(size=3)) for _ in range(4)))
    got = [number for answer in answers for number in numbers(answer)]
    assert len(got) == len(set(got))
    while left := numbers(await running.letters()):
        got += left
    assert sorted(got) == ids


async def test_no_letter_is_lost_when_the_processor_is_away(running: Running) -> None:
    letter = running.content.letter(3, "1", running.content.pupil(3, "pupil"))
    running.processor.away = True
    assert await running.refused("letters") == BUSY
    running.processor.away = False
    assert numbers(await running.letters()) == [letter]


async def test_no_letter_is_lost_with_an_answer_of_the_processor(running: Running) -> None:
    letter = running.content.letter(3, "1", running.content.pupil(3, "pupil"))
    running.processor.loses_answers = True
    assert await running.refused("letters") == BUSY
    running.processor.loses_answers = False
    assert numbers(await running.letters()) == []
    assert statuses(running) == ["Created"]
    end_of_holding(running)
    assert numbers(await running.letters()) == [letter]
    await happened(running.processor.confirmed)
    assert statuses(running) == ["Received"]


async def test_no_letter_is_lost_with_a_caller_that_hangs_up(running: Running) -> None:
    letter = running.content.letter(3, "1", running.content.pupil(3, "pupil"))
    running.processor.waits = asyncio.Event()
    call = asyncio.create_task(running.letters())
    await happened(running.processor.held)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    await happened(running.processor.hung_up)
    running.processor.waits = None
    assert numbers(await running.letters()) == []
    assert statuses(running) == ["Created"]
    end_of_holding(running)
    assert numbers(await running.letters()) == [letter]


async def test_a_letter_that_could_not_be_confirmed_is_shown_again(running: Running) -> None:
    letter = running.content.letter(3, "1", running.content.pupil(3, "pupil"))
    running.processor.cannot_confirm = True
    assert numbers(await running.letters()) == [letter]
    await happened(running.processor.not_confirmed)
    assert numbers(await running.letters()) == []
    end_of_holding(running)
    running.processor.cannot_confirm = False
    assert numbers(await running.letters()) == [letter]


async def test_letters_are_seen_by_their_course_or_else_by_their_person(running: Running) -> None:
    content = running.content
    school, college = content.organisation(3, "school"), content.organisation(3, "college")
    mine, theirs = (content.pupil(3, key, number) for key, number in (("m", school), ("t", college)))
    here, there = (content.course(3, key, organisation_id=number) for key, number in (("h", school), ("r", college)))
    of_course = content.letter(3, "1", theirs, course_id=here)
    of_person = content.letter(3, "2", mine)
    elsewhere = [content.letter(3, "3", mine, course_id=there), content.letter(3, "4", theirs)]
    gone = content.pupil(3, "gone", school, deleted=True)
    closed = content.course(3, "closed", deleted=True, organisation_id=school)
    content.letter(3, "5", gone)
    of_closed = content.letter(3, "6", theirs, course_id=closed)
    narrowed = running.peers.access.add(Credential(8, 3, organisations=("school",)))
    answer = await running.letters(narrowed)
    assert numbers(answer) == [of_course, of_person, of_closed]
    assert [letter.course_id for letter in answer.warning_letters] == [here, 0, 0]
    assert numbers(await running.letters()) == elsewhere


async def test_the_type_is_asked_for(running: Running) -> None:
    ungranted = running.peers.access.add(Credential(8, 3, types=("Read.Courses",)))
    running.content.letter(3, "1", running.content.pupil(3, "pupil"))
    assert (await running.refused("letters", ungranted))[1] == "TYPE_NOT_GRANTED"
    assert statuses(running) == ["Created"]
    assert len(numbers(await running.letters())) == 1
