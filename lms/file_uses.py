"""What content lets go: uses of files that end when it is changed (decision 13)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Column, bindparam, delete, exists, select

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
    columns = (file_use.c.credential_id, file_use.c.message_id, file_use.c.file_id)
    ended = delete(file_use).where(user.in_(numbers)).returning(*columns)
    return [(row.credential_id, row.message_id, row.file_id) for row in work.connection().execute(ended)]


def let_go(work: UnitOfWork, ended: Sequence[Use]) -> list[Use]:
    """Returns those of the ended uses that no other content has, once what follows them is staged."""
    connection = work.connection()
    keys = ("credential_id", "message_id", "file_id")
    return [use for use in ended if not connection.scalar(STILL_USED, dict(zip(keys, use, strict=True)))]
