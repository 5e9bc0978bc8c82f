"""Statements that are made once for each set of columns: to make one costs more than to execute it."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Column, Delete, Select, Update, bindparam, delete, select, update

from lms.unit_of_work import UnitOfWork, Values

KEY = "of_key"


@cache
def update_of(key: Column[Any], names: tuple[str, ...]) -> Update:
    """Returns what gives these columns values where the key's column has the value KEY."""
    return update(key.table).where(key == bindparam(KEY)).values({name: bindparam(name) for name in names})


@cache
def delete_of(key: Column[Any]) -> Delete:
    """Returns what removes the rows whose key's column has the value KEY."""
    return delete(key.table).where(key == bindparam(KEY))


@cache
def select_of(key: Column[Any], *columns: Column[Any]) -> Select[Any]:
    """Returns what reads columns where the key's column has the value KEY."""
    return select(*columns).where(key == bindparam(KEY))


def change_rows(work: UnitOfWork, key: Column[Any], number: int, values: Values) -> None:
    """Changes columns of the rows that have a number in the key's column."""
    work.execute(update_of(key, tuple(values)), {**values, KEY: number})


def change_own(work: UnitOfWork, key: Column[Any], element_id: int, values: Values) -> None:
    """Changes columns of what an element has in a table; none of them refers to what messages make."""
    work.execute(update_of(key, tuple(values)), {**values, KEY: element_id}, element_id=element_id)
