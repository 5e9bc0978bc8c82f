from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    Table,
    Text,
    bindparam,
    delete,
    func,
    insert,
    literal,
    select,
    text,
    union_all,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError, MultipleResultsFound, NoResultFound

from lms.tables.base import Moment
from runtime.database import open_engine
from runtime.direct import Direct

THING = Table(
    "thing",
    MetaData(),
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("name", Text, nullable=False, unique=True),
    Column("at", Moment),
    Column("on", Boolean),
    Column("data", JSON),
    Column("score", Numeric(6, 2)),
    Column("bytes", LargeBinary),
)
NOON = datetime(2026, 9, 1, 12, 0, 0, 250, tzinfo=UTC)
ROWS: list[dict[str, Any]] = [
    {"name": "a", "at": NOON, "on": True, "data": {"x": [1, "é"]}, "score": 2, "bytes": b"\0\xff"},
    {"name": "b", "at": NOON + timedelta(hours=1), "on": False, "data": None, "score": None, "bytes": None},
    {"name": "c%(d)s ?:e", "at": NOON, "on": None, "data": [], "score": 1, "bytes": b""},
]
ADD = insert(THING)
ALL = select(THING).order_by(THING.c.id)
NAMES: Any = bindparam("names", expanding=True)
AMONG = select(THING.c.name).where(THING.c.name.in_(NAMES), THING.c.id > bindparam("after")).order_by(THING.c.id)
BOTH = union_all(
    select(THING.c.name, literal("one")).where(THING.c.on, THING.c.name.in_(NAMES)),
    select(THING.c.name, literal("two")).where(THING.c.name.in_(NAMES)),
)
CHANGE = update(THING).where(THING.c.name == bindparam("of")).values(at=bindparam("at"), on=None)
REMOVE = delete(THING).where(THING.c.name.in_(NAMES)).returning(THING.c.at, THING.c.data)
ONE = select(THING.c.id, THING.c.at.is_not(None).label("dated")).where(THING.c.name == bindparam("name"))


@pytest.fixture
def connection(database_url: str) -> Iterator[Connection]:
    engine = open_engine(database_url)
    with engine.connect() as connection:
        THING.create(connection)
        connection.commit()
        yield connection
    engine.dispose()


def test_rows_are_what_sqlalchemy_writes_and_reads(connection: Connection) -> None:
    direct = Direct(connection)
    direct.execute(ADD, ROWS)
    assert [tuple(row) for row in direct.execute(ALL)] == [tuple(row) for row in connection.execute(ALL)]
    assert [row.at for row in connection.execute(ALL)] == [row["at"] for row in ROWS]
    connection.execute(ADD, [{**one, "name": f"{one['name']}2"} for one in ROWS])
    first, second = direct.execute(ALL)[:3], direct.execute(ALL)[3:]
    assert [row[2:] for row in first] == [row[2:] for row in second]


def test_lists_of_any_length_and_values_in_the_statement_are_bound(connection: Connection) -> None:
    direct = Direct(connection)
    direct.execute(ADD, ROWS)
    for names in (["a"], ["a", "b", "none"], [], ["b"]):
        wanted = {"names": names, "after": 0}
        assert direct.scalars(AMONG, wanted) == list(connection.scalars(AMONG, wanted))
    assert sorted(map(tuple, direct.execute(BOTH, {"names": ["a", "b"]}))) == [("a", "one"), ("a", "two"), ("b", "two")]
    assert direct.scalar(AMONG, {"names": ["none"], "after": 0}) is None


def test_changes_are_told_of_rows_and_many_at_once(connection: Connection) -> None:
    direct = Direct(connection)
    direct.execute(ADD, ROWS)
    later = NOON + timedelta(days=1)
    assert direct.execute(CHANGE, [{"of": "a", "at": later}, {"of": "b", "at": None}]) == []
    assert direct.execute(CHANGE, {"of": "c%(d)s ?:e", "at": later}) == []
    assert sorted(map(tuple, direct.execute(REMOVE, {"names": ["a"]}))) == [(later, {"x": [1, "é"]})]
    assert [row.at for row in direct.execute(ALL)] == [None, later]


def test_an_insert_of_many_has_them_in_their_order_whatever_their_number(connection: Connection) -> None:
    direct = Direct(connection)
    names = [f"{number:04}" for number in range(64 + 64 + 16 + 4 + 1)]
    direct.execute(ADD, [{"name": name, "at": NOON} for name in names])
    rows = direct.execute(ALL)
    assert [(row.name, row.at) for row in rows] == [(name, NOON) for name in names]


def test_an_insert_that_says_more_than_its_rows_does_all_of_it(connection: Connection) -> None:
    make = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    add = make(THING)
    keep = add.on_conflict_do_update(index_elements=["name"], set_={"score": add.excluded.score})
    direct = Direct(connection)
    for score in (1, 2):
        direct.execute(keep, [{"name": name, "score": score} for name in "abc"])
    assert [(row.name, row.score) for row in direct.execute(ALL)] == [("a", 2), ("b", 2), ("c", 2)]


def test_columns_have_names_and_one_row_is_asked_for(connection: Connection) -> None:
    direct = Direct(connection)
    direct.execute(ADD, {"name": "a", "at": NOON})
    direct.execute(ADD, {"name": "b"})
    assert direct.execute(ONE, {"name": "a"}).one().dated is True
    assert direct.execute(ONE, {"name": "b"}).one().dated is False
    assert direct.execute(ONE, {"name": "c"}).one_or_none() is None
    with pytest.raises(NoResultFound):
        direct.execute(ONE, {"name": "c"}).one()
    with pytest.raises(MultipleResultsFound):
        direct.execute(ALL).one()


def test_errors_are_those_of_sqlalchemy_and_the_transaction_is_its_own(connection: Connection) -> None:
    direct = Direct(connection)
    direct.execute(ADD, {"name": "a"})
    direct.say("SAVEPOINT here")
    with pytest.raises(IntegrityError):
        direct.execute(ADD, {"name": "a"})
    direct.say("ROLLBACK TO SAVEPOINT here")
    assert direct.scalar(text("SELECT count(*) FROM thing WHERE name = :name"), {"name": "a"}) == 1
    connection.rollback()
    assert connection.scalar(select(func.count()).select_from(THING)) == 0
