"""A course's gradebook, put into a store row by row."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import grpc
import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from lms import tables
from runtime.timestamps import timestamp
from tests.files.client import refusal
from tests.files.peers import Credential
from tests.read.conftest import Running
from tests.read.content import NOW, Content

LONG_AGO = timestamp(datetime(2000, 1, 1, tzinfo=UTC))
NEVER = Timestamp(seconds=2**60)


async def read(running: Running, request: Any, credential: Credential | None = None) -> Any:
    """Calls the rpc that the request is of."""
    rpc = getattr(running.stub, type(request).__name__.removesuffix("Request"))
    return await rpc(request, metadata=(credential or running.bound).metadata())


async def refused(running: Running, request: Any, credential: Credential | None = None) -> tuple[str, str, str]:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await read(running, request, credential)
    return refusal(caught)


async def refusals(running: Running, requests: Iterable[Any]) -> list[tuple[str, str, str]]:
    return [await refused(running, request) for request in requests]


def person(content: Content, site_id: int, sync_key: str, **values: Any) -> int:
    names = {"username": sync_key, "given_name": "", "family_name": "", "role": "student", "email": ""}
    return content.roster(tables.person, site_id, sync_key, **names, enabled=True, **values)


def category(content: Content, site_id: int, sync_key: str, **values: Any) -> int:
    return content.roster(tables.gradebook_category, site_id, sync_key, title=f"Category {sync_key}", **values)


def item(content: Content, course_id: int, sync_key: str | None = None, site_id: int = 3, **values: Any) -> int:
    """An item of a roster, or, without a key, of an element."""
    title = None if sync_key is None else f"Item {sync_key}"
    whole = {"title": title, "course_id": course_id, **values}
    return content.roster(tables.gradebook_item, site_id, sync_key, **whole)  # type: ignore[arg-type]


def activity(content: Content, course_id: int, scale_id: int | None, max_score: int | None, **values: Any) -> int:
    """A custom activity and its item, whose number is returned."""
    number = content.element(3, course_id, "CustomActivity", **values)
    content.insert(
        tables.element_custom_activity,
        element_id=number,
        site_id=3,
        mandatory=False,
        assessment_scale_id=scale_id,
        max_score=max_score,
    )
    return item(content, course_id, element_id=number)


def assessment(content: Content, course_id: int, item_id: int, person_id: int, **values: Any) -> int:
    whole = {"status": "", "assessed_at": NOW, "course_id": course_id, "item_id": item_id, "person_id": person_id}
    key = f"assessment {item_id} {person_id}"
    return content.roster(tables.gradebook_assessment, 3, key, **(whole | values))


def record(content: Content, column_id: int, course_id: int, person_id: int, **values: Any) -> int:
    own = {"column_id": column_id, "course_id": course_id, "person_id": person_id}
    whole = {"value": "5", "status": "", "completed": False, **own, **values}
    return content.roster(tables.summary_record, 3, f"record {column_id} {course_id} {person_id}", **whole)
