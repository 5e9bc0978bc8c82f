"""How many rows a read would list, kept with them, so that a Total need not count the rows of a whole site.

Rows are counted by what decides who may see them: the organisation of their course and those of their person. What has
no row here counts as 0, and so does an organisation or a set that something does not have.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, Table

from lms.tables.base import metadata

NONE = 0
NO_COURSE = -1
WITHOUT_STATUS, NOT_COMPLETED, COMPLETED = range(3)
REMARK_BLOCK = 512

# Summary records that are not deleted, of a person and a course that are not, where the course uses the record.
record_tally = Table(
    "record_tally",
    metadata,
    Column("site_id", Integer, primary_key=True, autoincrement=False),
    Column("hour", BigInteger, primary_key=True, autoincrement=False),  # of updated_at, in UTC: YYYYMMDDHH
    Column("column_id", Integer, primary_key=True, autoincrement=False),
    Column("state", Integer, primary_key=True, autoincrement=False),
    Column("organisation_id", Integer, primary_key=True, autoincrement=False),  # of the course
    Column("organisation_set_id", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, nullable=False),
    sqlite_with_rowid=False,
)

# Remarks that are not deleted, about a person who is not.
remark_tally = Table(
    "remark_tally",
    metadata,
    Column("site_id", Integer, primary_key=True, autoincrement=False),
    Column("block", Integer, primary_key=True, autoincrement=False),  # the remark's number by REMARK_BLOCK
    Column("organisation_id", Integer, primary_key=True, autoincrement=False),  # of the course, or NO_COURSE
    Column("organisation_set_id", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, nullable=False),
    sqlite_with_rowid=False,
)
