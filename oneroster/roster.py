"""A roster: its manifest, and an iterator for each of its files that never holds more than a row."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from oneroster.manifest import Manifest, read_manifest
from oneroster.problems import Problem, Problems
from oneroster.reader import read_rows
from oneroster.rows import AcademicSession, Class, Course, Enrollment, Org, User
from oneroster.source import Source, find_source
from oneroster.tables import ACADEMIC_SESSIONS, CLASSES, COURSES, ENROLLMENTS, ORGS, USERS, Row, Table


class Roster:
    """One OneRoster set. Each iterator reads its file from the start; rows it refuses are in `problems` afterwards.

    A file that the manifest calls absent, or that is not there, has no rows.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self.found: dict[str, Problems] = {}
        self.manifest: Manifest = read_manifest(source, self.problems_of("manifest"))

    def orgs(self) -> Iterator[Org]:
        return self.rows(ORGS)

    def academic_sessions(self) -> Iterator[AcademicSession]:
        return self.rows(ACADEMIC_SESSIONS)

    def courses(self) -> Iterator[Course]:
        return self.rows(COURSES)

    def classes(self) -> Iterator[Class]:
        return self.rows(CLASSES)

    def users(self) -> Iterator[User]:
        return self.rows(USERS)

    def enrollments(self) -> Iterator[Enrollment]:
        return self.rows(ENROLLMENTS)

    @property
    def problems(self) -> list[Problem]:
        """What was refused in the files read so far; of each file at most the first thousand."""
        return [problem for problems in self.found.values() for problem in problems.kept]

    @property
    def problem_count(self) -> int:
        """How many rows were refused in the files read so far, those not kept in `problems` included."""
        return sum(problems.count for problems in self.found.values())

    @property
    def refused(self) -> dict[str, int]:
        """How many problems each of the files read so far has, by its name before `.csv`."""
        return {name: problems.count for name, problems in self.found.items() if problems.count}

    @property
    def unread(self) -> list[str]:
        """The files, of those asked for so far, that could not be read at all."""
        return [problems.file for problems in self.found.values() if problems.is_unread]

    def rows(self, table: Table[Row]) -> Iterator[Row]:
        problems = self.problems_of(table.name)
        file = problems.file
        mode = self.manifest.files.get(table.name, "bulk")
        if mode == "absent":
            return
        if not self.source.has(file):
            if table.name in self.manifest.files:
                problems.add_unread(0, f"the manifest calls it {mode}, but it is not there")
            return
        with self.source.open(file) as stream:
            yield from read_rows(table, stream, problems, delta=mode == "delta")

    def problems_of(self, name: str) -> Problems:
        problems = self.found[name] = Problems(f"{name}.csv")
        return problems


def read_roster(source: Path) -> Roster:
    """Opens a OneRoster 1.1 CSV set, a folder or a ZIP file.

    Raises RosterError when there is no such set, or it is of another version.
    """
    return Roster(find_source(source))
