"""What a page of 100 courses costs to write: by the compiled encoder, and by stock Spyne from objects that are ready.

`python -m benchmarks.page` prints one JSON object; processor time in milliseconds a page.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp
from lxml import etree
from organisation.v1 import read_courses_pb2

from edge.contract import ListOf, Operation, Struct
from edge.descriptors import load_services
from edge.encode import compile_encoder
from tests.edge.spyne_types import SpyneTypes

from spyne.util.xml import get_object_as_xml  # isort: skip (after what makes Spyne importable)

COURSES = 100
SECONDS = 1.0


def operation() -> Operation:
    reads = next(service for service in load_services() if service.name == "ReadDataService")
    return next(found for found in reads.operations if found.name == "ReadCourses")


def page() -> Any:
    """Returns a response with every member of each course filled."""
    response = read_courses_pb2.ReadCoursesResponse()
    response.base.page_size = response.base.total = COURSES
    for number in range(COURSES):
        course = response.courses.add()
        for field in course.DESCRIPTOR.fields:
            if field.message_type is Timestamp.DESCRIPTOR:
                getattr(course, field.name).FromSeconds(1_790_000_000 + number)
            elif field.message_type is None and not field.is_repeated and field.enum_type is None:
                kind = type(getattr(course, field.name))
                setattr(course, field.name, kind(f"{field.name} {number}" if kind is str else number % 2))
    return response


def as_spyne(types: SpyneTypes, data_type: Any, value: Any) -> Any:
    """Returns a message as stock Spyne has it."""
    if isinstance(data_type, ListOf):
        return [as_spyne(types, data_type.item, item) for item in value]
    if isinstance(value, Timestamp):
        return value.ToDatetime()
    if not isinstance(data_type, Struct):
        return value
    made = types.of(data_type)()
    for path, ancestor in data_type.lineage():
        holder = value
        for field in path:
            holder = getattr(holder, field)
        for member in ancestor.members:
            if not member.has_presence or holder.HasField(member.field):
                setattr(made, member.name, as_spyne(types, member.data_type, getattr(holder, member.field)))
    return made


def milliseconds(write: Callable[[], object]) -> float:
    write()
    pages, started = 0, time.process_time()
    while time.process_time() - started < SECONDS:
        write()
        pages += 1
    return (time.process_time() - started) / pages * 1000


def main() -> None:
    read_courses, response = operation(), page()
    encode = compile_encoder(read_courses)
    types = SpyneTypes()
    result = read_courses.result.data_type
    ready, stock = as_spyne(types, result, response), types.of(result)
    measured = {
        "ours_ms": milliseconds(lambda: encode(response).encode()),
        "stock_spyne_ms": milliseconds(lambda: etree.tostring(get_object_as_xml(ready, stock))),
    }
    sys.stdout.write(json.dumps(measured) + "\n")


if __name__ == "__main__":
    main()
