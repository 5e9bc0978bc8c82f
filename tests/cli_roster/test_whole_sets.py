"""Bulk and delta sets, dry runs, and the limit of deletions, as an operator meets them."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, Table, func, select
from typer.testing import Result

from cli.roster import HINT
from cli.roster_progress import LINE_SECONDS, Lines, Reading
from lms.tables import (
    assessment_item,
    assessment_scale,
    course,
    gradebook_assessment,
    gradebook_item,
    person,
    person_organisation,
    person_role,
    roster_import,
)
from oneroster import read_roster
from runtime.database import reading
from tests.cli_roster.conftest import Import

FILES = (
    "orgs",
    "courses",
    "classes",
    "users",
    "roles",
    "enrollments",
    "scoreScales",
    "categories",
    "lineItems",
    "results",
)
ORGS = "sourcedId,name,type,status,parentSourcedId\n"
COURSES = "sourcedId,title,courseCode,subjects,status\n"
CLASSES = "sourcedId,title,courseSourcedId,schoolSourcedId,classCode,status\n"
USERS = "sourcedId,orgSourcedIds,role,givenName,familyName,status\n"
USERS_1P2 = "sourcedId,givenName,familyName,status\n"
ROLES = "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId\n"
ENROLLMENTS = "sourcedId,classSourcedId,userSourcedId,role,status\n"
CATEGORIES = "sourcedId,status,title,weight\n"
LINE_ITEMS = (
    "sourcedId,status,title,description,assignDate,dueDate,classSourcedId,categorySourcedId,gradingPeriodSourcedId,"
    "resultValueMin,resultValueMax\n"
)
RESULTS = "sourcedId,status,lineItemSourcedId,studentSourcedId,scoreStatus,score,scoreDate,comment\n"
SCALES = "sourcedId,status,title,type,classSourcedId,scoreScaleValue\n"


def write(folder: Path, version: str, mode: str, **files: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name in FILES:
        (folder / f"{name}.csv").unlink(missing_ok=True)
        if name in files:
            (folder / f"{name}.csv").write_text(files[name])
    modes = "".join(f"file.{name},{mode if name in files else 'absent'}\n" for name in FILES)
    (folder / "manifest.csv").write_text(f"propertyName,value\noneroster.version,{version}\n{modes}")
    return folder


def counts(result: Result) -> dict[str, tuple[int, ...]]:
    rows = [row for row in map(json.loads, result.stdout.splitlines()) if row["record"] == "count"]
    names = ("created", "changed", "unchanged", "deleted", "refused")
    return {row["kind"]: tuple(row[name] for name in names) for row in rows}


def names(engine: Engine, table: Table) -> list[str]:
    with reading(engine) as connection:
        query = select(table.c.sync_key).where(table.c.deleted_at.is_(None)).order_by(table.c.sync_key)
        return list(connection.scalars(query))


def test_a_bulk_set_deletes_what_it_lacks_within_its_limit_and_a_dry_run_says_so_first(
    import_roster: Import, engine: Engine, tmp_path: Path
) -> None:
    orgs = f"{ORGS}o1,School,school,,\n"
    people = [f"u{number},o1,student,Ana,Lund{number},\n" for number in range(10)]
    write(tmp_path / "set", "1.1", "bulk", orgs=orgs, users=USERS + "".join(people))
    assert import_roster(tmp_path / "set").exit_code == 0
    changed = [people[0].replace("Ana", "Eva"), *people[1:7], "u7,o1,wizard,Ana,Lund7,\n", "new,o1,student,N,N,\n"]
    write(tmp_path / "set", "1.1", "bulk", orgs=orgs, users=USERS + "".join(changed))

    dry = import_roster(tmp_path / "set", "--dry-run")
    assert dry.exit_code == 1
    assert dry.stdout.splitlines() == [
        "kind\tcreated\tchanged\tunchanged\tdeleted\trefused",
        "organisation\t0\t0\t1\t0\t0",
        "person\t1\t1\t6\t2\t1",
        "",
        "would\tkind\tkey\twhat",
        "create\tperson\tnew\tN N",
        "change\tperson\tu0\tAna Lund0: given_name 'Ana' becomes 'Eva'",
        "delete\tperson\tu8\tAna Lund8",
        "delete\tperson\tu9\tAna Lund9",
    ]
    assert dry.stderr.splitlines() == [
        "users.csv:9: role: 'wizard' is not a role of OneRoster 1.1",
        f"error: The import would be refused, as it would delete more than it may: 2 of 10 (person). {HINT}",
    ]
    refused = import_roster(tmp_path / "set")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr.splitlines() == [
        f"error: The roster would delete more than it may: 2 of 10 (person). Nothing of it is stored. {HINT}"
    ]
    assert len(names(engine, person)) == 10
    allowed = import_roster(tmp_path / "set", "--dry-run", "--json", "--allow-delete", "person", "--max-delete", "0")
    assert allowed.exit_code == 0
    records = [json.loads(line) for line in allowed.stdout.splitlines()]
    assert [(row["action"], row["key"], row["line"]) for row in records if row["record"] == "example"] == [
        ("create", "new", 10),
        ("change", "u0", 2),
        ("delete", "u8", 0),
        ("delete", "u9", 0),
    ]
    assert {row["dry_run"] for row in records if row["record"] == "count"} == {True}
    assert import_roster(tmp_path / "set", "--max-delete", "20").exit_code == 0
    assert names(engine, person) == ["new", *(f"u{number}" for number in range(8))]
    assert counts(import_roster(tmp_path / "set", "--json"))["person"] == (0, 0, 8, 0, 1)
    # What cannot be told apart from what is missing deletes nothing: a row without a key, and an unread file.
    for users in (f"{USERS},o1,student,A,B,\n", "number,role\n"):
        write(tmp_path / "set", "1.1", "bulk", orgs=orgs, users=users)
        assert counts(import_roster(tmp_path / "set", "--json", "--max-delete", "100"))["person"][3] == 0
    assert import_roster(tmp_path / "set", "--allow-delete", "dragon").exit_code == 2
    with reading(engine) as connection:
        assert connection.scalar(select(roster_import.c.source)) == "OneRoster 1.1: set"


def test_a_delta_set_does_what_its_rows_say(import_roster: Import, engine: Engine, tmp_path: Path) -> None:
    first = {
        "orgs": f"{ORGS}o1,School,school,,\n",
        "courses": f"{COURSES}k1,Maths,M1,Mathematics,\n",
        "classes": f"{CLASSES}c1,1a,k1,o1,,\nc2,1b,k1,o1,,\n",
        "users": f"{USERS}u1,o1,student,Ana,Lund,\nu2,o1,student,Bo,Lund,\n",
        "enrollments": f"{ENROLLMENTS}e1,c1,u1,student,\ne2,c2,u2,student,\n",
    }
    assert import_roster(write(tmp_path / "set", "1.1", "bulk", **first)).exit_code == 0
    delta = {
        "classes": f"{CLASSES}c1,1A,k1,o1,X,active\n",
        "users": f"{USERS}u2,o1,student,Bo,Lund,tobedeleted\nu3,o1,teacher,Cy,Lund,active\n,,,,,\n",
        "enrollments": f"{ENROLLMENTS}e2,c2,u2,student,tobedeleted\ne3,c1,u3,teacher,active\ne4,c1,u1,student,\n",
    }
    done = import_roster(write(tmp_path / "set", "1.1", "delta", **delta), "--json", "--max-delete", "50")
    assert counts(done) == {
        "course": (0, 1, 0, 0, 0),
        "person": (1, 0, 0, 1, 0),
        "membership": (1, 0, 0, 1, 1),
    }
    assert (names(engine, person), names(engine, course)) == (["u1", "u3"], ["c1", "c2"])
    with reading(engine) as connection:
        row = connection.execute(select(course).where(course.c.sync_key == "c1")).one()
    assert (row.title, row.code, row.subjects) == ("1A", "M1", ["Mathematics"])
    again = counts(import_roster(tmp_path / "set", "--json", "--max-delete", "50"))
    assert again["person"] == (0, 0, 2, 0, 0)


def test_a_set_of_1_2_brings_roles_and_scales(import_roster: Import, engine: Engine, tmp_path: Path) -> None:
    first = {
        "orgs": f"{ORGS}o1,School,school,,\no2,Other,school,,\n",
        "users": f"{USERS_1P2}u1,Ana,Lund,\nu2,Bo,Lund,\n",
        "roles": f"{ROLES}r1,,,u1,secondary,guardian,,,o1,\nr2,,,u1,Primary,districtadministrator,,,o2,\n"
        "r3,,,u2,primary,student,,,o1,\nr4,,,u2,some,student,,,o1,\nr5,,,u2,primary,wizard,,,o1,\n",
        "scoreScales": f'{SCALES}s1,,Grades,letters,,"{{90-100:A}},{{80-89.5:B}},{{Pass:P}}"\ns2,,Bad,letters,,A-B\n'
        's3,,Back,letters,,"{A:90-100}"\n',
    }
    done = import_roster(write(tmp_path / "set", "1.2", "bulk", **first), "--json")
    assert counts(done) == {
        "organisation": (2, 0, 0, 0, 0),
        "person": (2, 0, 0, 0, 0),
        "role": (3, 0, 0, 0, 2),
        "assessment_scale": (2, 0, 0, 0, 1),
        "assessment_item": (4, 0, 0, 0, 0),
    }

    def people() -> list[tuple[str, str, int]]:
        joined = select(person.c.sync_key, person.c.role, func.count(person_organisation.c.organisation_id))
        joined = joined.outerjoin_from(person, person_organisation, person.c.id == person_organisation.c.person_id)
        with reading(engine) as connection:
            rows = connection.execute(joined.group_by(person.c.id).order_by(person.c.sync_key))
            return [tuple(row) for row in rows]

    assert people() == [("u1", "districtAdministrator", 2), ("u2", "student", 1)]
    with reading(engine) as connection:
        columns = assessment_item.c
        query = select(columns.sync_key, columns.title, columns.percent_from, columns.percent_to)
        assert [tuple(row) for row in connection.execute(query.order_by(columns.sync_key))] == [
            ("s1/1", "A", 90.0, 100.0),
            ("s1/2", "B", 80.0, 89.5),
            ("s1/3", "P", None, None),
            ("s3/1", "A", 90.0, 100.0),
        ]
    delta = {"users": f"{USERS_1P2}u1,Eva,Lund,active\n", "roles": f"{ROLES}r2,tobedeleted,,u1,primary,teacher,,,o2,\n"}
    done = import_roster(write(tmp_path / "set", "1.2", "delta", **delta), "--json", "--max-delete", "50")
    assert counts(done) == {"person": (0, 1, 0, 0, 0), "role": (0, 0, 0, 1, 0)}
    assert people() == [("u1", "guardian", 1), ("u2", "student", 1)]
    whole = {"roles": first["roles"], "scoreScales": f'{SCALES}s1,,Grades,letters,,"{{90-100:A}}"\n'}
    done = import_roster(write(tmp_path / "set", "1.2", "bulk", **whole), "--json", "--max-delete", "100")
    assert counts(done)["assessment_item"] == (0, 0, 1, 3, 0)
    assert (names(engine, assessment_scale), names(engine, person_role)) == (["s1"], ["r1", "r2", "r3"])


def test_grades_come_with_a_set(import_roster: Import, engine: Engine, tmp_path: Path) -> None:
    sets = {
        "orgs": f"{ORGS}o1,School,school,,\n",
        "classes": f"{CLASSES}c1,1a,k1,o1,,\n",
        "users": f"{USERS}u1,o1,student,Ana,Lund,\n",
        "categories": f"{CATEGORIES}g1,,Tests,\ng2,,Homework,40\ng3,,Bad,nan\n",
        "lineItems": f'{LINE_ITEMS}l1,,Test 1,"1 < 2",2026-09-01,2026-09-08T10:00:00.000Z,c1,g1,,0,10\n'
        "l2,,Test 2,,,,c1,nowhere,,,\nl3,,Test 3,,soon,,c1,,,,\n",
        "results": f"{RESULTS}r1,,l1,u1,fully graded,9.5,2026-09-09,Good & <b>quick</b>\n"
        "r2,,l2,u1,fully graded,1,2026-09-09,\nr3,,l1,u1,submitted,many,2026-09-09,\n",
    }
    done = import_roster(write(tmp_path / "set", "1.1", "bulk", **sets), "--json")
    wanted = {
        "gradebook_category": (2, 0, 0, 0, 1),
        "gradebook_item": (1, 0, 0, 0, 2),
        "gradebook_assessment": (1, 0, 0, 0, 2),
    }
    found = counts(done)
    assert {kind: found[kind] for kind in wanted} == wanted
    again = counts(import_roster(tmp_path / "set", "--json"))
    assert {kind: again[kind][:4] for kind in wanted} == {kind: (0, 0, wanted[kind][0], 0) for kind in wanted}
    with reading(engine) as connection:
        item = connection.execute(select(gradebook_item)).one()
        assert (item.description, item.max_points) == ("1 &lt; 2", 10)
        assert (item.date, item.deadline) == (
            datetime(2026, 9, 1, tzinfo=UTC),
            datetime(2026, 9, 8, 10, tzinfo=UTC),
        )
        mark = connection.execute(select(gradebook_assessment)).one()
        assert (mark.score, mark.status, mark.comment) == (9.5, "fully graded", "Good &amp; &lt;b&gt;quick&lt;/b&gt;")
        assert mark.assessed_at == datetime(2026, 9, 9, tzinfo=UTC)
    delta = {"results": f"{RESULTS}r1,tobedeleted,l1,u1,fully graded,9.5,2026-09-09,\n"}
    refused = import_roster(write(tmp_path / "set", "1.1", "delta", **delta))
    assert refused.exit_code == 1
    done = import_roster(tmp_path / "set", "--json", "--allow-delete", "gradebook_assessment")
    assert counts(done) == {"gradebook_assessment": (0, 0, 0, 1, 0)}


def test_a_set_that_turns_out_damaged_leaves_nothing(import_roster: Import, engine: Engine, tmp_path: Path) -> None:
    rows = "".join(f"u{number},o1,student,Ana,Lund,\n" for number in range(3_000))
    path = tmp_path / "set.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("orgs.csv", f"{ORGS}o1,School,school,,\n")
        archive.writestr("users.csv", USERS + rows)
    whole = path.read_bytes()
    data = bytearray(whole)
    data[data.rindex(b"u2999")] ^= 1
    path.write_bytes(data)
    result = import_roster(path)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines() == [f"error: {path}: The file users.csv in set.zip is damaged or encrypted."]
    assert names(engine, person) == []
    path.write_bytes(whole)
    assert import_roster(path).exit_code == 0
    assert len(names(engine, person)) == 3_000


def test_a_file_that_the_manifest_does_not_name_deletes_nothing(tmp_path: Path) -> None:
    for manifest, is_whole in (
        ("oneroster.version,1.1\n", False),
        ("oneroster.version,1.1\nfile.orgs,bulk\n", True),
        ("oneroster.version,1.1\nfile.orgs,delta\n", False),
        (None, True),
    ):
        (tmp_path / "orgs.csv").write_text(f"{ORGS}o1,School,school,active,\n")
        (tmp_path / "manifest.csv").unlink(missing_ok=True)
        if manifest is not None:
            (tmp_path / "manifest.csv").write_text(manifest)
        roster = read_roster(tmp_path)
        assert not roster.is_whole("orgs")
        assert len(list(roster.orgs())) == 1
        assert roster.is_whole("orgs") is is_whole


@pytest.mark.parametrize("ended", [False, True])
def test_a_pipe_gets_a_line_now_and_then(ended: bool, tmp_path: Path) -> None:
    (tmp_path / "orgs.csv").write_text(f"{ORGS}o1,School,school,active,\n")
    roster = read_roster(tmp_path)
    reading_ = Reading(roster, rows=12_345, ended=ended)
    list(roster.orgs())
    moments = iter([0.0, 1.0, LINE_SECONDS, LINE_SECONDS + 1, 2 * LINE_SECONDS])
    output = io.StringIO()
    lines = Lines(output, lambda: next(moments))
    for _ in range(4):
        lines.update(reading_)
    step = "Comparing the rest, and storing" if ended else "Reading and comparing"
    assert output.getvalue().splitlines() == [f"{at} s: {step}: 12,345 rows, 100% read" for at in (5, 10)]
