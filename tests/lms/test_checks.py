from __future__ import annotations

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import insert, inspect, select, text
from sqlalchemy.exc import IntegrityError

from lms.elements import NewElement, Origin, add_element
from lms.migrations.checks import NoCheckError, with_condition
from lms.tables import content_key, element, element_file, file_use
from lms.tables.element import KEY_KINDS
from runtime.database import open_engine, reading, writing
from runtime.migrations import upgrade
from tests.lms.test_unit_of_work import work_on
from tests.processor.world import add_world


def test_rows_and_what_refers_to_them_outlast_another_condition(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    to_head = command.upgrade

    def to_the_one_before(config: Config, _revision: str) -> None:
        to_head(config, "content_0006")

    engine = open_engine(database_url)
    with monkeypatch.context() as patch:
        patch.setattr(command, "upgrade", to_the_one_before)
        upgrade(engine, "content", "lms.migrations")
    origin = Origin(11, 1, None)
    with writing(engine) as connection:
        add_world(connection)
        work = work_on(connection)
        folder = add_element(work, NewElement("Folder", 7, None, "folder", "Week 1", 3, origin))
        inside = add_element(work, NewElement("File", 7, folder, "file", "Ærlig", 3, origin))
        work.complete()
        work.flush()
        # By their columns of that version: what the operations write has become more since.
        named = {"name": "a.txt", "content_type": "text/plain", "size": 1, "comment": ""}
        connection.execute(insert(element_file), {"element_id": inside, "file_id": "f", **named})
        use = {"site_id": 5, "element_id": inside, "credential_id": 11, "message_id": 1, "single_use": True}
        connection.execute(insert(file_use), {"file_id": "f", **use})
    with reading(engine) as connection:
        before = connection.execute(select(element)).all()
        indexes = inspect(connection).get_indexes("element")
    upgrade(engine, "content", "lms.migrations")
    with reading(engine) as connection:
        assert connection.execute(select(element)).all() == before
        assert inspect(connection).get_indexes("element") == indexes
    row = before[0]._asdict()
    for change in ({"kind": "Poem"}, {"kind": "Survey", "creator_id": 999}):
        with pytest.raises(IntegrityError), writing(engine) as connection:
            connection.execute(insert(element), {**row, "id": 900, "sync_key": "file", **change})
    with writing(engine) as connection:
        connection.execute(text("DELETE FROM element_file"))
        connection.execute(text("DELETE FROM file_use"))
        connection.execute(text("DELETE FROM element WHERE id = :id"), {"id": inside})
        connection.execute(insert(element), {**row, "id": 900, "sync_key": "file", "kind": "Survey"})
    with pytest.raises(IntegrityError), writing(engine) as connection:
        connection.execute(text("DELETE FROM content_key"))
    engine.dispose()


def test_the_migrated_store_takes_every_kind_of_key(database_url: str) -> None:
    engine = open_engine(database_url)
    upgrade(engine, "content", "lms.migrations")
    with writing(engine) as connection:
        rows = [{"site_id": 5, "sync_key": kind, "kind": kind} for kind in KEY_KINDS]
        connection.execute(insert(content_key), rows)
    engine.dispose()


def test_a_condition_is_replaced_to_its_own_parenthesis() -> None:
    definition = "CREATE TABLE a (b INTEGER, CONSTRAINT ck_a_b CHECK ((b > 1) OR (b < 0)), CHECK (b > 2))"
    expected = "CREATE TABLE a (b INTEGER, CONSTRAINT ck_a_b CHECK (b <> 3), CHECK (b > 2))"
    assert with_condition(definition, "ck_a_b", "b <> 3") == expected


def test_a_check_that_is_not_there_is_an_error() -> None:
    with pytest.raises(NoCheckError):
        with_condition("CREATE TABLE a (b INTEGER)", "ck_a_b", "b <> 3")
