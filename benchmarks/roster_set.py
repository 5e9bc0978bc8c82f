"""`python -m benchmarks.roster_set FOLDER`: makes a large OneRoster set, the same for the same numbers."""

from __future__ import annotations

import argparse
import csv
import sys
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import track

SPACE: Final = uuid.UUID("7c2c5b9e-5c63-4a52-9c5e-3f1d0f6a7b10")
GIVEN: Final = ("Ada", "Bo", "Cem", "Dina", "Elin", "Farid", "Greta", "Hugo", "Ines", "Jun")
FAMILY: Final = ("Lund", "Berg", "Okafor", "Nguyen", "Silva", "Kaya", "Novak", "Haas", "Moreau", "Rossi")
SUBJECTS: Final = ("Mathematics", "History", "Biology", "Music", "English")
CLASS_SIZE: Final = 25
FILES: Final = ("orgs", "academicSessions", "courses", "classes", "users", "enrollments")


@dataclass(frozen=True, slots=True)
class Size:
    """How many users and enrolments there are."""

    users: int = 100_000
    enrolments: int = 1_000_000

    @property
    def schools(self) -> int:
        return max(1, self.users // 1_000)

    @property
    def classes(self) -> int:
        return max(1, self.enrolments // CLASS_SIZE)


def key(kind: str, number: int) -> str:
    return str(uuid.uuid5(SPACE, f"{kind}-{number}"))


def orgs(size: Size) -> Iterator[Sequence[object]]:
    yield "sourcedId", "status", "dateLastModified", "name", "type", "identifier", "parentSourcedId"
    yield key("org", 0), "", "", "District", "district", "0", ""
    for number in range(1, size.schools + 1):
        yield key("org", number), "", "", f"School {number}", "school", number, key("org", 0)


def sessions(_size: Size) -> Iterator[Sequence[object]]:
    yield ("sourcedId", "status", "dateLastModified", "title", "type", "startDate", "endDate", "parentSourcedId",
           "schoolYear")  # fmt: skip
    yield key("term", 0), "", "", "2026", "schoolYear", "2026-08-01", "2027-07-31", "", 2027


def courses(size: Size) -> Iterator[Sequence[object]]:
    yield ("sourcedId", "status", "dateLastModified", "schoolYearSourcedId", "title", "courseCode", "grades",
           "orgSourcedId", "subjects", "subjectCodes")  # fmt: skip
    for number in range(size.schools * 10):
        subject = SUBJECTS[number % len(SUBJECTS)]
        yield key("course", number), "", "", key("term", 0), subject, f"C{number}", "", key("org", 0), subject, ""


def classes(size: Size) -> Iterator[Sequence[object]]:
    yield ("sourcedId", "status", "dateLastModified", "title", "grades", "courseSourcedId", "classCode", "classType",
           "location", "schoolSourcedId", "termSourcedIds", "subjects", "subjectCodes", "periods")  # fmt: skip
    for number in range(size.classes):
        course, school = key("course", number % (size.schools * 10)), key("org", number % size.schools + 1)
        yield (key("class", number), "", "", f"Class {number}", "", course, f"K{number}", "scheduled", "", school,
               key("term", 0), "", "", "")  # fmt: skip


def users(size: Size) -> Iterator[Sequence[object]]:
    yield ("sourcedId", "status", "dateLastModified", "enabledUser", "orgSourcedIds", "role", "username", "userIds",
           "givenName", "familyName", "middleName", "identifier", "email", "sms", "phone", "agentSourcedIds", "grades",
           "password")  # fmt: skip
    for number in range(size.users):
        given, family = GIVEN[number % 10], FAMILY[number // 10 % 10]
        school, role = key("org", number % size.schools + 1), "teacher" if number % 20 == 0 else "student"
        yield (key("user", number), "", "", "true", school, role, f"u{number}", "", given, family, "", number,
               f"u{number}@school.example.org", "", "", "", "", "")  # fmt: skip


def enrollments(size: Size) -> Iterator[Sequence[object]]:
    yield ("sourcedId", "status", "dateLastModified", "classSourcedId", "schoolSourcedId", "userSourcedId", "role",
           "primary", "beginDate", "endDate")  # fmt: skip
    for number in range(size.enrolments):
        place, user = number // CLASS_SIZE % size.classes, number * 7 % size.users
        role = "teacher" if user % 20 == 0 else "student"
        yield (key("enrolment", number), "", "", key("class", place), key("org", place % size.schools + 1),
               key("user", user), role, "false", "", "")  # fmt: skip


def write(folder: Path, size: Size) -> Path:
    """Writes the set and returns its folder; the manifest calls every file bulk."""
    folder.mkdir(parents=True, exist_ok=True)
    console = Console(stderr=True)
    for name, rows in zip(FILES, (orgs, sessions, courses, classes, users, enrollments), strict=True):
        shown = track(rows(size), f"{name}.csv", None, console=console, disable=not console.is_terminal)
        write_file(folder / f"{name}.csv", shown)
    head = [("propertyName", "value"), ("manifest.version", "1.0"), ("oneroster.version", "1.1")]
    write_file(folder / "manifest.csv", [*head, *((f"file.{name}", "bulk") for name in FILES)])
    return folder


def write_file(path: Path, rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.roster_set", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--users", type=int, default=100_000)
    parser.add_argument("--enrolments", type=int, default=1_000_000)
    options = parser.parse_args()
    write(options.folder, Size(options.users, options.enrolments))
    return 0


if __name__ == "__main__":
    sys.exit(main())
