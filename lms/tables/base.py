"""What the tables share: their metadata, moments in UTC, and the columns that many of them have."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from threading import Lock
from typing import Any

from cachetools import LRUCache
from sqlalchemy import JSON, Column, DateTime, Integer, MetaData, String
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

SYNC_KEY_LENGTH = 128
ROSTER_KEY_LENGTH = 255
TITLE_LENGTH = 255
FILE_ID_LENGTH = 36
FILE_NAME_LENGTH = 255
MOST_ENCODED = 1000
LONGEST_ENCODED = 2000
"""How many values of SharedJson are remembered, and up to how many characters."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """A moment with its zone, always UTC; SQLite, which knows no zones, keeps it naive."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None or dialect.name == "postgresql":
            return value
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 (SQLAlchemy's)
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class SharedJson(TypeDecorator[Any]):
    """JSON whose values are shared by many rows and left as they are: what was encoded last is not encoded again."""

    impl = JSON
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any] | None:
        encode = super().bind_processor(dialect)
        return None if encode is None else encode_once(encode)


def encode_once(encode: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Returns what does the same, and remembers the values that it was given, which are told apart by identity."""
    kept: LRUCache[int, tuple[Any, Any]] = LRUCache(MOST_ENCODED)
    lock = Lock()

    def encoded(value: Any) -> Any:
        with lock:
            known = kept.get(id(value))
            if known is not None:
                return known[1]
            made = encode(value)
            if isinstance(made, str) and len(made) <= LONGEST_ENCODED:
                kept[id(value)] = value, made
            return made

    return encoded


def id_column() -> Column[int]:
    """The platform's number of a thing: an xs:int on the wire."""
    return Column("id", Integer, primary_key=True, autoincrement=True)


def roster_columns() -> tuple[Column[Any], ...]:
    """Number, site, partners' key, and the marks of time that all roster rows have."""
    return (
        id_column(),
        Column("site_id", Integer, nullable=False),
        Column("sync_key", String(ROSTER_KEY_LENGTH), nullable=False),
        Column("created_at", Moment, nullable=False),
        Column("updated_at", Moment, nullable=False),
        Column("deleted_at", Moment),
    )


def element_key() -> Column[int]:
    """The primary key of a table that holds more about some elements."""
    return Column("element_id", Integer, primary_key=True, autoincrement=False)


def one_of(column: str, values: tuple[str, ...]) -> str:
    """Returns the SQL condition that a column holds one of these words."""
    words = ", ".join(f"'{value}'" for value in values)
    return f"{column} IN ({words})"


def one_is_set(*columns: str) -> str:
    """Returns the SQL condition that exactly one of these columns has a value."""
    return " + ".join(f"CASE WHEN {column} IS NULL THEN 0 ELSE 1 END" for column in columns) + " = 1"
