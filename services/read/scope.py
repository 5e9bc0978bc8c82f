"""What a caller sees of the content: one site, or the courses of chosen organisations in it (contract section 9)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, or_, select, true

from lms.organisations import organisations_within
from lms.tables import course, course_term, organisation, organisation_set_member, person, project, term
from runtime.downloads import Download, DownloadAddresses
from services.read.errors import not_valid, refused
from services.read.rows import AnyRow

LARGEST_INT = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Scope:
    """A site, and the keys of the organisations that the caller is narrowed to; none: all of them.

    addresses: makes the addresses of files in the answer.
    """

    site_id: int
    organisation_sync_keys: tuple[str, ...] = ()
    addresses: DownloadAddresses | None = None

    def file_url(self, file_id: str, name: str) -> str:
        """Returns where a file of the site can be fetched under that name, for a while; "" where nowhere."""
        if self.addresses is None:
            return ""
        return self.addresses.of(Download(file_id, self.site_id, name))

    def courses(self) -> ColumnElement[bool]:
        """The condition that the caller sees a course: of the site and its organisations, and not deleted."""
        return and_(self._there(course), self._granted(course))

    def projects(self) -> ColumnElement[bool]:
        """The condition that the caller sees a project: of the site and its organisations, and not deleted."""
        return and_(self._there(project), self._granted(project))

    def terms(self) -> ColumnElement[bool]:
        """The condition that the caller sees a term: of the site and its organisations, and not deleted.

        A term without an organisation of its own is one of those whose courses have it.
        """
        seen = self._there(term)
        if not self.organisation_sync_keys:
            return seen
        of_course = select(course_term.c.term_id).join(course, course.c.id == course_term.c.course_id)
        used = term.c.id.in_(of_course.where(self.courses()))
        return and_(seen, or_(self._granted(term), and_(term.c.organisation_id.is_(None), used)))

    def people(self) -> ColumnElement[bool]:
        """The condition that the caller sees a person: of the site and its organisations, and not deleted."""
        seen = self._there(person)
        if not self.organisation_sync_keys:
            return seen
        return and_(seen, self.belongs(person.c.organisation_set_id, self.organisation_sync_keys))

    def organisations(self) -> ColumnElement[bool]:
        """The condition that the caller sees an organisation: of the site, granted or below one, and not deleted."""
        seen = self._there(organisation)
        if not self.organisation_sync_keys:
            return seen
        return and_(seen, organisation.c.id.in_(organisations_within(self.site_id, self.organisation_sync_keys)))

    def belongs(self, organisation_set_id: ColumnElement[int], sync_keys: tuple[str, ...]) -> ColumnElement[bool]:
        """The condition that a person with this set belongs to one of these organisations, or to one below them."""
        sets = select(organisation_set_member.c.organisation_set_id).where(
            organisation_set_member.c.organisation_id.in_(organisations_within(self.site_id, sync_keys))
        )
        return organisation_set_id.in_(sets)

    def within(self, table: Table, sync_keys: tuple[str, ...]) -> ColumnElement[bool]:
        """The condition that a row belongs to one of these organisations, or to one below them."""
        return table.c.organisation_id.in_(organisations_within(self.site_id, sync_keys))

    def _there(self, table: Table) -> ColumnElement[bool]:
        return and_(table.c.site_id == self.site_id, table.c.deleted_at.is_(None))

    def _granted(self, table: Table) -> ColumnElement[bool]:
        return self.within(table, self.organisation_sync_keys) if self.organisation_sync_keys else true()


def find_course(connection: Connection, scope: Scope, request: Any) -> int:
    """Returns the number of the course that a request names by exactly one of course_id and course_sync_key."""
    return int(find_course_with(connection, scope, request).id)


def find_course_with(connection: Connection, scope: Scope, request: Any, *columns: ColumnElement[Any]) -> AnyRow:
    """Returns number and further columns of that course."""
    course_id = request.course_id if request.HasField("course_id") else None
    one_of("Course", course_id, request.course_sync_key)
    chosen = (
        course.c.id == course_id if course_id is not None else course.c.sync_key == searchable(request.course_sync_key)
    )
    found = connection.execute(select(course.c.id, *columns).where(chosen, scope.courses())).one_or_none()
    if found is None:
        raise not_valid("Course", "CourseId/CourseSyncKey")
    return found


def one_of(kind: str, number: int | None, sync_key: str) -> None:
    """Refuses both and neither of number and key."""
    if number is not None and sync_key:
        raise refused(f"You are not allowed to enter both {kind}Id and {kind}SyncKey.")
    if number is None and not sync_key:
        raise refused(f"Either {kind}Id or {kind}SyncKey must be specified.")


def searchable(key: str) -> str:
    """Returns the key, or "", which no row has, for what no database text can hold."""
    return "" if "\0" in key else key


def number_of(text: str) -> int | None:
    """Returns the xs:int that a text is; None for any other text."""
    digits = text.strip().removeprefix("+")
    if not (digits.isascii() and digits.isdigit()) or len(digits.lstrip("0")) > len(str(LARGEST_INT)):
        return None
    number = int(digits)
    return number if number <= LARGEST_INT else None
