"""Totals and places in a long list, from the tallies that are kept with its rows (lms.tallies)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, and_, func, or_, select, true

from services.read.scope import Scope


@dataclass(frozen=True, slots=True)
class Tallied:
    """The rows of a query, counted step by step in the order of its key.

    steps: selects step and number: how many rows each step has, as the caller sees them.
    from_step: the condition that a row is of that step or a later one.
    edge: the condition that a row that the query selects is in none of the steps; it is then before all of them.
    all_of_step: selects the rows of a step, those that are not to be seen, too; for steps of many rows.
    """

    steps: Select[Any]
    from_step: Callable[[int], ColumnElement[bool]]
    edge: ColumnElement[bool] | None = None
    all_of_step: Callable[[int], Select[Any]] | None = None

    def count(self, connection: Connection, query: Select[Any]) -> tuple[int, int]:
        """Returns how many rows are in steps, and how many are at the edge: one statement."""
        steps = self.steps.subquery()
        in_steps = select(func.coalesce(func.sum(steps.c.number), 0)).scalar_subquery()
        if self.edge is None:
            return int(connection.execute(select(in_steps)).scalar_one()), 0
        at_edge = query.with_only_columns(func.count(), maintain_column_froms=True).where(self.edge).scalar_subquery()
        numbers = connection.execute(select(in_steps, at_edge)).one()
        return int(numbers[0]), int(numbers[1])

    def place(self, connection: Connection, query: Select[Any], offset: int) -> tuple[Select[Any], int]:
        """Returns what selects rows from the step of a row on, and how many of these are before the row.

        offset: how many rows of steps are before the row, less than all. Two statements at most.
        """
        steps = self.steps.subquery()
        whole = select(steps.c.step, func.sum(steps.c.number).label("number")).group_by(steps.c.step).subquery()
        before = (func.sum(whole.c.number).over(order_by=whole.c.step) - whole.c.number).label("before")
        each = select(whole, before).subquery()
        found = select(each).where(each.c.before <= offset).order_by(each.c.step.desc()).limit(1)
        at = connection.execute(found).one()
        return self._rows_from(connection, query, at.step, int(at.number)), offset - int(at.before)

    def _rows_from(self, connection: Connection, query: Select[Any], step: int, number: int) -> Select[Any]:
        """Returns all rows of the step where each is seen, so that none need be looked at; else the query's."""
        if self.all_of_step is not None:
            rows = self.all_of_step(step)
            if connection.execute(rows.with_only_columns(func.count())).scalar_one() == number:
                return rows
        return query.where(self.from_step(step))


def in_sight(scope: Scope, table: Table, *also: int) -> ColumnElement[bool]:
    """The condition that the caller sees what a row of a tally counts: by the organisations of course and person.

    also: numbers that stand for no organisation of a course, and are seen.
    """
    if not scope.organisation_sync_keys:
        return true()
    within = scope.within(table, scope.organisation_sync_keys)
    of_course = or_(within, *(table.c.organisation_id == number for number in also))
    return and_(of_course, scope.belongs(table.c.organisation_set_id, scope.organisation_sync_keys))


def unindexed(column: ColumnElement[int]) -> ColumnElement[int]:
    """Returns the number that a row of a long list refers to, so that no index of the list finds the row by it.

    Else SQLite takes all people or courses first, then their rows, and sorts these for each page.
    """
    return column + 0
