from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from runtime.database import close_engine, open_engine, ping, reading, writing


def test_a_transaction_that_fails_leaves_nothing(database_url: str) -> None:
    engine = open_engine(database_url)
    with writing(engine) as connection:
        connection.execute(text("CREATE TABLE thing (id INTEGER PRIMARY KEY)"))
    with pytest.raises(DBAPIError), writing(engine) as connection:
        connection.execute(text("INSERT INTO thing VALUES (1), (1)"))
    with reading(engine) as connection:
        assert connection.execute(text("SELECT count(*) FROM thing")).scalar_one() == 0
    ping(engine)
    engine.dispose()


def test_a_reader_sees_one_state_and_does_not_wait_for_the_writer(database_url: str) -> None:
    engine = open_engine(database_url)
    with writing(engine) as connection:
        connection.execute(text("CREATE TABLE thing (id INTEGER PRIMARY KEY)"))
    with reading(engine) as reader:
        assert reader.execute(text("SELECT count(*) FROM thing")).scalar_one() == 0
        with writing(engine) as writer:
            writer.execute(text("INSERT INTO thing VALUES (1)"))
        assert reader.execute(text("SELECT count(*) FROM thing")).scalar_one() == 0
    engine.dispose()


def test_postgresql_refuses_writes_while_reading(postgres_url: str) -> None:
    engine = open_engine(postgres_url)
    with pytest.raises(DBAPIError), reading(engine) as connection:
        connection.execute(text("CREATE TABLE thing (id INTEGER)"))
    engine.dispose()


def test_a_connection_that_is_in_use_when_its_engine_closes_is_closed_when_it_comes_back(database_url: str) -> None:
    engine = open_engine(database_url)
    with reading(engine) as connection:
        driver = connection.connection.driver_connection
        close_engine(engine)
        assert connection.execute(text("SELECT 1")).scalar_one() == 1
    with pytest.raises(Exception, match=r"closed"):
        driver.cursor().execute("SELECT 1")  # type: ignore[union-attr]


def test_an_engine_that_was_closed_does_not_connect_again(database_url: str) -> None:
    engine = open_engine(database_url)
    ping(engine)
    close_engine(engine)
    with pytest.raises(RuntimeError, match="let go of"):
        ping(engine)
