from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oneroster import Roster, read_roster
from oneroster.problems import PROBLEMS_KEPT
from oneroster.tables import ACADEMIC_SESSIONS, CLASSES, COURSES, ENROLLMENTS, ORGS, USERS

ORG_HEAD = "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId"
QUOTED_HEAD = ",".join(f'"{name}"' for name in ORG_HEAD.split(","))
USER_HEAD = "sourcedId,status,enabledUser,orgSourcedIds,role,givenName,familyName"
WIZARD = "r\u202e" * 100
SESSION_HEAD = "sourcedId,title,type,startDate,endDate,schoolYear"


def roster(folder: Path, files: dict[str, str | bytes]) -> Roster:
    for name, data in files.items():
        (folder / name).write_bytes(data.encode() if isinstance(data, str) else data)
    return read_roster(folder)


def texts(made: Roster, rows: Iterable[object]) -> tuple[int, list[tuple[int, str]]]:
    count = sum(1 for _ in rows)
    return count, [(problem.line, problem.text) for problem in made.problems]


def snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def test_columns_stand_in_the_order_of_the_fields() -> None:
    for names, row in (
        ([column.name for column in ORGS.columns], ORGS.row),
        ([column.name for column in ACADEMIC_SESSIONS.columns], ACADEMIC_SESSIONS.row),
        ([column.name for column in COURSES.columns], COURSES.row),
        ([column.name for column in CLASSES.columns], CLASSES.row),
        ([column.name for column in USERS.columns], USERS.row),
        ([column.name for column in ENROLLMENTS.columns], ENROLLMENTS.row),
    ):
        fields = dataclasses.fields(row)  # type: ignore[arg-type] # (a dataclass, typed as what makes one)
        assert [snake(name) for name in names] == [field.name for field in fields]


@pytest.mark.parametrize(
    "text",
    [
        f"{ORG_HEAD}\no1,,,School,school,1,p",
        f"\ufeff{ORG_HEAD}\r\no1,active,,School,school,1,p\r\n",
        QUOTED_HEAD + '\n"o1","ACTIVE","","School","school","1","p"',
        "NAME, type ,parentSourcedId,extra,identifier,sourcedId\n School ,school,p,x,1,o1\n",
        f"{ORG_HEAD}\n{ORG_HEAD}\n\n,,,,,,\no1,,,School,school,1,p,,\n{ORG_HEAD}\n",
        f"{ORG_HEAD}\ro1,,,School,school,1,p\r",
    ],
)
def test_one_row_in_every_spelling(text: str, tmp_path: Path) -> None:
    made = roster(tmp_path, {"orgs.csv": text})
    (org,) = made.orgs()
    assert (org.sourced_id, org.status, org.name, org.type, org.identifier, org.parent_sourced_id) == (
        "o1",
        "active",
        "School",
        "school",
        "1",
        "p",
    )
    assert made.problems == []


def test_a_cell_with_commas_and_line_breaks_stays_one(tmp_path: Path) -> None:
    made = roster(tmp_path, {"orgs.csv": f'{ORG_HEAD}\no1,,,"A, ""B""\nC",school,,\no2,,,D,,,\n'})
    assert [org.name for org in made.orgs()] == ['A, "B"\nC']
    assert made.problems[0].line == 4


def test_lists_in_a_cell_are_taken_apart(tmp_path: Path) -> None:
    made = roster(tmp_path, {"users.csv": f'{USER_HEAD}\nu1,,true,"a, b,,c",student,A,B\n'})
    assert next(made.users()).org_sourced_ids == ("a", "b", "c")


def test_the_singular_of_a_list_column_is_understood_unless_both_are_there(tmp_path: Path) -> None:
    made = roster(
        tmp_path,
        {"classes.csv": "sourcedId,title,courseSourcedId,schoolSourcedId,termSourcedId\nc1,T,k,s,t1\n"},
    )
    assert next(made.classes()).term_sourced_ids == ("t1",)
    (tmp_path / "classes.csv").write_text(
        "sourcedId,title,courseSourcedId,schoolSourcedId,termSourcedId,termSourcedIds\nc1,T,k,s,t1,t2\n"
    )
    assert next(made.classes()).term_sourced_ids == ("t2",)


def test_a_column_with_the_name_of_an_alias_is_read_where_the_table_has_it(tmp_path: Path) -> None:
    made = roster(tmp_path, {"courses.csv": "sourcedId,title,orgSourcedId\nk1,T,o1\n"})
    assert next(made.courses()).org_sourced_id == "o1"


@pytest.mark.parametrize(
    ("row", "text"),
    [
        (",,true,o,student,A,B", "sourcedId is missing"),
        ("u1,gone,true,o,student,A,B", "status: 'gone' is not a status (active, inactive, tobedeleted)"),
        ("u1,,maybe,o,student,A,B", "enabledUser: 'maybe' is neither true nor false"),
        ("u1,,true,,student,A,B", "orgSourcedIds is missing"),
        ("u1,,true,o,wizard,A,B", "role: 'wizard' is not a role of OneRoster 1.1"),
        ("u1,,true,o,,A,B", "role is missing"),
        ("u1,,true,o,student,,B", "givenName is missing"),
        ("u1,,true,o,student", "givenName is missing"),
        ("u1,,true,o,student,A,B,C", "the row has 8 fields where the header has 7"),
        ("u1,,true,o,student,A\0,B", "the row holds control characters"),
        ("u1,,true,o,student,A,\x1b[2J", "the row holds control characters"),
    ],
)
def test_a_bad_row_is_refused_and_the_next_one_is_read(row: str, text: str, tmp_path: Path) -> None:
    made = roster(tmp_path, {"users.csv": f"{USER_HEAD}\n{row}\nu2,inactive,0,o,Teacher,C,D\n"})
    users = list(made.users())
    assert [(user.sourced_id, user.status, user.role, user.enabled_user) for user in users] == [
        ("u2", "inactive", "teacher", False)
    ]
    assert [(problem.file, problem.line, problem.text) for problem in made.problems] == [("users.csv", 2, text)]


