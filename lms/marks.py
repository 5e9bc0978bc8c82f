"""What people have for an element: a row each person, or each person and learning objective."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Table, bindparam, select, update

from lms.unit_of_work import UnitOfWork, Values


@dataclass(frozen=True, slots=True)
class Marked:
    """What is marked: the rows of a table that have these values in common."""

    table: Table
    owner: Values
    new: Values
    """What a new row has besides, and keeps."""
    defaults: Values
    """What marks change, as it is in a new row."""

    def where(self) -> list[ColumnElement[bool]]:
        return [self.table.c[name] == value for name, value in self.owner.items()]


@dataclass(frozen=True, slots=True)
class Mark:
    """What becomes of one row."""

    key: Values
    """The columns that tell it from the others; every mark names the same."""
    changes: Values
    """The columns that change; the others stay, and are as in the defaults where the row is new."""


def set_marks(work: UnitOfWork, marked: Marked, marks: Sequence[Mark], given: Values) -> None:
    """Stores marks, each with what is given; each key comes once."""
    if not marks:
        return
    names = list(marks[0].key)
    stored = stored_marks(work, marked, names)
    changed: list[Values] = []
    for mark in marks:
        old = stored.get(tuple(mark.key[name] for name in names))
        values = {**(marked.defaults if old is None else old), **mark.changes, **given}
        if old is None:
            work.insert(marked.table, {**marked.owner, **marked.new, **mark.key, **values})
        else:
            changed.append({**{f"old_{name}": mark.key[name] for name in names}, **values})
    if changed:
        where = [marked.table.c[name] == bindparam(f"old_{name}") for name in names]
        columns: Values = {name: bindparam(name) for name in (*marked.defaults, *given)}
        work.connection().execute(update(marked.table).where(*marked.where(), *where).values(columns), changed)


def stored_marks(work: UnitOfWork, marked: Marked, names: Sequence[str]) -> dict[tuple[int, ...], Values]:
    """Returns the marks that are there by their keys, and keeps others from changing them."""
    columns = [marked.table.c[name] for name in (*names, *marked.defaults)]
    rows = work.connection().execute(select(*columns).where(*marked.where()).with_for_update())
    return {
        tuple(row[name] for name in names): {name: row[name] for name in marked.defaults} for row in rows.mappings()
    }
