"""A roster: its manifest, and an iterator for each of its files that never holds more than a row."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from oneroster.gradebook_rows import Category, LineItem, Result
from oneroster.manifest import Manifest, Mode, read_manifest
from oneroster.problems import Problem, Problems
from oneroster.reader import Refused, read_rows
from oneroster.rows import AcademicSession, Class, Course, Enrollment, Org, Role, ScoreScale, User
from oneroster.source import Source, find_source
from oneroster.tables import (
    ACADEMIC_SESSIONS,
    CATEGORIES,
    CLASSES,
    COURSES,
    ENROLLMENTS,
    FILES,
    LINE_ITEMS,
    ONLY_1P2,
    ORGS,
    RESULTS,
    ROLES,
    SCORE_SCALES,
    USERS,
    USERS_1P2,
    Row,
    Table,
)

TWICE = {SCORE_SCALES.name}
"""Files that importers read twice: rows, and what is in them."""


class Roster:
    """One OneRoster set. Each iterator reads its file from the start; rows it refuses are in `problems` afterwards.

    A file that the manifest calls absent, or that is not there, has no rows.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self.found: dict[str, Problems] = {}
        self.manifest: Manifest = read_manifest(source, self.problems_of("manifest"))

    @property
    def size(self) -> int:
        """How many bytes the files have that are to be read, unpacked; what is read twice counts twice."""
        names = [name for name in FILES if self.mode_of(name) != "absent" and self.source.has(f"{name}.csv")]
        return sum(self.source.size(f"{name}.csv") for name in (*names, *(TWICE & set(names))))

    def orgs(self) -> Iterator[Org]:
        return self.rows(ORGS)

    def academic_sessions(self) -> Iterator[AcademicSession]:
        return self.rows(ACADEMIC_SESSIONS)

    def courses(self) -> Iterator[Course]:
        return self.rows(COURSES)

    def classes(self) -> Iterator[Class]:
        return self.rows(CLASSES)

    def users(self) -> Iterator[User]:
        return self.rows(self.users_table)

    def roles(self) -> Iterator[Role]:
        return self.rows(ROLES)

    def enrollments(self) -> Iterator[Enrollment]:
        return self.rows(ENROLLMENTS)

    def score_scales(self) -> Iterator[ScoreScale]:
        return self.rows(SCORE_SCALES)

    def categories(self) -> Iterator[Category]:
        return self.rows(CATEGORIES)

    def line_items(self) -> Iterator[LineItem]:
        return self.rows(LINE_ITEMS)

    def results(self) -> Iterator[Result]:
        return self.rows(RESULTS)

    @property
    def users_table(self) -> Table[User]:
        return USERS_1P2 if self.manifest.version == "1.2" else USERS

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
        """Yields the rows of a file that are not refused."""
        for _, row in self.numbered(table):
            if not isinstance(row, Refused):
                yield row

    def numbered(self, table: Table[Row]) -> Iterator[tuple[int, Row | Refused]]:
        """Yields the rows of a file, those that are refused among them, and their lines."""
        problems = self.problems_of(table.name)
        mode = self.mode_of(table.name)
        if mode == "absent":
            return
        if not self.source.has(problems.file):
            if table.name in self.manifest.files:
                problems.add_unread(0, f"the manifest calls it {mode}, but it is not there")
            return
        with self.source.open(problems.file) as stream:
            yield from read_rows(table, stream, problems, delta=mode == "delta")

    def mode_of(self, name: str) -> Mode:
        """Returns how a file is to be read; one that this version does not know is absent."""
        if name in ONLY_1P2 and self.manifest.version == "1.1":
            return "absent"
        return self.manifest.files.get(name, "bulk")

    def is_whole(self, name: str) -> bool:
        """Whether what a file lacks is gone: a bulk file, read to its end, each of whose rows has a key.

        A file beside a manifest that does not name it is read, but proves nothing by what it lacks.
        """
        problems = self.found.get(name)
        named = not self.manifest.oneroster_version or name in self.manifest.files
        read = problems is not None and not problems.is_unread and not problems.has_lost
        return named and read and self.mode_of(name) == "bulk" and self.source.has(f"{name}.csv")

    def problems_of(self, name: str) -> Problems:
        problems = self.found[name] = Problems(f"{name}.csv")
        return problems


def read_roster(source: Path) -> Roster:
    """Opens a OneRoster 1.1 or 1.2 CSV set, a folder or a ZIP file.

    Raises RosterError when there is no such set, or it is of another version.
    """
    return Roster(find_source(source))
