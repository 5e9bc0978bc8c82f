"""Pages of a read: by number from 0, or by token, whose cost does not grow with the depth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from organisation.v1.read_base_pb2 import PagedRequestBase, PagedResultBase
from sqlalchemy import ColumnElement, Connection, Select, func, tuple_

from runtime.errors import invalid_field
from runtime.paging import decode_page_token, encode_page_token
from services.read.rows import AnyRow
from services.read.scope import LARGEST_INT
from services.read.tallied import Tallied

PAGE_SIZE = 100
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

KeyValue = int | datetime


@dataclass(frozen=True, slots=True)
class Page:
    """Which rows: those of page `index` by number, or, with `after`, those whose key is larger."""

    index: int
    size: int
    after: tuple[KeyValue, ...] | None

    @classmethod
    def of(cls, base: PagedRequestBase, kinds: tuple[type[KeyValue], ...] = (int,)) -> Page:
        """Reads a request; a size of 0 or unset is 100, and so is any larger one. kinds: of the parts of the key."""
        if base.page_size < 0:
            raise invalid_field("page_size", "PageSize must not be negative.")
        size = min(base.page_size or PAGE_SIZE, PAGE_SIZE)
        key = decode_page_token(base.page_token, (int, *[int for _ in kinds]))
        if key is not None:
            index, *after = (part_of(kind, int(part)) for kind, part in zip((int, *kinds), key, strict=True))
            assert isinstance(index, int)  # noqa: S101 (its kind is int)
            return cls(index, size, tuple(after))
        if base.page_index < 0:
            raise invalid_field("page_index", "PageIndex must not be negative.")
        return cls(base.page_index, size, None)

    @property
    def offset(self) -> int:
        return 0 if self.after is not None else self.index * self.size

    def behind(self, since: KeyValue | None) -> tuple[KeyValue, ...] | None:
        """Returns `after` where it says more than that the first part of a key is larger than `since`."""
        if self.after is None or since is None:
            return self.after
        return self.after if self.after[0] > since else None  # type: ignore[operator] # (both are of one kind)

    def result(self, total: int, last: Sequence[KeyValue]) -> PagedResultBase:
        """Returns the base of the answer; last: the key of this page's last row, empty where no row follows."""
        token = encode_page_token(self.index + 1, *map(number_of, last)) if last else ""
        return PagedResultBase(current_page_index=self.index, page_size=self.size, total=total, next_page_token=token)


def part_of(kind: type[KeyValue], number: int) -> KeyValue:
    """Returns a part of a key from its number in a token: a moment is in microseconds since 1970."""
    try:
        if kind is datetime:
            return EPOCH + number * MICROSECOND
        if 0 <= number <= LARGEST_INT:
            return number
    except OverflowError:
        pass
    raise invalid_field("page_token", "page_token is not one that this service gave.")


def number_of(part: KeyValue) -> int:
    return part if isinstance(part, int) else (part - EPOCH) // MICROSECOND


def select_page(
    connection: Connection,
    page: Page,
    query: Select[Any],
    *key: ColumnElement[Any],
    count: Select[Any] | None = None,
    tallied: Tallied | None = None,
    since: KeyValue | None = None,
) -> tuple[Sequence[AnyRow], PagedResultBase]:
    """Returns the rows of a page, ascending by key, and the base of the answer: two statements, four with tallied.

    query selects every row that matches, unordered, and the columns of the key, which is unique among them. A page by
    number first finds where it begins, on keys alone, so that the rows before it are not read. count: selects how many
    match, where there is a cheaper way than to count the rows of the query. tallied: the same rows, counted already.
    since: the first part of the key is larger; it is said only where the page's place does not, as SQLite would begin
    there all the same.
    """
    bounded = query if since is None else query.where(key[0] > since)
    in_steps, at_edge = 0, 0
    if tallied is not None:
        in_steps, at_edge = tallied.count(connection, bounded)
    else:
        counted = bounded.with_only_columns(func.count(), maintain_column_froms=True) if count is None else count
        at_edge = connection.execute(counted).scalar_one()
    total = in_steps + at_edge
    if page.offset >= total:
        return [], page.result(total, ())
    place = key[0] if len(key) == 1 else tuple_(*key)
    if page.offset:
        keys, offset = bounded, page.offset
        if tallied is not None and offset >= at_edge:
            keys, offset = tallied.place(connection, query, offset - at_edge)
        keys = keys.with_only_columns(*key, maintain_column_froms=True).order_by(*key)
        query = query.where(place >= keys.limit(1).offset(offset).scalar_subquery())
    elif after := page.behind(since):
        query = query.where(place > (after[0] if len(key) == 1 else after))
    else:
        query = bounded
    rows = connection.execute(query.order_by(*key).limit(page.size + 1)).all()
    shown = rows[: page.size]
    last = [shown[-1]._mapping[part] for part in key] if len(rows) > page.size else ()  # noqa: SLF001 (a public name)
    return shown, page.result(total, last)
