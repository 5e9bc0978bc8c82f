"""Reads OneRoster 1.1 CSV sets: a folder or a ZIP file, row by row."""

from oneroster.problems import Problem, RosterError
from oneroster.roster import Roster, read_roster
from oneroster.rows import AcademicSession, Class, Course, Enrollment, Org, User

__all__ = [
    "AcademicSession",
    "Class",
    "Course",
    "Enrollment",
    "Org",
    "Problem",
    "Roster",
    "RosterError",
    "User",
    "read_roster",
]
