"""Pages of a read: by number from 0, or by token, whose cost does not grow with the depth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from organisation.v1.read_base_pb2 import PagedRequestBase, PagedResultBase
from sqlalchemy import ColumnElement, Connection, Select, func

from runtime.errors import invalid_field
from runtime.paging import decode_page_token, encode_page_token
from services.read.rows import AnyRow
from services.read.scope import LARGEST_INT

PAGE_SIZE = 100


@dataclass(frozen=True, slots=True)
class Page:
    """Which rows: those of page `index` by number, or, with `after`, those whose id is larger."""

    index: int
    size: int
    after: int | None

    @classmethod
    def of(cls, base: PagedRequestBase) -> Page:
        """Reads a request; a size of 0 or unset is 100, and so is any larger one."""
        if base.page_size < 0:
            raise invalid_field("page_size", "PageSize must not be negative.")
        size = min(base.page_size or PAGE_SIZE, PAGE_SIZE)
        key = decode_page_token(base.page_token, (int, int))
        if key is not None:
            index, after = int(key[0]), int(key[1])
            if not (0 <= index <= LARGEST_INT and 0 <= after <= LARGEST_INT):
                raise invalid_field("page_token", "page_token is not one that this service gave.")
            return cls(index, size, after)
        if base.page_index < 0:
            raise invalid_field("page_index", "PageIndex must not be negative.")
        return cls(base.page_index, size, None)

    @property
    def offset(self) -> int:
        return 0 if self.after is not None else self.index * self.size

    def result(self, total: int, last_id: int | None) -> PagedResultBase:
        """Returns the base of the answer; last_id: of this page's last row, None where no row follows."""
        token = "" if last_id is None else encode_page_token(self.index + 1, last_id)
        return PagedResultBase(current_page_index=self.index, page_size=self.size, total=total, next_page_token=token)


def select_page(
    connection: Connection, page: Page, query: Select[Any], key: ColumnElement[int]
) -> tuple[Sequence[AnyRow], PagedResultBase]:
    """Returns the rows of a page, ascending by key, and the base of the answer: two statements.

    query selects every row that matches, unordered, and `key` as one of its columns, unique among them. A page by
    number first finds where it begins, on keys alone, so that the rows before it are not read.
    """
    count = query.with_only_columns(func.count(), maintain_column_froms=True)
    total: int = connection.execute(count).scalar_one()
    if page.offset >= total:
        return [], page.result(total, None)
    if page.after is not None:
        query = query.where(key > page.after)
    elif page.offset:
        keys = query.with_only_columns(key, maintain_column_froms=True).order_by(key)
        query = query.where(key >= keys.limit(1).offset(page.offset).scalar_subquery())
    rows = connection.execute(query.order_by(key).limit(page.size + 1)).all()
    shown = rows[: page.size]
    last = shown[-1]._mapping[key] if len(rows) > page.size else None  # noqa: SLF001 (a public name)
    return shown, page.result(total, last)
