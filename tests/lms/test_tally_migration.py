"""What 0023 counts in an older store."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, MetaData, insert, select

from lms.tables import person
from lms.tallies import TALLIES, recount
from runtime.database import writing
from tests.lms.older_store import upgraded_from
from tests.lms.test_gradebook_migration import COURSE, MARKS, PERSON
from tests.processor.world import NOW

LATE = datetime.fromisoformat("2031-02-03T08:59:59.999999+00:00")
RECORD = {"column_id": 1, "value": "", "status": "", "completed": False}
REMARK = {"noted_at": NOW, "type": "Positive", "code": "", "weight": 0, "description": "", "reaction": ""}
MANY = range(100_000, 100_150)
"""More organisations than fit into the indexed beginning of their list."""


def fill(connection: Connection) -> None:
    old = MetaData()
    old.reflect(connection)

    def put(table: str, number: int, **values: object) -> None:
        row = {**MARKS, "id": number, "sync_key": str(number), **values}
        connection.execute(insert(old.tables[table]).values(**row))

    for number in (1, 2, *MANY):
        put("organisation", number, title="O", kind="school", identifier="")
    for number in (3, 4, 5, 6):
        put("person", number, deleted_at=NOW if number == 5 else None, **PERSON)
    belongs = [(3, 2), (3, 1), (4, 1), (4, 2), (5, 1), *((6, number) for number in MANY)]
    rows = [{"person_id": one, "organisation_id": other, "position": 0} for one, other in belongs]
    connection.execute(insert(old.tables["person_organisation"]), rows)
    put("course", 7, organisation_id=1, **COURSE)
    put("course", 8, **{**COURSE, "use_assessment_record": False})
    put("summary_column", 1, title="Column")
    for number, course_id, person_id in ((1, 7, 3), (2, 7, 4), (3, 7, 5), (4, 8, 3), (5, 7, 6)):
        moment = LATE + timedelta(microseconds=number % 2)
        row = {**RECORD, "updated_at": moment, "course_id": course_id, "person_id": person_id}
        put("summary_record", number, **row)
    for number, course, person_id in ((511, 7, 3), (512, 8, 3), (513, None, 4), (514, None, 5)):
        put("behaviour_remark", number, course_id=course, person_id=person_id, **REMARK)


def test_an_older_store_is_counted(database_url: str) -> None:
    engine = upgraded_from("content_0022", database_url, fill)
    with writing(engine) as connection:
        kept = [sorted(connection.execute(select(tally.table)).all()) for tally in TALLIES]
        sets = dict(connection.execute(select(person.c.id, person.c.organisation_set_id)).all())
        recount(connection)
        assert kept == [sorted(connection.execute(select(tally.table)).all()) for tally in TALLIES]
        assert sets == dict(connection.execute(select(person.c.id, person.c.organisation_set_id)).all())
    engine.dispose()
    assert sets[3] == sets[4]
    assert len(set(sets.values())) == 3
    assert kept[0] == [
        (5, 2031020308, 1, 0, 1, sets[3], 1),
        (5, 2031020309, 1, 0, 1, sets[3], 1),
        (5, 2031020309, 1, 0, 1, sets[6], 1),
    ]
    assert kept[1] == [(5, 0, 1, sets[3], 1), (5, 1, -1, sets[3], 1), (5, 1, 0, sets[3], 1)]
