"""Totals stay exact, and pages by number where they are, whatever rosters change."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from organisation.v1.read_assessment_record_summary_pb2 import AssessmentRecordSummaryColumn as Column
from organisation.v1.read_assessment_record_summary_pb2 import ReadAssessmentRecordSummaryRequest as Summary
from organisation.v1.read_base_pb2 import PagedRequestBase
from organisation.v1.read_behaviour_remarks_pb2 import ReadBehaviourRemarksRequest as Remarks
from sqlalchemy import Connection, Engine, select

from lms.roster.gradebook_rows import SummaryColumnRow, SummaryRecordRow
from lms.roster.pieces import Sent
from lms.roster.rows import CourseRow, OrganisationRow, PersonRow, RemarkRow, RoleRow, Row
from lms.roster.storing import Limit
from lms.tables import organisation_set, organisation_set_member, person, person_organisation
from lms.tables.tally import REMARK_BLOCK
from lms.tallies import TALLIES, recount
from runtime.database import open_engine, reading, writing
from runtime.timestamps import timestamp
from services.processor import roster_import
from services.processor.roster_import import Order, import_roster
from services.read.assessment_record_summary import read_assessment_record_summary
from services.read.behaviour_remarks import read_behaviour_remarks
from services.read.queries import Read
from services.read.scope import Scope
from tests.read.content import NOW

SITE, OTHER_SITE = 3, 4
STEP = timedelta(minutes=25)
IMPORTS = 12
ORGANISATIONS = ("district", "school", "college", "elsewhere")
PEOPLE, COURSES, COLUMNS = 8, 4, 2
RECORDS, REMARKS = 32, 32
PAGE = 8
EVER = timestamp(NOW - timedelta(days=1))
BIO: dict[str, Any] = {
    "sync_key": "bio",
    "title": "B",
    "code": "",
    "subjects": (),
    "term_sync_keys": (),
    "deleted": False,
}
SCOPES = (("district",), ("school",), ("college", "elsewhere"), ("nowhere",))


class Clock:
    """Stands still within an import."""

    moment = NOW

    @classmethod
    def now(cls, _zone: object) -> datetime:
        return cls.moment


class Rosters:
    """Makes rows of a small school by chance: new ones, changed ones, and ones that go."""

    def __init__(self) -> None:
        self._dice = random.Random(5)

    def first(self) -> Iterator[Row]:
        """Yields what all else refers to."""
        yield from (self.organisation(key, deleted=False) for key in ORGANISATIONS)
        yield from (SummaryColumnRow(f"column-{number}", "Column", deleted=False) for number in range(COLUMNS))
        yield from (self.course(number, deleted=False) for number in range(COURSES))
        yield from (self.person(number, deleted=False) for number in range(PEOPLE))

    def some(self, count: int) -> Iterator[Row]:
        dice = self._dice
        for number in sorted(dice.sample(range(RECORDS), count)):
            yield self.record(number)
        for number in sorted(dice.sample(range(REMARKS), count)):
            yield self.remark(number)

    def others(self) -> Iterator[Row]:
        """Yields rows that records and remarks depend on; one in four goes, or stays away."""
        dice = self._dice
        if dice.random() < 0.5:
            yield self.organisation(dice.choice(ORGANISATIONS[1:]), deleted=dice.random() < 0.25)
        if dice.random() < 0.5:
            yield SummaryColumnRow(f"column-{dice.randrange(COLUMNS)}", "Column", deleted=dice.random() < 0.25)
        yield self.course(dice.randrange(COURSES), deleted=dice.random() < 0.25)
        for number in dice.sample(range(PEOPLE), 2):
            yield self.person(number, deleted=dice.random() < 0.25)
        if dice.random() < 0.5:
            key, holder, gone = f"role-{dice.randrange(2)}", f"person-{dice.randrange(PEOPLE)}", dice.random() < 0.25
            yield RoleRow(key, holder, dice.choice(ORGANISATIONS), "student", primary=True, deleted=gone)

    def organisation(self, key: str, *, deleted: bool) -> Row:
        parent = self._dice.choice(("", "district")) if key in ("school", "college") else ""
        return OrganisationRow(key, key, "school", parent, "", deleted)

    def course(self, number: int, *, deleted: bool) -> Row:
        dice = self._dice
        organisation = dice.choice(("", *ORGANISATIONS))
        record = dice.random() < 0.8
        return CourseRow(f"course-{number}", "C", "", (), organisation, (), deleted, use_assessment_record=record)

    def person(self, number: int, *, deleted: bool) -> Row:
        dice = self._dice
        belongs = ("school",) if number < PEOPLE // 2 else tuple(dice.sample(ORGANISATIONS, dice.randrange(3)))
        return PersonRow(f"person-{number}", "", "", "", "student", "", belongs, enabled=True, deleted=deleted)

    def record(self, number: int) -> Row:
        dice = self._dice
        status = dice.choice(("", "Passed"))
        names = f"column-{dice.randrange(COLUMNS)}", f"course-{number % COURSES}", f"person-{dice.randrange(PEOPLE)}"
        gone, completed = dice.random() < 0.2, bool(status) and dice.random() < 0.5
        return SummaryRecordRow(f"record-{number}", *names, str(dice.random()), status, completed, gone)

    def remark(self, number: int) -> Row:
        dice = self._dice
        course_key = dice.choice(("", *(f"course-{course}" for course in range(COURSES))))
        about, gone = f"person-{dice.randrange(PEOPLE)}", dice.random() < 0.2
        rest = NOW, "Positive", "", dice.randrange(100), "", "", course_key, "", "", gone
        return RemarkRow(f"remark-{number}", about, *rest)


@pytest.fixture
def store(content_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    engine = open_engine(content_url)
    monkeypatch.setattr(roster_import, "datetime", Clock)
    yield engine
    engine.dispose()


def bring(engine: Engine, site_id: int, rows: Sequence[Row]) -> None:
    import_roster(engine, Order(site_id, "", Limit(), dry_run=False), [[Sent(row) for row in rows]])


def listed(answer: Any) -> list[Any]:
    return list(
        answer.assessment_record_summaries
        if hasattr(answer, "assessment_record_summaries")
        else answer.behaviour_remarks
    )


def check(connection: Connection, read: Read[Any, Any], scope: Scope, request: Any) -> int:
    """Holds Total and every page by number against the rows that come by token, which no tally knows of."""
    rows: list[Any] = []
    request.base.CopyFrom(PagedRequestBase(page_size=PAGE))
    answer = read(connection, scope, request)
    total: int = answer.base.total
    while True:
        rows += listed(answer)
        if not answer.base.next_page_token:
            break
        request.base.CopyFrom(PagedRequestBase(page_size=PAGE, page_token=answer.base.next_page_token))
        answer = read(connection, scope, request)
        assert answer.base.total == total
    assert total == len(rows)
    for index in range(len(rows) // PAGE + 2):
        request.base.CopyFrom(PagedRequestBase(page_size=PAGE, page_index=index))
        answer = read(connection, scope, request)
        assert (answer.base.total, listed(answer)) == (total, rows[index * PAGE : (index + 1) * PAGE])
    return total


def test_totals_are_exact_after_every_roster(store: Engine) -> None:
    rosters, moments, seen = Rosters(), [NOW - timedelta(days=1)], set[int]()
    bring(store, SITE, list(rosters.first()))
    # As many remarks of another site as take those of this one over the end of a block.
    others = [rosters.remark(number) for number in range(REMARK_BLOCK - REMARKS // 2)]
    bring(store, OTHER_SITE, [*rosters.first(), *rosters.some(12), *others])
    for number in range(IMPORTS):
        Clock.moment = NOW + number * STEP
        moments.append(Clock.moment)
        bring(store, SITE, [*rosters.others(), *rosters.some(0 if number % 3 == 2 else 10)])
        assert_counted_anew_alike(store)
        since = moments[-1 - number % 5 :][0] - timedelta(microseconds=number % 2)
        filters = ({"completed_only": bool(number % 4)}, {"columns": [Column(column_external_id="column-1")]})
        with reading(store) as connection:
            for scope in (Scope(SITE), Scope(SITE, SCOPES[number % len(SCOPES)])):
                every = Summary(date=timestamp(moments[0]), **filters[number % 2] if number % 3 else {})
                for request in (every, Summary(date=timestamp(since))):
                    seen.add(check(connection, read_assessment_record_summary, scope, request))
                seen.add(check(connection, read_behaviour_remarks, scope, Remarks()))
    assert len(seen) > 10


def test_one_change_alone_is_counted(store: Engine) -> None:
    def pupil(*, deleted: bool = False) -> Row:
        return PersonRow("p", "", "", "", "student", "", ("school",), enabled=True, deleted=deleted)

    def bio(**changed: Any) -> Row:
        usual = {"organisation_sync_key": "school", "use_assessment_record": True, "deleted": False}
        return CourseRow(**{**BIO, **usual, **changed})

    def totals() -> tuple[int, int]:
        assert_counted_anew_alike(store)
        with reading(store) as connection:
            records = read_assessment_record_summary(connection, Scope(SITE, ("school",)), Summary(date=EVER))
            return records.base.total, read_behaviour_remarks(
                connection, Scope(SITE, ("school",)), Remarks()
            ).base.total

    school, college = (OrganisationRow(key, key, "school", "", "", deleted=False) for key in ("school", "college"))
    column = SummaryColumnRow("column", "Column", deleted=False)
    record = SummaryRecordRow("r", "column", "bio", "p", "", "", completed=False, deleted=False)
    remark = RemarkRow("r", "p", NOW, "Positive", "", 0, "", "", "bio", "", "", deleted=False)
    bring(store, SITE, [school, college, column, bio(), pupil(), record, remark])
    assert totals() == (1, 1)
    for change, expected in (
        (pupil(deleted=True), (0, 0)),
        (pupil(), (1, 1)),
        (bio(use_assessment_record=False), (0, 1)),
        (bio(), (1, 1)),
        (bio(deleted=True), (0, 1)),
        (bio(), (1, 1)),
        (bio(organisation_sync_key="college"), (0, 0)),
        (bio(), (1, 1)),
        (RoleRow("role", "p", "college", "student", primary=True, deleted=False), (0, 0)),
        (RoleRow("role", "p", "school", "student", primary=True, deleted=False), (1, 1)),
        (RoleRow("role", "p", "school", "student", primary=True, deleted=True), (0, 0)),
    ):
        bring(store, SITE, [change])
        assert totals() == expected, change


def assert_counted_anew_alike(engine: Engine) -> None:
    """The tallies and sets are those that a count of all would make, and nothing is left that counts nothing."""
    with writing(engine) as connection:
        kept = [sorted(connection.execute(select(tally.table)).all()) for tally in TALLIES]
        recount(connection)
        assert kept == [sorted(connection.execute(select(tally.table)).all()) for tally in TALLIES]
        joined = select(person.c.id, organisation_set_member.c.organisation_id).join(
            organisation_set_member, organisation_set_member.c.organisation_set_id == person.c.organisation_set_id
        )
        belongs = select(person_organisation.c.person_id, person_organisation.c.organisation_id)
        assert sorted(connection.execute(joined).all()) == sorted(connection.execute(belongs).all())
        texts = select(organisation_set.c.site_id, organisation_set.c.organisations)
        sets = connection.execute(texts).all()
        assert len(sets) == len(set(sets))
