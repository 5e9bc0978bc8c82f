"""Many keys and rows at once, in the way that each database takes best."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from psycopg import sql
from sqlalchemy import ARRAY, Column, ColumnElement, Connection, Table, any_, insert, literal


def among(connection: Connection, column: Column[Any], values: Collection[Any]) -> ColumnElement[bool]:
    """Returns the condition that a column has one of these values: PostgreSQL takes them as one parameter."""
    if connection.dialect.name == "postgresql":
        return column == any_(literal(list(values), ARRAY(column.type)))
    return column.in_(list(values))


def fill(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Inserts rows that all have the same columns; PostgreSQL copies them."""
    if connection.dialect.name != "postgresql":
        connection.execute(insert(table), rows)
        return
    names = list(rows[0])
    processors = [processor_of(connection, table.c[name]) for name in names]
    columns = sql.SQL(", ").join(map(sql.Identifier, names))
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), columns)
    driver: Any = connection.connection.dbapi_connection
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row([process(row[name]) for name, process in zip(names, processors, strict=True)])


def processor_of(connection: Connection, column: Column[Any]) -> Callable[[Any], Any]:
    """Returns what turns a column's values into those of the driver."""
    return column.type.dialect_impl(connection.dialect).bind_processor(connection.dialect) or as_it_is


def as_it_is(value: Any) -> Any:
    return value