def test_bytes_that_are_no_utf_8_refuse_their_row_alone(tmp_path: Path) -> None:
    made = roster(tmp_path, {"orgs.csv": f"{ORG_HEAD}\no1,,,Sk\xf8la,school,,\no2,,,OK,school,,\n".encode("latin-1")})
    assert texts(made, made.orgs()) == (1, [(2, "the row is not UTF-8")])


@pytest.mark.parametrize(
    ("start", "end", "problem"),
    [
        ("2026-08-16", "2027-08-15", None),
        ("2026-08-16T00:00:00.000Z", "2027-08-15", None),
        ("2026-02-30", "2027-08-15", "startDate: '2026-02-30' is not a date (YYYY-MM-DD)"),
        ("16.08.2026", "2027-08-15", "startDate: '16.08.2026' is not a date (YYYY-MM-DD)"),
        ("", "2027-08-15", "startDate is missing"),
        ("2027-08-16", "2027-08-15", "endDate lies before startDate"),
    ],
)
def test_dates_are_checked(start: str, end: str, problem: str | None, tmp_path: Path) -> None:
    made = roster(tmp_path, {"academicSessions.csv": f"{SESSION_HEAD}\ns1,T,term,{start},{end},2027\n"})
    sessions = list(made.academic_sessions())
    assert [one.text for one in made.problems] == ([] if problem is None else [problem])
    assert [session.start_date for session in sessions] == ([date(2026, 8, 16)] if problem is None else [])


def test_an_enrollment_that_ends_before_it_begins_is_refused(tmp_path: Path) -> None:
    head = "sourcedId,classSourcedId,userSourcedId,role,beginDate,endDate"
    made = roster(tmp_path, {"enrollments.csv": f"{head}\ne1,c,u,student,2026-02-01,2026-01-01\ne2,c,u,student,,\n"})
    assert texts(made, made.enrollments()) == (1, [(2, "endDate lies before beginDate")])


@pytest.mark.parametrize("data", ["", "name,type\nA,school\n", "x", b"\xff\xfes\0o\0u\0r\0c\0e\0", b"\0" * 1000])
def test_a_file_without_the_header_it_needs_gives_one_problem(data: str | bytes, tmp_path: Path) -> None:
    made = roster(tmp_path, {"orgs.csv": data})
    assert list(made.orgs()) == []
    assert [problem.text.partition(" lacks ")[0] for problem in made.problems] == ["the header"]


def test_a_quote_that_never_ends_costs_the_rows_it_swallows_and_no_more(tmp_path: Path) -> None:
    rows = "".join(f"o{number},,,{'N' * 100},school,,\n" for number in range(3000))
    made = roster(tmp_path, {"orgs.csv": f'{ORG_HEAD}\nbad,,,"never\n{rows}'})
    count, problems = texts(made, made.orgs())
    assert 1500 < count < 3000
    assert problems[0][1].startswith("the row is not CSV")


def test_a_line_without_an_end_is_left_out(tmp_path: Path) -> None:
    made = roster(tmp_path, {"orgs.csv": f"{ORG_HEAD}\n{'x' * 2_000_000}\no1,,,A,school,,\n"})
    assert texts(made, made.orgs()) == (1, [(2, "the line is too long")])


def test_problems_are_counted_beyond_those_that_are_kept_and_start_anew_with_each_reading(tmp_path: Path) -> None:
    made = roster(tmp_path, {"orgs.csv": f"{ORG_HEAD}\n" + "o1,,,,school,,\n" * (PROBLEMS_KEPT + 5)})
    for _ in range(2):
        assert list(made.orgs()) == []
        assert (len(made.problems), made.problem_count) == (PROBLEMS_KEPT, PROBLEMS_KEPT + 5)


def test_problems_show_no_control_characters(tmp_path: Path) -> None:
    made = roster(tmp_path, {"users.csv": f"{USER_HEAD}\nu1,,true,o,{WIZARD},A,B\n"})
    assert list(made.users()) == []
    assert made.problems[0].text.isprintable()
    assert len(made.problems[0].text) < 150


@settings(max_examples=100, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.lists(st.one_of(st.text(max_size=6), st.sampled_from(['"', "2026-01-01", "student"])), max_size=9)))
def test_rows_of_any_text_never_stop_the_reading(tmp_path: Path, rows: Sequence[Sequence[str]]) -> None:
    body = "\n".join(",".join(cells) for cells in rows)
    data = f"{USER_HEAD}\n{body}\n".encode("utf-8", "surrogatepass")
    made = roster(tmp_path, {"users.csv": data, "academicSessions.csv": data, "manifest.csv": "oneroster.version,1.1"})
    assert len(list(made.users())) + made.problem_count <= body.count("\n") + body.count("\r") + 1
