"""The rows that an import will write, in tables that its connection alone sees, so that nobody waits for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Integer,
    MetaData,
    String,
    Table,
    exists,
    func,
    select,
    update,
)
from sqlalchemy.types import TypeEngine

from lms.among import among, fill
from lms.roster.kind import MARKS, Kind, Values
from lms.roster.report import Action
from lms.roster.scratch import scratch

STORED_ALIKE = MARKS - {"id"}
"""Columns that are staged as the key, or not at all, as they are the same in all rows."""
ACTION = "staged_action"
RELINKED = "staged_relinked"


class Stage:
    """What is to be written of one kind. A created row has all its columns, a changed one those that imports bring."""

    def __init__(self, connection: Connection, kind: Kind) -> None:
        self._connection = connection
        self.kind = kind
        self.brought: dict[Action, tuple[str, ...]] = {}
        """The columns that the rows of an action have."""
        self.rows = Table(
            f"staged_{kind.table.name}",
            MetaData(),
            Column("sync_key", kind.table.c.sync_key.type, primary_key=True),
            Column(ACTION, String(8), nullable=False),
            Column(RELINKED, Boolean, nullable=False),
            *(Column(one.name, wide(one.type)) for one in kind.table.columns if one.name not in STORED_ALIKE),
            **scratch(connection),
        )
        self.rows.create(connection, checkfirst=False)
        self.links = None if kind.links is None else self._make_links(connection)

    def _make_links(self, connection: Connection) -> Table:
        assert self.kind.links is not None  # noqa: S101 (for the type checker)
        columns = (self.kind.links.own, self.kind.links.other, "position")
        table = Table(
            f"staged_{self.kind.links.table.name}",
            MetaData(),
            *(Column(name, BigInteger, nullable=False) for name in columns),
            **scratch(connection),
        )
        table.create(connection, checkfirst=False)
        return table

    def add(self, action: Action, rows: Sequence[Values], relinked: Iterable[str] = ()) -> None:
        """Adds rows of the kind's table, each with its sync_key, and notes those whose lists are to be replaced."""
        if not rows:
            return
        self.brought.setdefault(action, tuple(rows[0]))
        listed = set(relinked)
        staged = [{**row, ACTION: action.value, RELINKED: row["sync_key"] in listed} for row in rows]
        fill(self._connection, self.rows, staged)

    def add_links(self, lists: Iterable[tuple[int, Sequence[int]]]) -> None:
        """Adds the lists of rows, by the rows' numbers."""
        links = self.kind.links
        if links is None or self.links is None:
            return
        rows = [
            {links.own: number, links.other: other, "position": position}
            for number, others in lists
            for position, other in enumerate(others)
        ]
        if rows:
            fill(self._connection, self.links, rows)

    def values(self, name: str, keys: Iterable[str]) -> dict[str, Any]:
        """Returns a column of those rows, of these keys, that are here and have it; deleted ones have but a number."""
        if not self.brought:
            return {}
        here = among(self._connection, self.rows.c.sync_key, list(keys))
        query = select(self.rows.c.sync_key, self.rows.c[name]).where(here)
        if name != "id":
            query = query.where(self.rows.c[ACTION] != Action.DELETED.value)
        return {row[0]: row[1] for row in self._connection.execute(query)}

    def set_parent(self, key: str, parent_id: int) -> bool:
        """Sets the parent of a row; returns False when the row is not here."""
        statement = update(self.rows).where(self.rows.c.sync_key == key).values(parent_id=parent_id)
        return self._connection.execute(statement).rowcount > 0

    def count(self, action: Action) -> int:
        query = select(func.count()).select_from(self.rows).where(self.rows.c[ACTION] == action.value)
        return self._connection.scalar(query) or 0

    def has(self, action: Action) -> bool:
        return action in self.brought

    def relinks(self) -> bool:
        """Whether a list of any row is to be replaced."""
        return bool(self._connection.scalar(select(exists().where(self.rows.c[RELINKED]))))


def wide(column_type: TypeEngine[Any]) -> TypeEngine[Any]:
    """Returns a column's type, with room for provisional numbers."""
    return BigInteger() if isinstance(column_type, Integer) else column_type
