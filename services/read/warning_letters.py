"""Read.WarningLetter: a read that makes what it shows Received, through the processor.

The processor gives letters to one reader at a time. They are confirmed once the answer is on its way; where that does
not happen, since the read or the processor fell away between, they come back after a minute and are shown once more. So
a letter may be shown twice, but none is marked without having been shown.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

import structlog
from organisation.v1 import read_warning_letter_pb2 as pb
from organisation.v1.read_base_pb2 import PagedResultBase
from sqlalchemy import ColumnElement, Connection, Engine, and_, or_, select

from lms.tables import course, person, warning_letter
from lms.warning_letters import unread
from runtime.database import reading
from runtime.timestamps import timestamp
from services.read.page import Page, select_page
from services.read.platform import Platform, PlatformLostError
from services.read.rows import AnyRow
from services.read.scope import Scope

ATTEMPTS = 3
LETTERS = (
    select(
        warning_letter,
        person.c.sync_key.label("person_sync_key"),
        course.c.sync_key.label("course_sync_key"),
        course.c.title.label("course_title"),
        course.c.deleted_at.label("course_deleted_at"),
    )
    .join(person, person.c.id == warning_letter.c.person_id)
    .outerjoin(course, course.c.id == warning_letter.c.course_id)
)

log = structlog.get_logger()


class WarningLetters:
    """Shows letters that were not read yet."""

    def __init__(self, engine: Engine, platform: Platform) -> None:
        self._engine = engine
        self._platform = platform
        self._confirming: set[asyncio.Task[None]] = set()

    async def read(self, scope: Scope, request: pb.ReadWarningLetterRequest) -> pb.ReadWarningLetterResponse:
        """Returns exactly those letters of a page that the processor gave to this call.

        Where other readers took a whole page first, the next letters are tried, so that an empty page means the end.
        """
        page = Page.of(request.base)
        for _ in range(ATTEMPTS):
            rows, base = await asyncio.to_thread(self._select, scope, page)
            given = await self._platform.receive(scope.site_id, [row.id for row in rows]) if rows else set()
            if given or not rows:
                break
        return pb.ReadWarningLetterResponse(
            base=base, warning_letters=[as_letter(row) for row in rows if row.id in given]
        )

    def shown(self, site_id: int, answer: pb.ReadWarningLetterResponse) -> None:
        """Confirms the letters of an answer that is on its way, without keeping anybody waiting."""
        if answer.warning_letters:
            task = asyncio.create_task(self._confirm(site_id, [letter.id for letter in answer.warning_letters]))
            self._confirming.add(task)
            task.add_done_callback(self._confirming.discard)

    async def close(self) -> None:
        """Waits until what was shown is confirmed."""
        if self._confirming:
            await asyncio.wait(self._confirming)

    async def _confirm(self, site_id: int, letter_ids: Sequence[int]) -> None:
        try:
            await self._platform.confirm(site_id, letter_ids)
        except PlatformLostError:
            log.warning("letters may be shown twice", site=site_id, letters=letter_ids)

    def _select(self, scope: Scope, page: Page) -> tuple[Sequence[AnyRow], PagedResultBase]:
        with reading(self._engine) as connection:
            return select_letters(connection, scope, page, datetime.now(UTC))


def select_letters(
    connection: Connection, scope: Scope, page: Page, now: datetime
) -> tuple[Sequence[AnyRow], PagedResultBase]:
    """Returns a page of the letters that the caller may read now: two statements."""
    query = LETTERS.where(warning_letter.c.site_id == scope.site_id, unread(now), visible(scope))
    return select_page(connection, page, query, warning_letter.c.id)


def visible(scope: Scope) -> ColumnElement[bool]:
    """The condition that the caller sees a letter, as in Update.WarningLetter: by its course, else by its person."""
    there = person.c.deleted_at.is_(None)
    if not scope.organisation_sync_keys:
        return there
    of_course = and_(warning_letter.c.course_id.is_not(None), scope.within(course, scope.organisation_sync_keys))
    return and_(there, or_(of_course, and_(warning_letter.c.course_id.is_(None), scope.people())))


def as_letter(row: AnyRow) -> pb.UnreadWarningLetter:
    has_course = row.course_id is not None and row.course_deleted_at is None
    return pb.UnreadWarningLetter(
        course_id=row.course_id if has_course else 0,
        course_sync_key=row.course_sync_key if has_course else "",
        course_title=row.course_title if has_course else "",
        created_date=timestamp(row.created_at),
        id=row.id,
        person_id=row.person_id,
        person_sync_key=row.person_sync_key,
        status=pb.WARNING_LETTER_STATUS_CREATED,
        term_id=row.term_id,
        text=row.text,
        title=row.title,
    )
