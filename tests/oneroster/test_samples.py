from __future__ import annotations

from pathlib import Path

import pytest

from oneroster import Enrollment, Roster, User, read_roster

SAMPLES = Path(__file__).parents[2] / "samples" / "oneroster"
GRADES = ("categories", "lineItems", "results")
FORMS = (
    "planets-oneroster-1.1-bulk",
    "planets-oneroster-1.1-bulk.zip",
    "planets-oneroster-1.1-bulk-exporter-quirks.zip",
)


def everything(roster: Roster) -> list[list[object]]:
    return [
        list(rows)
        for rows in (
            roster.orgs(),
            roster.academic_sessions(),
            roster.courses(),
            roster.classes(),
            roster.users(),
            roster.enrollments(),
        )
    ]


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_the_sample_gives_every_row(form: str) -> None:
    roster = read_roster(SAMPLES / form)
    assert [len(rows) for rows in everything(roster)] == [4, 8, 36, 36, 84, 324]
    assert roster.problems == []
    assert roster.manifest.oneroster_version == "1.1"
    assert {mode for name, mode in roster.manifest.files.items() if name not in GRADES} == {"bulk"}
    assert {roster.manifest.files[name] for name in GRADES} == {"absent"}


def test_the_folder_and_its_zip_are_the_same() -> None:
    assert everything(read_roster(SAMPLES / FORMS[0])) == everything(read_roster(SAMPLES / FORMS[1]))


@pytest.mark.parametrize("form", FORMS)
def test_people_are_the_same_in_every_order_of_columns(form: str) -> None:
    users = list(read_roster(SAMPLES / form).users())
    assert (users[1].given_name, users[1].family_name, users[1].email, users[1].grades) == (
        "Amanin",
        "Rookson",
        "arookson@sol.example.org",
        ("03",),
    )
    roles = [user.role for user in users]
    assert [roles.count(role) for role in ("administrator", "teacher", "student")] == [3, 9, 72]
    assert all(user.status == "active" and user.enabled_user for user in users)
    assert not any("password" in name for name in User.__slots__)


@pytest.mark.parametrize("form", FORMS)
def test_references_inside_the_sample_resolve(form: str) -> None:
    roster = read_roster(SAMPLES / form)
    orgs = {org.sourced_id for org in roster.orgs()}
    courses = {course.sourced_id for course in roster.courses()}
    terms = {session.sourced_id for session in roster.academic_sessions()}
    classes = {one.sourced_id for one in roster.classes()}
    users = {user.sourced_id for user in roster.users()}
    assert all(one.course_sourced_id in courses and one.school_sourced_id in orgs for one in roster.classes())
    assert all(set(one.term_sourced_ids) <= terms for one in roster.classes())
    assert all(resolves(one, classes, users) for one in roster.enrollments())


def resolves(enrollment: Enrollment, classes: set[str], users: set[str]) -> bool:
    return enrollment.class_sourced_id in classes and enrollment.user_sourced_id in users
