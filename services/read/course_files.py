"""Read.Course.Files."""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence

from cachetools import TTLCache
from organisation.v1.read_course_files_pb2 import (
    COURSE_FILE_OUTPUT_ELEMENT,
    COURSE_FILE_OUTPUT_FOLDER,
    COURSE_FILE_OUTPUT_UNSPECIFIED,
    CourseFile,
    CourseFolder,
    ReadCourseFilesRequest,
    ReadCourseFilesResponse,
)
from sqlalchemy import Connection, select

from lms.tables import course_file
from services.read.errors import refused
from services.read.rows import AnyRow
from services.read.scope import Scope, find_course, searchable

OUTPUTS = {
    COURSE_FILE_OUTPUT_UNSPECIFIED: ("File", "Folder"),
    COURSE_FILE_OUTPUT_ELEMENT: ("File",),
    COURSE_FILE_OUTPUT_FOLDER: ("Folder",),
}
SEPARATOR = re.compile(r"[/\\]+")
MOST_KEPT = 100_000
"""Rows that all kept lists have together."""

Rows = Sequence[AnyRow]
Place = tuple[int, str]
"""A course, and the path of a folder in it."""


class CourseFiles:
    """Lists the file areas of courses, and keeps what it has listed for a while (reads.yaml: 30 minutes).

    A kept list does not show what has come or gone since. It holds no decision and no address: who may see the course
    is looked up each time, and addresses are made anew. An empty folder and one that is not there are not kept.
    """

    def __init__(self, keep_seconds: float) -> None:
        self._kept: TTLCache[Place, Rows] = TTLCache(MOST_KEPT, keep_seconds, getsizeof=len)
        self._lock = threading.Lock()

    def read(self, connection: Connection, scope: Scope, request: ReadCourseFilesRequest) -> ReadCourseFilesResponse:
        """Lists one folder of a course, by name: three statements, or one where the list is kept."""
        course_id = find_course(connection, scope, request)
        kinds = OUTPUTS.get(request.output)
        if kinds is None:
            raise refused("Output is not valid.")
        rows = [row for row in self._rows(connection, course_id, request.path) if row.kind in kinds]
        return ReadCourseFilesResponse(
            course_files=[
                CourseFile(name=row.name, path=row.path, url=scope.file_url(row.file_id, row.name))
                for row in rows
                if row.kind == "File"
            ],
            course_folders=[CourseFolder(name=row.name, path=row.path) for row in rows if row.kind == "Folder"],
        )

    def _rows(self, connection: Connection, course_id: int, path: str) -> Rows:
        place = (course_id, "".join(f"\\{name}" for name in SEPARATOR.split(path) if name))
        with self._lock:
            kept = self._kept.get(place)
        if kept is not None:
            return kept
        rows = listed(connection, *place)
        if 0 < len(rows) <= MOST_KEPT:
            with self._lock:
                self._kept[place] = rows
        return rows


def listed(connection: Connection, course_id: int, path: str) -> Rows:
    """Selects what lies in a folder, by name; path: "" or a backslash before each name."""
    there = (course_file.c.course_id == course_id, course_file.c.deleted_at.is_(None))
    in_folder = course_file.c.parent_id.is_(None)
    if path:
        folder = select(course_file.c.id).where(
            *there, course_file.c.path == searchable(path), course_file.c.kind == "Folder"
        )
        parent_id = connection.execute(folder).scalar_one_or_none()
        if parent_id is None:
            raise refused("Path is not valid.")
        in_folder = course_file.c.parent_id == parent_id
    columns = (course_file.c.kind, course_file.c.name, course_file.c.path, course_file.c.file_id)
    inside = select(*columns).where(*there, in_folder)
    return connection.execute(inside.order_by(course_file.c.name, course_file.c.id)).all()
