# ruff: noqa: N802 (the rpc's name)
"""Whole courses as a stream: the pages of the reads of a course, one after the other (course_export_service.proto)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

import grpc
from organisation.v1 import course_export_service_pb2 as pb
from sqlalchemy import Connection, select

from lms.tables import course
from runtime.errors import invalid_field
from runtime.paging import decode_page_token, encode_page_token
from services.read.course_pages import PARTS, Place
from services.read.queries import Queries
from services.read.scope import Scope, find_course
from services.read.server import MESSAGE_TYPES

DESCRIPTOR = pb.DESCRIPTOR.services_by_name["CourseExportService"]

Context = grpc.aio.ServicerContext[Any, Any]


@dataclass(frozen=True, slots=True)
class Position:
    """What comes next: a place in one of the parts."""

    part: int
    """Index into the parts of the stream."""
    place: Place


class CourseExportServicer:
    """CourseExportService. Leave is asked for with each page, so that a long stream ends with its grant."""

    def __init__(self, queries: Queries) -> None:
        self._queries = queries

    async def ExportCourse(
        self, request: pb.ExportCourseRequest, _context: Context
    ) -> AsyncIterator[pb.ExportCourseResponse]:
        parts = await self._parts(request)
        position = position_of(request.resume_token, len(parts))
        while position.part < len(parts):
            page, position = await self._next(request, parts, position)
            if page is not None:
                page.resume_token = token_of(position, len(parts))
                yield page

    async def _parts(self, request: pb.ExportCourseRequest) -> list[int]:
        """Returns the parts to export; raises PERMISSION_DENIED where one of them is not granted."""
        if unknown := [part for part in request.parts if part not in PARTS]:
            raise invalid_field("parts", f"parts holds {unknown[0]}, which is no part of a course.")
        scopes = [await self._scope(request, part) for part in request.parts or PARTS]
        in_use: set[int] = await self._queries.run(parts_in_use, scopes[0], request)
        return [part for part in request.parts or PARTS if part in in_use or request.parts]

    async def _next(
        self, request: pb.ExportCourseRequest, parts: Sequence[int], position: Position
    ) -> tuple[pb.ExportCourseResponse | None, Position]:
        """Returns the page at a position, None where its part has no further one, and the position behind it."""
        part = parts[position.part]
        scope = await self._scope(request, part)

        def read(connection: Connection, scope: Scope, request: pb.ExportCourseRequest) -> Any:
            return PARTS[part].read(connection, scope, request, position.place)

        page, place = await self._queries.run(read, scope, request)
        return page, Position(position.part + 1, Place()) if place is None else Position(position.part, place)

    async def _scope(self, request: pb.ExportCourseRequest, part: int) -> Scope:
        return await self._queries.scope(MESSAGE_TYPES[PARTS[part].method], request.base)


def parts_in_use(connection: Connection, scope: Scope, request: pb.ExportCourseRequest) -> set[int]:
    """Returns the parts that the course uses: planner and gradebook can be switched off."""
    named = request.course_id if request.HasField("course_id") else None
    course_id = find_course(connection, scope, named, request.course_sync_key)
    settings = select(course.c.planner_enabled, course.c.use_assessment_record).where(course.c.id == course_id)
    has_planner, has_gradebook = connection.execute(settings).one()
    unused = ("ReadCoursePlanner",) * (not has_planner) + ("ReadCourseGradebook",) * (not has_gradebook)
    return {number for number, part in PARTS.items() if not part.method.startswith(unused)}


def position_of(token: str, count: int) -> Position:
    """Reads a resume token; the beginning for ""."""
    key = decode_page_token(token, (int, int, str))
    if key is None:
        return Position(0, Place())
    part, folder_id, page_token = int(key[0]), int(key[1]), str(key[2])
    if not 0 <= part < count:
        raise invalid_field("resume_token", "resume_token is not of a stream with these parts.")
    return Position(part, Place(folder_id, page_token))


def token_of(position: Position, count: int) -> str:
    if position.part >= count:
        return ""
    return encode_page_token(position.part, position.place.folder_id, position.place.page_token)
