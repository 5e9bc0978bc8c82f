"""What people have for an element: a row each person, or each person and learning objective."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, Update, bindparam, select, update

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
            changed.append({**of_key({**marked.owner, **mark.key}), **values})
    if changed:
        statement = change_of(marked.table, (*marked.owner, *names), (*marked.defaults, *given))
        work.execute(statement, changed)


def stored_marks(work: UnitOfWork, marked: Marked, names: Sequence[str]) -> dict[tuple[int, ...], Values]:
    """Returns the marks that are there by their keys, and keeps others from changing them."""
    statement = marks_of(marked.table, tuple(marked.owner), (*names, *marked.defaults))
    rows = work.execute(statement, of_key(marked.owner))
    count = len(names)
    return {tuple(row[:count]): dict(zip(marked.defaults, row[count:], strict=True)) for row in rows}


@cache
def marks_of(table: Table, owner: tuple[str, ...], names: tuple[str, ...]) -> Select[Any]:
    """Returns what reads these columns of the rows with what of_key has of the owner, and locks them."""
    return select(*(table.c[name] for name in names)).where(*is_key(table, owner)).with_for_update()


@cache
def change_of(table: Table, key: tuple[str, ...], names: tuple[str, ...]) -> Update:
    """Returns what gives these columns values where the others are what of_key has."""
    return update(table).where(*is_key(table, key)).values({name: bindparam(name) for name in names})


def is_key(table: Table, names: tuple[str, ...]) -> list[ColumnElement[bool]]:
    return [table.c[name] == bindparam(f"of_{name}") for name in names]


def of_key(values: Values) -> Values:
    """Returns values under names of their own, besides those of the columns that change."""
    return {f"of_{name}": value for name, value in values.items()}
