# ruff: noqa: N802 (the rpc's name)
"""Whole courses as a stream: the pages of the reads of a course, one after the other (course_export_service.proto)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import grpc
from organisation.v1 import course_export_service_pb2 as pb
from organisation.v1.read_base_pb2 import RequestBase
from sqlalchemy import Connection

from lms.tables import course
from runtime.errors import invalid_field
from runtime.paging import decode_page_token, encode_page_token
from services.read.course_pages import PARTS, Asked, Place
from services.read.queries import Queries
from services.read.scope import Scope, find_course_with
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
        course_id, parts = await self._course(request)
        position = position_of(request.resume_token, len(parts))
        asked = Asked(course_id, request.base, include_content=request.include_content)
        while position.part < len(parts):
            page, position = await self._next(asked, parts, position)
            if page is not None:
                page.resume_token = token_of(position, len(parts))
                yield page

    async def _course(self, request: pb.ExportCourseRequest) -> tuple[int, list[int]]:
        """Returns course and parts to export; raises PERMISSION_DENIED where one of these is not granted."""
        if unknown := [part for part in request.parts if part not in PARTS]:
            raise invalid_field("parts", f"parts holds {unknown[0]}, which is no part of a course.")
        scopes = [await self._scope(request.base, part) for part in request.parts or PARTS]
        course_id, used = await self._queries.run(parts_in_use, scopes[0], request)
        return course_id, list(request.parts) or used

    async def _next(
        self, asked: Asked, parts: Sequence[int], position: Position
    ) -> tuple[pb.ExportCourseResponse | None, Position]:
        """Returns the page at a position, None where its part has no further one, and the position behind it."""
        part = parts[position.part]
        scope = await self._scope(asked.base, part)
        page, place = await self._queries.run(partial(PARTS[part].read, position.place), scope, asked)
        return page, Position(position.part + 1, Place()) if place is None else Position(position.part, place)

    async def _scope(self, base: RequestBase, part: int) -> Scope:
        return await self._queries.scope(MESSAGE_TYPES[PARTS[part].method], base)


def parts_in_use(connection: Connection, scope: Scope, request: pb.ExportCourseRequest) -> tuple[int, list[int]]:
    """Returns the course, and the parts that it uses: planner and gradebook can be switched off."""
    found = find_course_with(connection, scope, request, course.c.planner_enabled, course.c.use_assessment_record)
    switches = {"ReadCoursePlanner": found.planner_enabled, "ReadCourseGradebook": found.use_assessment_record}
    unused = tuple(prefix for prefix, is_on in switches.items() if not is_on)
    return found.id, [number for number, part in PARTS.items() if not part.method.startswith(unused)]


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
