"""Schools, terms, people, courses, projects, and what is noted about people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from benchmarks.bulk import Values
from benchmarks.school.size import KEYED, NOW, SITE, TERMS, Part, Size, keyed
from lms import tables


def organisations(size: Size) -> Iterator[Values]:
    yield *keyed(1, "district"), "The district", "district", "", None
    for number in range(size.schools):
        yield *keyed(number + 2, f"school-{number}"), f"School {number}", "school", "", 1


def terms(_: Size) -> Iterator[Values]:
    for number in range(TERMS):
        start = date(2027 + number // 2, 8 if number % 2 else 1, 1)
        yield *keyed(number + 1, f"term-{number}"), f"Term {number}", "term", start, start + timedelta(days=150)


def people(size: Size) -> Iterator[Values]:
    for number in range(1, size.people + 1):
        role = "teacher" if number % 10 == 1 else "student"
        yield *keyed(number, f"per-{number}"), f"user{number}", "Ana", f"Lund {number}", role, "", True


def homes(size: Size) -> Iterator[Values]:
    for number in range(1, size.people + 1):
        yield number, 2 + number % size.schools, 0


def courses(size: Size) -> Iterator[Values]:
    for number in range(1, size.courses + 1):
        names = f"Biology {number}", f"BIO-{number}", "", "", ["biology"]
        yield *keyed(number, f"crs-{number}"), *names, 2 + number % size.schools, False


def course_terms(size: Size) -> Iterator[Values]:
    for number in range(1, size.courses + 1):
        yield number, 1 + number % TERMS, 0


def memberships(size: Size) -> Iterator[Values]:
    """Four courses a person."""
    for number in range(size.people * 4):
        person, course = 1 + number // 4, 1 + (number // 4 * 7 + number % 4) % size.courses
        yield *keyed(number + 1, f"mem-{number}"), course, person, "teacher" if person % 10 == 1 else "student"


def favourites(size: Size) -> Iterator[Values]:
    for number in range(size.people):
        yield *keyed(number + 1, f"fav-{number}"), 1 + number * 7 % size.courses, number + 1


def projects(size: Size) -> Iterator[Values]:
    for number in range(1, size.projects + 1):
        yield *keyed(number, f"prj-{number}"), f"Project {number}", "", 2 + number % size.schools, False


def project_members(size: Size) -> Iterator[Values]:
    for number in range(size.people):
        yield *keyed(number + 1, f"pm-{number}"), 1 + number % size.projects, number + 1, "member"


def remarks(size: Size) -> Iterator[Values]:
    for number in range(size.people):
        noted = NOW + timedelta(minutes=number)
        about = number + 1, 1 + number * 7 % size.courses, 1 + number % TERMS, 1
        yield *keyed(number + 1, f"rem-{number}"), *about, noted, "Negative", "LATE", 1, "Late again", ""


def letters(size: Size) -> Iterator[Values]:
    for number in range(size.people // 10):
        text = "<p>Please call.</p>"
        yield number + 1, SITE, f"letter-{number}", number * 10 + 2, None, None, "Absence", text, "Created", NOW, NOW


def everyone(size: Size) -> int:
    return size.people


PARTS = (
    Part(
        tables.organisation,
        (*KEYED, "title", "kind", "identifier", "parent_id"),
        organisations,
        lambda s: s.schools + 1,
    ),
    Part(tables.term, (*KEYED, "title", "kind", "start_date", "end_date"), terms, lambda _: TERMS),
    Part(
        tables.person,
        (*KEYED, "username", "given_name", "family_name", "role", "email", "enabled"),
        people,
        everyone,
    ),
    Part(tables.person_organisation, ("person_id", "organisation_id", "position"), homes, everyone),
    Part(
        tables.course,
        (*KEYED, "title", "code", "description", "credits", "subjects", "organisation_id", "is_archived"),
        courses,
        lambda size: size.courses,
    ),
    Part(tables.course_term, ("course_id", "term_id", "position"), course_terms, lambda size: size.courses),
    Part(tables.membership, (*KEYED, "course_id", "person_id", "role"), memberships, lambda size: size.people * 4),
    Part(tables.favourite, (*KEYED, "course_id", "person_id"), favourites, everyone),
    Part(
        tables.project,
        (*KEYED, "title", "description", "organisation_id", "is_archived"),
        projects,
        lambda size: size.projects,
    ),
    Part(tables.project_member, (*KEYED, "project_id", "person_id", "role"), project_members, everyone),
    Part(
        tables.behaviour_remark,
        (
            *(*KEYED, "person_id", "course_id", "term_id", "author_id", "noted_at", "type", "code", "weight"),
            *("description", "reaction"),
        ),
        remarks,
        everyone,
    ),
    Part(
        tables.warning_letter,
        (
            *("id", "site_id", "letter_key", "person_id", "course_id", "term_id", "title", "text", "status"),
            *("created_at", "updated_at"),
        ),
        letters,
        lambda size: size.people // 10,
    ),
)
