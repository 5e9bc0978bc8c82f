"""Reads OneRoster 1.1 and 1.2 CSV sets: a folder or a ZIP file, row by row."""

from oneroster.gradebook_rows import Category, LineItem, Result
from oneroster.problems import Problem, RosterError
from oneroster.roster import Roster, read_roster
from oneroster.rows import AcademicSession, Class, Course, Enrollment, Org, Role, ScoreScale, User

__all__ = [
    "AcademicSession",
    "Category",
    "Class",
    "Course",
    "Enrollment",
    "LineItem",
    "Org",
    "Problem",
    "Result",
    "Role",
    "Roster",
    "RosterError",
    "ScoreScale",
    "User",
    "read_roster",
]
