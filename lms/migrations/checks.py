"""Replaces the condition of a CHECK, for the migrations that widen one.

SQLite cannot alter a constraint: the table is made anew under its own name, so that whatever refers to it finds its
rows again before the transaction ends.
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import Connection, text

DEFINITIONS = text("SELECT sql FROM sqlite_master WHERE tbl_name = :table AND type = :type AND sql IS NOT NULL")


class NoCheckError(LookupError):
    """The table has no CHECK of this name."""


def replace_check(table: str, name: str, condition: str) -> None:
    """Gives the CHECK ck_<table>_<name> another condition; rows, indexes and what refers to them stay."""
    connection = op.get_bind()
    check = f"ck_{table}_{name}"
    if connection.dialect.name == "postgresql":
        op.drop_constraint(op.f(check), table, type_="check")
        op.create_check_constraint(op.f(check), table, condition)
    else:
        rebuild(connection, table, check, condition)


def rebuild(connection: Connection, table: str, check: str, condition: str) -> None:
    """Makes a table of SQLite anew with another condition."""
    definition = connection.execute(DEFINITIONS, {"table": table, "type": "table"}).scalar_one()
    indexes = list(connection.scalars(DEFINITIONS, {"table": table, "type": "index"}))
    statements = [
        "PRAGMA defer_foreign_keys = ON",
        f"CREATE TEMP TABLE kept AS SELECT * FROM main.{table}",  # noqa: S608 (a migration names it)
        f"DROP TABLE main.{table}",
        with_condition(definition, check, condition),
        f"INSERT INTO main.{table} SELECT * FROM temp.kept",  # noqa: S608 (as above)
        "DROP TABLE temp.kept",
        *indexes,
    ]
    for statement in statements:
        connection.exec_driver_sql(statement)


def with_condition(definition: str, check: str, condition: str) -> str:
    """Returns a CREATE TABLE with another condition in one of its CHECKs; raises NoCheckError.

    The parentheses of the old condition match, and none of them stands in a text.
    """
    before, mark, rest = definition.partition(f"CONSTRAINT {check} CHECK (")
    if not mark:
        raise NoCheckError(check)
    depth, end = 1, 0
    while depth:
        depth += {"(": 1, ")": -1}.get(rest[end], 0)
        end += 1
    return f"{before}{mark}{condition}{rest[end - 1 :]}"
