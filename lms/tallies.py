"""Keeps the tallies of records and remarks: what is about to change is taken out of them, and put in as it is then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    case,
    delete,
    func,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.selectable import FromClause

from lms.hours import hour_of
from lms.organisation_sets import settle_sets
from lms.tables import (
    behaviour_remark,
    course,
    person,
    person_organisation,
    record_tally,
    remark_tally,
    summary_record,
)
from lms.tables.tally import COMPLETED, NO_COURSE, NONE, NOT_COMPLETED, REMARK_BLOCK, WITHOUT_STATUS


@dataclass(frozen=True, eq=False)
class Tally:
    """rows: what is counted, where `counted` holds, by the columns of the key in `table`."""

    table: Table
    rows: Table
    source: FromClause
    counted: ColumnElement[bool]
    key: Mapping[str, ColumnElement[Any]]

    def add(self, connection: Connection, numbers: Select[int] | None, sign: int) -> None:
        """Counts the rows of these numbers, or all, once more (sign 1) or once less (-1)."""
        key = list(self.key.values())
        rows = select(*key, func.count() * sign).select_from(self.source).where(self.counted).group_by(*key)
        if numbers is not None:
            rows = rows.where(self.rows.c.id.in_(numbers))
        make = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
        statement = make(self.table).from_select([*self.key, "number"], rows)
        sum_of_both = self.table.c.number + statement.excluded.number
        connection.execute(statement.on_conflict_do_update(index_elements=list(self.key), set_={"number": sum_of_both}))


SET: Final = func.coalesce(person.c.organisation_set_id, NONE)
RECORDS: Final = Tally(
    record_tally,
    summary_record,
    summary_record.join(course, course.c.id == summary_record.c.course_id).join(
        person, person.c.id == summary_record.c.person_id
    ),
    and_(
        summary_record.c.deleted_at.is_(None),
        course.c.deleted_at.is_(None),
        course.c.use_assessment_record,
        person.c.deleted_at.is_(None),
    ),
    {
        "site_id": summary_record.c.site_id,
        "hour": hour_of(summary_record.c.updated_at),
        "column_id": summary_record.c.column_id,
        "state": case(
            (summary_record.c.status == "", WITHOUT_STATUS),
            (summary_record.c.completed, COMPLETED),
            else_=NOT_COMPLETED,
        ),
        "organisation_id": func.coalesce(course.c.organisation_id, NONE),
        "organisation_set_id": SET,
    },
)
REMARKS: Final = Tally(
    remark_tally,
    behaviour_remark,
    behaviour_remark.join(person, person.c.id == behaviour_remark.c.person_id).outerjoin(
        course, course.c.id == behaviour_remark.c.course_id
    ),
    and_(behaviour_remark.c.deleted_at.is_(None), person.c.deleted_at.is_(None)),
    {
        "site_id": behaviour_remark.c.site_id,
        "block": behaviour_remark.c.id // REMARK_BLOCK,
        "organisation_id": case(
            (behaviour_remark.c.course_id.is_(None), NO_COURSE), else_=func.coalesce(course.c.organisation_id, NONE)
        ),
        "organisation_set_id": SET,
    },
)
TALLIES: Final = (RECORDS, REMARKS)


def recount(connection: Connection) -> None:
    """Makes the sets of organisations and the tallies of a store anew, from what they count."""
    settle_sets(connection, select(person_organisation.c.person_id).distinct())
    for tally in TALLIES:
        connection.execute(delete(tally.table))
        tally.add(connection, None, 1)
