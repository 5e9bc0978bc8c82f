"""Requests of reads that name things of the world.

A read is found by its rpc. Its request is filled by the names of its fields, once with numbers and once with keys, so
that most reads need nothing here. One whose fields are called otherwise gets a line in REQUESTS; one that names
nothing, in NAMES_NOTHING.
"""

from __future__ import annotations

from typing import Any

from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from organisation.v1 import read_courses_pb2

from tests.tenancy.names import Names

Fields = dict[str, Any]

BY_NUMBER: Fields = {"course_id": 4120, "person_id": 5, "element_id": 77, "folder_id": 77, "content_id": 901}
BY_KEY: Fields = {
    "course_sync_key": "crs-7",
    "person_sync_key": "usr-3",
    "element_sync_key": "folder-1",
    "content_sync_key": "ext-1",
}
BY_NAME: Fields = {"username": "usr-3"}
REQUESTS: dict[str, list[Fields]] = {
    "ReadCourses": [
        {"id": "4120", "id_type": read_courses_pb2.COURSE_ID_TYPE_COURSE_ID},
        {"id": "crs-7", "id_type": read_courses_pb2.COURSE_ID_TYPE_COURSE_SYNC_KEY},
        {"id": "sch-1", "id_type": read_courses_pb2.COURSE_ID_TYPE_ORGANISATION_SYNC_KEY},
        {"id": "4120", "id_type": read_courses_pb2.COURSE_ID_TYPE_GROUP_HIERARCHY_ID},
    ],
}
NAMES_NOTHING: frozenset[str] = frozenset()
ADVICE = (
    "{}: no field of its request is known to name a thing. Give it a line in REQUESTS of tests/tenancy/reads.py that "
    "names something of catalogue/example_world.toml, or add it to NAMES_NOTHING there."
)


def requests_of(method: MethodDescriptor) -> list[Fields]:
    """Returns requests that name things which are there on site 3; an empty one for a read that names nothing."""
    if method.name in NAMES_NOTHING:
        return [{}]
    if method.name in REQUESTS:
        return REQUESTS[method.name]
    there = {field.name for field in method.input_type.fields}
    filled = [{name: form[name] for name in form if name in there} for form in (BY_NUMBER, BY_KEY, BY_NAME)]
    found = [fields for fields in filled if fields]
    assert found, ADVICE.format(method.name)
    return found


def absent(method: MethodDescriptor, fields: Fields, names: Names) -> Fields:
    """Returns the same request for things that never were."""
    kinds = {field.name: field.enum_type for field in method.input_type.fields}
    return {name: value if kinds[name] else names.absent_value(value) for name, value in fields.items()}


def make(method: MethodDescriptor, fields: Fields, site_id: int | None) -> Message:
    """Returns a request; the site stands in its base, or in the base of that."""
    request = GetMessageClass(method.input_type)(**fields)
    base: Any = request.base  # type: ignore[attr-defined]  # (every read has one)
    if "base" in base.DESCRIPTOR.fields_by_name:
        base = base.base
    base.SetInParent()
    if site_id is not None:
        base.site_id = site_id
    return request
