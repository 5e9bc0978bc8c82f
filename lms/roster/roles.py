"""People whose roles are rows of their own: their role is that of the first, their organisations are those of all."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, MetaData, Select, Table, case, delete, func, insert, select, update

from lms.roster.report import Action
from lms.roster.scratch import scratch
from lms.roster.stage import ACTION, Stage
from lms.roster.work import Work
from lms.tables import person, person_organisation, person_role


class RoleSettlement:
    """Sets role and organisations of the people whose roles an import writes."""

    def __init__(self, work: Work, stage: Stage) -> None:
        self._work = work
        self._connection = work.connection
        self._stage = stage
        number = Column("person_id", BigInteger, nullable=False)
        self._people = Table("staged_role_holder", MetaData(), number, **scratch(work.connection))

    def note(self) -> None:
        """Notes whose the roles are before they are written."""
        self._people.create(self._connection, checkfirst=False)
        staged = self._stage.rows
        kept = select(staged.c.id).where(staged.c[ACTION] != Action.CREATED.value)
        self._add(select(person_role.c.person_id).where(person_role.c.id.in_(kept)).distinct())

    def settle(self) -> None:
        """Sets what follows from the roles, once they are written."""
        staged = self._stage.rows
        here = (person_role.c.site_id == self._work.site_id, person_role.c.sync_key == staged.c.sync_key)
        self._add(select(person_role.c.person_id).where(*here).distinct())
        people = select(self._people.c.person_id)
        role = self._first_role()
        values = {"role": func.coalesce(role.scalar_subquery(), ""), "updated_at": self._work.now}
        self._connection.execute(update(person).where(person.c.id.in_(people)).values(values))
        self._connection.execute(delete(person_organisation).where(person_organisation.c.person_id.in_(people)))
        names = ["person_id", "organisation_id", "position"]
        self._connection.execute(insert(person_organisation).from_select(names, organisations_of(people)))

    def _add(self, people: Select[tuple[int]]) -> None:
        self._connection.execute(insert(self._people).from_select(["person_id"], people))

    def _first_role(self) -> Select[tuple[str]]:
        live = (person_role.c.person_id == person.c.id, person_role.c.deleted_at.is_(None))
        order = (person_role.c.is_primary.desc(), person_role.c.id)
        return select(person_role.c.role).where(*live).order_by(*order).limit(1)


def organisations_of(people: Select[tuple[int]]) -> Select[tuple[int, int, int]]:
    """Returns the organisations of people by their roles, that of a primary role first."""
    held = (
        select(
            person_role.c.person_id,
            person_role.c.organisation_id,
            func.max(case((person_role.c.is_primary, 1), else_=0)).label("main"),
            func.min(person_role.c.id).label("first"),
        )
        .where(person_role.c.person_id.in_(people), person_role.c.deleted_at.is_(None))
        .group_by(person_role.c.person_id, person_role.c.organisation_id)
        .subquery()
    )
    place = func.row_number().over(partition_by=held.c.person_id, order_by=(held.c.main.desc(), held.c.first)) - 1
    return select(held.c.person_id, held.c.organisation_id, place)
