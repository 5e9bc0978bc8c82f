"""What content lets go: uses of files that end when it is changed (decision 13)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Column, bindparam, delete, exists, select
from sqlalchemy.sql.dml import ReturningDelete

from lms.tables import file_use
from lms.unit_of_work import UnitOfWork

Use = tuple[int, int, str]
"""Credential and message that brought a file, and the file."""

STILL_USED = select(
    exists().where(
        file_use.c.credential_id == bindparam("credential_id"),
        file_use.c.message_id == bindparam("message_id"),
        file_use.c.file_id == bindparam("file_id"),
    )
)


def end_uses(work: UnitOfWork, user: Column[Any], numbers: Collection[int]) -> list[Use]:
    """Removes the uses by some users; user: the column of file_use that names them."""
    rows = work.execute(uses_of(user), {"numbers": list(numbers)})
    return [(row.credential_id, row.message_id, row.file_id) for row in rows]


@cache
def uses_of(user: Column[Any]) -> ReturningDelete[Any]:
    """Returns what removes the uses by some users, and tells them."""
    ended = delete(file_use).where(user.in_(bindparam("numbers", expanding=True)))
    return ended.returning(file_use.c.credential_id, file_use.c.message_id, file_use.c.file_id)


def let_go(work: UnitOfWork, ended: Sequence[Use]) -> list[Use]:
    """Returns those of the ended uses that no other content has, once what follows them is staged."""
    keys = ("credential_id", "message_id", "file_id")
    return [use for use in ended if not work.scalar(STILL_USED, dict(zip(keys, use, strict=True)))]
