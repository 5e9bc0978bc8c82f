from __future__ import annotations

from contextlib import nullcontext
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, Engine, bindparam, delete, func, select
from sqlalchemy.exc import IntegrityError

from lms.elements import NewElement, Origin, StoredFile, add_element, change_element, use_file
from lms.file_uses import end_uses
from lms.tables import element, file_use
from lms.unit_of_work import FlushError, UnitOfWork
from runtime.direct import Direct
from tests.processor.world import OTHER_SITE, SITE

ORIGIN = Origin(11, 1, None)


def work_on(connection: Connection, site_id: int = SITE) -> UnitOfWork:
    return UnitOfWork(Direct(connection), site_id, datetime.now(UTC))


def folder(key: str, *, course: int = 7, parent: int | None = None, creator: int = 3) -> NewElement:
    return NewElement("Folder", course, parent, key, key, creator, ORIGIN)


def keys(connection: Connection) -> list[str]:
    return list(connection.scalars(select(element.c.sync_key).order_by(element.c.id)))


def test_rows_of_a_message_wait_for_the_flush(engine: Engine) -> None:
    with engine.begin() as connection:
        work = work_on(connection)
        add_element(work, folder("a"))
        work.complete()
        assert keys(connection) == []
        work.flush()
        assert keys(connection) == ["a"]


def test_an_undone_message_leaves_nothing_and_its_key_is_free(engine: Engine) -> None:
    with engine.begin() as connection:
        work = work_on(connection)
        add_element(work, folder("a"))
        work.complete()
        add_element(work, folder("b"))
        work.begin()
        add_element(work, folder("c"))
        work.undo()
        assert work.directory.taken(["a", "b", "c"]) == ["a"]
        assert keys(connection) == ["a"]


def test_numbers_and_places_go_on_after_what_is_stored_and_staged(engine: Engine) -> None:
    for round_number in (1, 2):
        with engine.begin() as connection:
            work = work_on(connection)
            for number in range(120):
                add_element(work, folder(f"{round_number}-{number}"))
            work.complete()
            work.flush()
    with engine.begin() as connection:
        rows = connection.execute(select(element.c.id, element.c.position).order_by(element.c.id)).all()
    assert [row.position for row in rows] == list(range(1, 241))
    assert len({row.id for row in rows}) == 240


def test_what_does_not_fit_is_found_by_the_flush(engine: Engine) -> None:
    with engine.connect() as connection:
        work = work_on(connection)
        add_element(work, folder("a", creator=9))
        work.complete()
        with pytest.raises(FlushError) as failed:
            work.flush()
    assert isinstance(failed.value.__cause__, IntegrityError)


@pytest.mark.parametrize(
    ("site", "course", "creator"),
    [(SITE, 19, 3), (SITE, 7, 9), (OTHER_SITE, 7, 9), (OTHER_SITE, 19, 3)],
)
def test_the_database_keeps_sites_apart(engine: Engine, site: int, course: int, creator: int) -> None:
    with engine.connect() as connection:
        work = work_on(connection, site)
        add_element(work, folder("a", course=course, creator=creator))
        with pytest.raises(IntegrityError):
            work.settle()


def test_the_database_keeps_courses_apart(engine: Engine) -> None:
    with engine.connect() as connection:
        work = work_on(connection)
        number = add_element(work, folder("a"))
        work.settle()
        add_element(work, folder("b", course=8, parent=number))
        with pytest.raises(IntegrityError):
            work.settle()


@pytest.mark.parametrize("single_use", [False, True])
def test_the_database_keeps_a_file_for_a_single_use_to_one_user(engine: Engine, single_use: bool) -> None:
    file = StoredFile("f", "a.txt", "text/plain", 1, single_use)
    with engine.connect() as connection:
        work = work_on(connection)
        for key in ("a", "b"):
            use_file(work, file, ORIGIN, element_id=add_element(work, folder(key)))
        with pytest.raises(IntegrityError) if single_use else nullcontext():
            work.settle()


def test_nothing_of_another_site_is_found(engine: Engine) -> None:
    with engine.begin() as connection:
        directory = work_on(connection).directory
        assert directory.people.by_id(9) is None
        assert directory.people.by_key("usr-9") is None
        assert directory.courses.by_id(19) is None
        assert directory.people.by_id(2**40) is None
        assert directory.people.by_key("a\0b") is None


def test_a_statement_sees_what_is_staged_and_what_it_needs_alone_is_inserted(engine: Engine) -> None:
    names = select(element.c.sync_key).where(element.c.creator_id == bindparam("creator"))
    with engine.begin() as connection:
        work = work_on(connection)
        number = add_element(work, folder("a"))
        use_file(work, StoredFile("f", "f", "text/plain", 1, False), ORIGIN, element_id=number)
        work.complete()
        add_element(work, folder("b"))
        assert work.scalars(names, {"creator": 3}) == ["a", "b"]
        assert connection.scalar(select(func.count()).select_from(file_use)) == 0
        work.complete()
        work.flush()
        assert connection.scalar(select(func.count()).select_from(file_use)) == 1


def test_an_undone_message_takes_no_row_of_another_along(engine: Engine) -> None:
    """A change opens the savepoint; a later one has rows of an earlier message inserted within it."""
    with engine.begin() as connection:
        work = work_on(connection)
        number = add_element(work, folder("a"))
        use_file(work, StoredFile("f", "f", "text/plain", 1, False), ORIGIN, element_id=number)
        work.complete()
        change_element(work, number, {"title": "new"})
        assert end_uses(work, file_use.c.element_id, [number]) == [(11, 1, "f")]
        work.undo()
        assert connection.execute(select(element.c.title)).scalars().all() == ["a"]
        assert connection.scalar(select(func.count()).select_from(file_use)) == 1
        change_element(work, number, {"title": "newer"})
        work.complete()
        assert connection.execute(select(element.c.title)).scalars().all() == ["newer"]


def test_what_a_deleted_row_takes_along_is_inserted_before_it(engine: Engine) -> None:
    with engine.begin() as connection:
        work = work_on(connection)
        number = add_element(work, folder("a"))
        use_file(work, StoredFile("f", "f", "text/plain", 1, False), ORIGIN, element_id=number)
        work.complete()
        with pytest.raises(IntegrityError):
            work.execute(delete(element).where(element.c.id == bindparam("number")), {"number": number})
