"""The compiled codecs against stock Spyne, over generated data: what one writes, the other reads as the same."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import Any

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from lxml import etree

from edge.contract import DataType, Enumeration, ListOf, Member, Operation, Primitive, Struct, XmlContent
from edge.decode import compile_decoder
from edge.descriptors import load_services
from edge.encode import compile_encoder
from edge.namespaces import TEMPURI
from tests.edge.spyne_types import SpyneTypes

from spyne.util.xml import get_object_as_xml, get_xml_as_object  # isort: skip (after what makes Spyne importable)

OPERATIONS = [operation for service in load_services() for operation in service.operations]
ROUNDS = 25
TEXTS = ("", "a", " two  words ", "<&>\"'", "ærø ☃ 🚀", "line\nline", "\t", "0")


def random_value(data_type: Primitive | Enumeration, chance: random.Random) -> Any:
    if isinstance(data_type, Enumeration):
        return chance.choice(data_type.values).number
    values: dict[str, Any] = {
        "string": chance.choice(TEXTS),
        "int": chance.choice((0, 1, -1, 2**31 - 1, -(2**31), chance.randrange(1000))),
        "long": chance.randrange(-(2**63), 2**63),
        "boolean": chance.random() < 0.5,
        "double": chance.uniform(-1e9, 1e9),
        "dateTime": Timestamp(seconds=chance.randrange(0, 4_000_000_000), nanos=chance.choice((0, 250_000_000))),
        "base64Binary": chance.randbytes(chance.randrange(20)),
    }
    return values[data_type.name]


def fill(struct: Struct, message: Any, chance: random.Random) -> None:
    for path, ancestor in struct.lineage():
        holder = message
        for field in path:
            holder = getattr(holder, field)
        for member in ancestor.members:
            fill_member(member, holder, chance)


def fill_member(member: Member, message: Any, chance: random.Random) -> None:
    data_type = member.data_type
    if chance.random() < 0.2 or isinstance(data_type, XmlContent) or member.is_stream:
        return
    if isinstance(data_type, ListOf):
        for _ in range(chance.randrange(4)):
            if isinstance(data_type.item, Struct):
                fill(data_type.item, getattr(message, member.field).add(), chance)
            else:
                getattr(message, member.field).append(random_value(data_type.item, chance))
    elif isinstance(data_type, Struct):
        getattr(message, member.field).SetInParent()
        fill(data_type, getattr(message, member.field), chance)
    elif isinstance(data_type, Primitive) and data_type.name == "dateTime":
        getattr(message, member.field).CopyFrom(random_value(data_type, chance))
    else:
        setattr(message, member.field, random_value(data_type, chance))


def plain(data_type: DataType, value: Any) -> Any:
    """A value of a message as plain data; what is empty or absent is None."""
    if isinstance(data_type, ListOf):
        return [plain(data_type.item, item) for item in value] or None
    if isinstance(data_type, Struct):
        return {m.name: plain_member(m, holder) for m, holder in flat(data_type, value)}
    if isinstance(data_type, Enumeration):
        return next((v.name for v in data_type.values if v.number == value), None)
    if isinstance(value, Timestamp):
        return value.ToDatetime(UTC)
    return None if value in {"", b""} else value


def flat(struct: Struct, message: Any) -> list[tuple[Member, Any]]:
    found = []
    for path, ancestor in struct.lineage():
        holder = message
        for field in path:
            holder = getattr(holder, field)
        found += [(member, holder) for member in ancestor.members if not member.is_stream]
    return found


def plain_member(member: Member, message: Any) -> Any:
    if member.has_presence and not message.HasField(member.field):
        return None
    return plain(member.data_type, getattr(message, member.field))


def of_spyne(data_type: DataType, value: Any) -> Any:
    """What Spyne has read, in the same form."""
    if value is None or isinstance(data_type, XmlContent):
        return None
    if isinstance(data_type, ListOf):
        return [of_spyne(data_type.item, item) for item in value] or None
    if isinstance(data_type, Struct):
        return {m.name: of_spyne(m.data_type, getattr(value, m.name)) for m, _ in members_of(data_type)}
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    if isinstance(data_type, Primitive) and data_type.name == "base64Binary":
        return b"".join(value) or None
    return None if value == "" else value if isinstance(data_type, Primitive) else str(value)


def members_of(struct: Struct) -> list[tuple[Member, Struct]]:
    return [(m, ancestor) for _, ancestor in struct.lineage() for m in ancestor.members if not m.is_stream]


def to_spyne(types: SpyneTypes, data_type: DataType, value: Any) -> Any:
    """Plain data as objects for Spyne to write."""
    if value is None:
        return None
    if isinstance(data_type, ListOf):
        return [to_spyne(types, data_type.item, item) for item in value]
    if isinstance(data_type, Struct):
        members = {m.name: to_spyne(types, m.data_type, value[m.name]) for m, _ in members_of(data_type)}
        return types.of(data_type)(**members)
    if isinstance(data_type, Primitive) and data_type.name == "base64Binary":
        return [value]
    return value


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda o: o.name)
def test_spyne_reads_what_the_encoder_writes(operation: Operation) -> None:
    chance = random.Random(operation.name)
    encode, types, result = compile_encoder(operation), SpyneTypes(), operation.result
    for _ in range(ROUNDS):
        response = operation.response_class()
        whole = Member("", "", result.data_type, result.field, nillable=True, has_presence=False)
        if result.field:
            fill_member(whole, response, chance)
        else:
            assert isinstance(result.data_type, Struct)
            fill(result.data_type, response, chance)
        element = etree.fromstring(encode(response).encode())[0]
        ours = plain_member(result, response) if result.field else plain(result.data_type, response)
        theirs = of_spyne(result.data_type, get_xml_as_object(element, types.of(result.data_type)))
        assert theirs == ours


@pytest.mark.parametrize("operation", [o for o in OPERATIONS if o.parameter], ids=lambda o: o.name)
def test_the_decoder_reads_what_spyne_writes(operation: Operation) -> None:
    chance = random.Random(operation.name)
    decode, types = compile_decoder(operation), SpyneTypes()
    assert operation.parameter is not None
    for _ in range(ROUNDS):
        request = operation.request.message_class()
        fill(operation.request, request, chance)
        data = plain(operation.request, request)
        element = get_object_as_xml(to_spyne(types, operation.request, data), types.of(operation.request))
        element.tag = operation.parameter.name
        wrapper = etree.Element(f"{{{TEMPURI}}}{operation.name}")
        wrapper.append(element)
        again = decode(etree.fromstring(etree.tostring(wrapper)))
        assert plain(operation.request, again) == data
