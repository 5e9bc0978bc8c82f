"""Requests of reads that name things of the world.

A read is found by its rpc. Its request is filled by the names of its fields, once with numbers and once with keys, and
by the kinds of its Id, so that most reads need nothing here. One whose fields are called otherwise gets a line in
REQUESTS.
"""

from __future__ import annotations

from typing import Any

from google.protobuf.descriptor import FieldDescriptor, MethodDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from tests.tenancy.names import PROJECT_ID, TERM_ID, TERM_KEY, Names

Fields = dict[str, Any]

BY_NUMBER: Fields = {
    "course_id": 4120,
    "person_id": 5,
    "element_id": 77,
    "folder_id": 77,
    "content_id": 901,
    "term_id": TERM_ID,
    "organisation_id": 14,
    "hierarchy_id": 14,
}
BY_KEY: Fields = {
    "course_sync_key": "crs-7",
    "person_sync_key": "usr-3",
    "element_sync_key": "folder-1",
    "folder_id": "LO-1",
    "content_sync_key": "ext-1",
    "term_sync_key": TERM_KEY,
    "organisation_sync_key": "sch-1",
    "hierarchy_sync_key": "sch-1",
    "sync_keys": ["event-1"],
}
BY_NAME: Fields = {"username": "usr-3"}
# What an Id stands for, by the end of the name of its IdType.
IDS = {
    "_GROUP_HIERARCHY_SYNC_KEY": "sch-1",
    "_GROUP_HIERARCHY_ID": "4120",
    "_ORGANISATION_SYNC_KEY": "sch-1",
    "_COURSE_SYNC_KEY": "crs-7",
    "_COURSE_ID": "4120",
    "_PERSON_SYNC_KEY": "usr-3",
    "_PERSON_ID": "5",
    "_PROJECT_ID": str(PROJECT_ID),
    "_TERM_SYNC_KEY": TERM_KEY,
    "_USERNAME": "usr-3",
}
LONG_AGO: Fields = {"date": {"seconds": 0}}  # that read has nothing without a date
REQUESTS: dict[str, list[Fields]] = {
    "ReadBehaviourRemarks": [
        {"person_id": 5},
        {"person_sync_key": "usr-3"},
        {"hierarchy_id": 4120},
        {"hierarchy_sync_key": "sch-1", "term_id": TERM_ID},
    ],
    "ReadAssessmentRecordSummary": [
        LONG_AGO,
        LONG_AGO | {"course_id": 4120, "person_id": 5},
        LONG_AGO | {"course_sync_key": "crs-7", "person_sync_key": "usr-3"},
    ],
    "ReadExtensionInstance": [{"content_id": 901, "person_id": 5}, {"content_sync_key": "ext-1", "person_id": 5}],
}
ADVICE = (
    "{}: no field of its request is known to name a thing. Give it a line in REQUESTS of tests/tenancy/reads.py that "
    "names something of the world: catalogue/example_world.toml, and what tests/tenancy/world.py adds."
)
NAMING = {FieldDescriptor.TYPE_INT32, FieldDescriptor.TYPE_STRING}


def requests_of(method: MethodDescriptor) -> list[Fields]:
    """Returns requests that name things which are there on site 3; an empty one for a read that names nothing."""
    if method.name in REQUESTS:
        return REQUESTS[method.name]
    fields = {field.name: field for field in method.input_type.fields}
    forms = [
        {name: form[name] for name in form if fits(fields, name, form[name])} for form in (BY_NUMBER, BY_KEY, BY_NAME)
    ]
    found = [form for form in forms if form]
    if "id" in fields and "id_type" in fields:
        found += of_each_kind(fields["id_type"])
    assert found or not any(field.type in NAMING for field in fields.values()), ADVICE.format(method.name)
    return found or [{}]


def fits(fields: dict[str, FieldDescriptor], name: str, value: object) -> bool:
    return name in fields and (fields[name].type == FieldDescriptor.TYPE_INT32) == isinstance(value, int)


def of_each_kind(id_type: FieldDescriptor) -> list[Fields]:
    """Returns requests by Id, one for each kind of thing that the world has."""
    values = [] if id_type.enum_type is None else id_type.enum_type.values
    kinds = {one.number: next((end for end in IDS if one.name.endswith(end)), None) for one in values}
    return [{"id": IDS[end], "id_type": number} for number, end in kinds.items() if end is not None]


def absent(method: MethodDescriptor, fields: Fields, names: Names) -> Fields:
    """Returns the same request for things that never were."""
    kinds = {field.name: field.enum_type or field.message_type for field in method.input_type.fields}
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
