from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from typer.testing import CliRunner, Result

from cli.main import app
from lms.tables import course, organisation, person
from runtime.database import reading
from tests.cli_roster.conftest import Import

SAMPLE = Path(__file__).parents[2] / "samples" / "oneroster" / "planets-oneroster-1.1-bulk"
HEAD = "kind\tcreated\tchanged\tunchanged\tdeleted\trefused"
MANIFEST = "propertyName,value\noneroster.version,1.1\n"
ORGS = "sourcedId,name,type\no1,School,school\n"
USERS = "sourcedId,orgSourcedIds,role,givenName,familyName\n"


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    folder = tmp_path / "roster"
    folder.mkdir()
    (folder / "orgs.csv").write_text(ORGS)
    return folder


def records(result: Result, record: str) -> list[dict[str, object]]:
    return [row for row in map(json.loads, result.stdout.splitlines()) if row["record"] == record]


def test_a_roster_is_imported_and_counted(import_roster: Import) -> None:
    result = import_roster(SAMPLE)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines() == [
        HEAD,
        "organisation\t4\t0\t0\t0\t0",
        "term\t8\t0\t0\t0\t0",
        "course\t36\t0\t0\t0\t0",
        "person\t84\t0\t0\t0\t0",
        "membership\t324\t0\t0\t0\t0",
    ]


def test_a_site_that_does_not_exist_gets_nothing(import_roster: Import, engine: Engine) -> None:
    result = import_roster(SAMPLE, site=999)
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", "error: SiteId='999' is not valid.\n")
    with reading(engine) as connection:
        for table in (organisation, course, person):
            assert connection.execute(select(func.count()).select_from(table)).scalar_one() == 0


def test_rows_that_the_reader_refuses_are_counted_with_those_of_the_platform(
    import_roster: Import, roster: Path
) -> None:
    (roster / "users.csv").write_text(
        f"{USERS}u1,o1,wizard,Ana,Lund\nu2,o1,teacher,Bo,Lund\nu3,o1,student,,Lund\nu4,nowhere,student,Cy,Lund\n"
    )
    result = import_roster(roster)
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [HEAD, "organisation\t1\t0\t0\t0\t0", "person\t1\t0\t0\t0\t3"]
    assert result.stderr.splitlines() == [
        "users.csv:2: role: 'wizard' is not a role of OneRoster 1.1",
        "users.csv:4: givenName is missing",
        "users.csv:5: person u4: The organisation 'nowhere' is not known.",
    ]


def test_a_kind_of_which_every_row_is_refused_has_its_line(import_roster: Import, roster: Path) -> None:
    (roster / "users.csv").write_text(f"{USERS}u1,o1,wizard,Ana,Lund\n")
    (roster / "academicSessions.csv").write_text("sourcedId,title,type,startDate,endDate\nt1,T,term,soon,later\n")
    result = import_roster(roster, "--json")
    assert result.exit_code == 0
    assert [(row["kind"], row["created"], row["refused"]) for row in records(result, "count")] == [
        ("organisation", 1, 0),
        ("term", 0, 1),
        ("person", 0, 1),
    ]
    assert records(result, "refusal") == [
        {
            "record": "refusal",
            "file": file,
            "line": 2,
            "column": column,
            "kind": "",
            "key": "",
            "text": f"{column}: {text}",
        }
        for file, column, text in (
            ("academicSessions.csv", "startDate", "'soon' is not a date (YYYY-MM-DD)"),
            ("users.csv", "role", "'wizard' is not a role of OneRoster 1.1"),
        )
    ]


def test_more_refusals_than_are_shown_are_counted(import_roster: Import, roster: Path) -> None:
    (roster / "users.csv").write_text(USERS + "u,o1,wizard,Ana,Lund\n" * 1_025)
    result = import_roster(roster)
    assert result.stdout.splitlines()[-1] == "person\t0\t0\t0\t0\t1025"
    assert result.stderr.splitlines()[-1] == "… and 1005 more"


def test_a_file_that_is_not_read_ends_the_import_with_status_1_and_the_others_are_there(
    import_roster: Import, roster: Path
) -> None:
    (roster / "users.csv").write_text(USERS.replace("sourcedId", "number", 1) + "u1,o1,teacher,Ana,Lund\n")
    result = import_roster(roster)
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [HEAD, "organisation\t1\t0\t0\t0\t0", "person\t0\t0\t0\t0\t1"]
    assert result.stderr.splitlines() == [
        "users.csv:1: the header lacks sourcedId; the file is not read",
        "error: Not read: users.csv. The other files are imported.",
    ]


def test_a_file_that_the_manifest_promises_and_that_is_missing_ends_the_import_with_status_1(
    import_roster: Import, roster: Path
) -> None:
    (roster / "manifest.csv").write_text(f"{MANIFEST}file.users,bulk\nfile.enrollments,delta\nfile.orgs,some\n")
    result = import_roster(roster)
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        HEAD,
        "organisation\t1\t0\t0\t0\t0",
        "person\t0\t0\t0\t0\t1",
        "membership\t0\t0\t0\t0\t1",
    ]
    assert result.stderr.splitlines() == [
        "manifest.csv: file.orgs is 'some'; the file counts as bulk",
        "users.csv: the manifest calls it bulk, but it is not there",
        "enrollments.csv: the manifest calls it delta, but it is not there",
        "error: Not read: users.csv, enrollments.csv. The other files are imported.",
    ]


def test_help_tells_of_the_status() -> None:
    shown = CliRunner().invoke(app, ["roster", "import", "--help"], env={"COLUMNS": "200", "TERM": "dumb"}).stdout
    assert "Ends with status 1 when nothing was imported, or when a whole file was not read." in shown
    assert {"--dry-run", "--max-delete", "--allow-delete"} <= set(shown.split())
