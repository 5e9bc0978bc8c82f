"""What an import changes is counted anew: taken out of the tallies before it is written, and put in afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Column, ColumnElement, Integer, MetaData, Select, Table, delete, insert, or_, select, union

from lms.organisation_sets import settle_sets
from lms.roster.report import Action
from lms.roster.scratch import scratch
from lms.roster.stage import ACTION, RELINKED, Stage
from lms.roster.work import Work
from lms.tables import course, person, person_role
from lms.tallies import TALLIES, Tally


class Tallying:
    """The people, and the rows of each tally, whose place in it an import may change."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._connection = work.connection
        self._stages: Mapping[Any, Stage] = {table: stage for table, stage in work.stages.items() if stage.brought}
        self._people = self._noted("tallied_person", [*self._people_brought(), *self._holders()])
        self._courses = self._noted("tallied_course", self._courses_changed())
        self._rows = {tally: self._noted(f"tallied_{tally.rows.name}", self._rows_of(tally)) for tally in TALLIES}

    def take(self) -> None:
        """Comes before anything is written."""
        self._count(-1)

    def put(self) -> None:
        """Comes when everything is written."""
        if self._people is not None:
            settle_sets(self._connection, select(self._people.c.id))
        self._count(1)

    def _count(self, sign: int) -> None:
        for tally, rows in self._rows.items():
            if rows is None:
                continue
            tally.add(self._connection, select(rows.c.id), sign)
            if sign > 0:
                table = tally.table
                none = (table.c.site_id == self._work.site_id, table.c.number == 0)
                self._connection.execute(delete(table).where(*none))

    def _noted(self, name: str, found: Iterable[Select[int]]) -> Table | None:
        """Returns a table of the numbers that are found; None where nothing is looked for."""
        queries = list(found)
        if not queries:
            return None
        number = Column("id", Integer, primary_key=True, autoincrement=False)
        table = Table(name, MetaData(), number, **scratch(self._connection))
        table.create(self._connection, checkfirst=False)
        self._connection.execute(insert(table).from_select(["id"], union(*queries)))
        return table

    def _people_brought(self) -> Iterable[Select[int]]:
        """Selects people who come, go, or belong to other organisations."""
        stage = self._stages.get(person)
        if stage is not None:
            rows = stage.rows
            back = select(person.c.id).where(person.c.id == rows.c.id, person.c.deleted_at.is_not(None)).exists()
            moved = or_(rows.c[ACTION] != Action.CHANGED.value, rows.c[RELINKED], back)
            yield select(self._final(rows.c.id, person)).where(moved)

    def _holders(self) -> Iterable[Select[int]]:
        """Selects people whose roles change, as their organisations follow."""
        stage = self._stages.get(person_role)
        if stage is not None:
            rows = stage.rows
            yield select(self._final(rows.c.person_id, person)).where(rows.c[ACTION] != Action.DELETED.value)
            yield select(person_role.c.person_id).where(person_role.c.id.in_(select(rows.c.id)))

    def _courses_changed(self) -> Iterable[Select[int]]:
        """Selects courses that go, come back, or are seen by others than before."""
        stage = self._stages.get(course)
        if stage is not None:
            rows = stage.rows
            others: list[ColumnElement[bool]] = [
                rows.c[ACTION] == Action.DELETED.value,
                course.c.deleted_at.is_not(None),
                course.c.organisation_id.is_distinct_from(rows.c.organisation_id),
                course.c.use_assessment_record != rows.c.use_assessment_record,
            ]
            yield select(course.c.id).join(rows, rows.c.id == course.c.id).where(or_(*others))

    def _rows_of(self, tally: Tally) -> Iterable[Select[int]]:
        table, stage = tally.rows, self._stages.get(tally.rows)
        if stage is not None:
            yield select(self._final(stage.rows.c.id, table))
        if self._people is not None:
            yield select(table.c.id).where(table.c.person_id.in_(select(self._people.c.id)))
        if self._courses is not None:
            yield select(table.c.id).where(table.c.course_id.in_(select(self._courses.c.id)))

    def _final(self, staged: ColumnElement[int], table: Table) -> ColumnElement[int]:
        return self._work.numbering.final(staged, table)
