"""Compares a roster with what is stored, a chunk at a time, and stages what differs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from itertools import groupby

from sqlalchemy import Table, select
from sqlalchemy.engine import RowMapping

from lms.among import among
from lms.roster.chunk import Chunk, Parent, searchable, unmarked
from lms.roster.kind import Kind, Values
from lms.roster.kinds import BY_NAME, KINDS
from lms.roster.pieces import Kept, Piece, Sent, Whole
from lms.roster.report import Action, Refusal
from lms.roster.stage import Stage
from lms.roster.telling import difference, name_of
from lms.roster.work import Work

PAGE_ROWS = 2_000


class Comparison:
    """What a roster says beside what is stored. It writes to temporary tables alone."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._without_parent: list[tuple[Kind, Parent]] = []
        self._whole: set[str] = set()

    def add(self, pieces: Sequence[Piece]) -> None:
        """Takes pieces in their order. A row refers to those before it, but its parent may come anywhere."""
        for kind, same in groupby(pieces, kind_of):
            if kind is not None:
                self._bring(kind, [piece for piece in same if isinstance(piece, Sent)])
                continue
            others = list(same)
            self._keep([piece for piece in others if isinstance(piece, Kept)])
            self._whole.update(piece.kind for piece in others if isinstance(piece, Whole))

    def finish(self) -> None:
        """Sets the parents that came after their children, and stages what whole kinds lack for deletion."""
        self._set_parents()
        for name in BY_NAME:
            if name in self._whole:
                self._delete_unseen(BY_NAME[name])

    def _bring(self, kind: Kind, rows: Sequence[Sent]) -> None:
        chunk = Chunk(self._work, kind)
        chunk.bring(rows)
        self._without_parent.extend((kind, parent) for parent in chunk.without_parent)

    def _keep(self, pieces: Iterable[Kept]) -> None:
        wanted: dict[str, list[str]] = {}
        for piece in pieces:
            wanted.setdefault(piece.kind, []).append(piece.sync_key)
        for name, keys in wanted.items():
            kind = BY_NAME[name]
            seen = self._work.seen(kind)
            for number in self._stored_numbers(kind.table, keys):
                seen.add(number)

    def _stored_numbers(self, table: Table, keys: Iterable[str]) -> Iterable[int]:
        query = select(table.c.id).where(
            table.c.site_id == self._work.site_id, among(self._work.connection, table.c.sync_key, searchable(keys))
        )
        return self._work.connection.scalars(query)

    def _set_parents(self) -> None:
        known = self._work.known((kind.table, key) for kind, pair in self._without_parent for key in pair)
        for kind, (key, parent_key) in self._without_parent:
            parent = known.get((kind.table, parent_key))
            if parent is None:
                reason = f"The {kind.name} above, '{parent_key[:255]}', is not known."
                self._work.report.refuse(Refusal(kind.name, key, reason, field="parent_sync_key"))
            elif not self._work.stage(kind).set_parent(key, parent):
                self._change_parent(kind, key, parent)

    def _change_parent(self, kind: Kind, key: str, parent: int) -> None:
        """Sets the parent of a row that is as it was in all else."""
        table = kind.table
        query = select(table).where(table.c.site_id == self._work.site_id, table.c.sync_key == key)
        stored = self._work.connection.execute(query).mappings().one()
        if stored["parent_id"] == parent:
            return
        brought: Values = unmarked(stored) | {"parent_id": parent}
        self._work.stage(kind).add(Action.CHANGED, [{"sync_key": key, "id": stored["id"], **brought}])
        self._work.report.count(kind.name).unchanged -= 1
        self._work.note(kind, Action.CHANGED, key, lambda: difference(stored, brought))

    def _delete_unseen(self, kind: Kind) -> None:
        """Stages for deletion what is stored and did not come."""
        seen, stage, table = self._work.seen(kind), self._work.stage(kind), kind.table
        self._work.report.count(kind.name)
        last = ""
        while True:
            query = (
                select(table)
                .where(table.c.site_id == self._work.site_id, table.c.deleted_at.is_(None), table.c.sync_key > last)
                .order_by(table.c.sync_key)
                .limit(PAGE_ROWS)
            )
            page = self._work.connection.execute(query).mappings().all()
            if not page:
                return
            last = page[-1]["sync_key"]
            self._stage_deletions(kind, stage, [row for row in page if row["id"] not in seen])

    def _stage_deletions(self, kind: Kind, stage: Stage, rows: Sequence[RowMapping]) -> None:
        stage.add(Action.DELETED, [{"sync_key": row["sync_key"], "id": row["id"]} for row in rows])
        for row in rows:
            self._work.note(kind, Action.DELETED, row["sync_key"], partial(name_of, row))


def kind_of(piece: Piece) -> Kind | None:
    return KINDS[type(piece.row)] if isinstance(piece, Sent) else None
