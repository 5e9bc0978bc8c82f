"""What people have for an element: a row each person, or each person and learning objective."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Table, bindparam, select, update

from lms.unit_of_work import UnitOfWork, Values


@dataclass(frozen=True, slots=True)
class Mark:
    """What becomes of one row."""

    key: Values
    """The columns of the primary key beside element_id."""
    changes: Values
    """The columns that change; the others stay, and are as in the defaults where the row is new."""


def set_marks(
    work: UnitOfWork, table: Table, element_id: int, evaluator_id: int, marks: Sequence[Mark], defaults: Values
) -> None:
    """Stores the marks of an element in this table; each key comes once."""
    stored = stored_marks(work, table, element_id)
    given = {"evaluator_id": evaluator_id, "assessed_at": work.now}
    changed: list[Values] = []
    for mark in marks:
        old = stored.get(tuple(mark.key[name] for name in key_names(table)))
        row = {**mark.key, **(defaults if old is None else old), **mark.changes, **given}
        if old is None:
            work.insert(table, {"element_id": element_id, "site_id": work.site_id, **row})
        else:
            changed.append({f"old_{name}" if name in mark.key else name: value for name, value in row.items()})
    if changed:
        names = [*defaults, *given]
        where = [table.c[name] == bindparam(f"old_{name}") for name in key_names(table)]
        statement = update(table).where(table.c.element_id == element_id, *where)
        work.connection().execute(statement.values({name: bindparam(name) for name in names}), changed)


def key_names(table: Table) -> list[str]:
    """Returns the columns that tell the marks of an element apart."""
    return [column.name for column in table.primary_key if column.name != "element_id"]


def stored_marks(work: UnitOfWork, table: Table, element_id: int) -> dict[tuple[int, ...], Values]:
    """Returns the marks of an element by their keys, and keeps others from changing them."""
    rows = work.connection().execute(select(table).where(table.c.element_id == element_id).with_for_update())
    keys = key_names(table)
    own = {"element_id", "site_id", *keys}
    return {
        tuple(row[key] for key in keys): {name: value for name, value in row.items() if name not in own}
        for row in rows.mappings()
    }
