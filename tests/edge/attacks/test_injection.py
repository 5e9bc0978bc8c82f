"""Strings that attack an interpreter reach the service as they are, in every string of every operation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from edge.contract import Member, Operation, Primitive, Service, Struct
from edge.descriptors import load_services
from edge.namespaces import TEMPURI
from edge.text import write_text
from tests.edge.attacks.names import INJECTIONS
from tests.edge.client import EdgeClient, envelope, security
from tests.edge.fakes import World


def holders(struct: Struct, message: Any) -> Iterator[tuple[Member, Any]]:
    """Each member with the message that holds its value."""
    for path, ancestor in struct.lineage():
        holder = message
        for field in path:
            holder = getattr(holder, field)
        yield from ((member, holder) for member in ancestor.members)


def members_xml(struct: Struct, value: str) -> str:
    """A struct's members, each string and list of strings with the value in it."""
    xml = ""
    for _, ancestor in struct.lineage():
        for member in ancestor.members:
            inner = member_xml(member, value)
            if inner:
                xml += f'<{member.name} xmlns="{member.namespace}">{inner}</{member.name}>'
    return xml


def member_xml(member: Member, value: str) -> str:
    if member.is_stream:
        return "QUJD"
    if isinstance(member.data_type, Struct):
        return members_xml(member.data_type, value)
    if isinstance(member.data_type, Primitive) and member.data_type.name == "string":
        return write_text(value)
    return ""


def strings_of(struct: Struct, message: Any) -> Iterator[tuple[str, str]]:
    for member, holder in holders(struct, message):
        if isinstance(member.data_type, Struct):
            yield from strings_of(member.data_type, getattr(holder, member.field))
        elif isinstance(member.data_type, Primitive) and member.data_type.name == "string":
            yield member.name, getattr(holder, member.field)


def header_struct(operation: Operation) -> Struct:
    """The operation's own headers, as if they were members of a contract."""
    return Struct("headers", TEMPURI, operation.request.message_class, members=operation.headers)


def request_xml(operation: Operation, value: str) -> str:
    inner = members_xml(operation.request, value)
    if operation.parameter is not None:
        inner = f"<{operation.parameter.name}>{inner}</{operation.parameter.name}>"
    name = operation.element or operation.name
    own = members_xml(header_struct(operation), value) + "".join(
        f'<{member.name} xmlns="{TEMPURI}">1</{member.name}>'
        for member in operation.headers
        if member.data_type == Primitive("int", is_value=True)
    )
    return envelope(f'<{name} xmlns="{TEMPURI}">{inner}</{name}>', own + security())


def asked_strings(operation: Operation, message: Any) -> list[tuple[str, str]]:
    return [*strings_of(operation.request, message), *strings_of(header_struct(operation), message)]


OPERATIONS = [
    (service, operation)
    for service in load_services()
    for operation in service.operations
    if asked_strings(operation, operation.request.message_class())
]


def test_every_service_has_strings_to_attack() -> None:
    assert {service.name for service, _ in OPERATIONS} == {service.name for service in load_services()}


@pytest.mark.parametrize(("service", "operation"), [pytest.param(s, o, id=o.name) for s, o in OPERATIONS])
def test_strings_are_passed_on_as_they_are(
    attacked: EdgeClient, world: World, service: Service, operation: Operation
) -> None:
    for attack, value in INJECTIONS.items():
        world.asked.clear()
        reply = attacked.post(f"/{service.path}", request_xml(operation, value))
        assert reply.status == 200, (attack, reply.body)
        [asked] = world.of(operation.method.rpartition("/")[2])
        for name, found in asked_strings(operation, asked.request):
            assert found == value, (attack, name)


@pytest.mark.parametrize("value", [pytest.param(value, id=name) for name, value in INJECTIONS.items()])
@pytest.mark.parametrize("name", ["Type", "messageId", "IncludeContent", "IdType"])
def test_a_value_of_another_type_is_refused_without_its_text(
    attacked: EdgeClient, world: World, name: str, value: str
) -> None:
    forms = {
        "Type": ("/DataService.svc", "AddMessage", "<dataMessage><Type>{}</Type></dataMessage>"),
        "messageId": ("/DataService.svc", "GetMessageResult", "<messageId>{}</messageId>"),
        "IncludeContent": (
            "/ReadDataService.svc",
            "ReadCourseElement",
            "<request><IncludeContent>{}</IncludeContent></request>",
        ),
        "IdType": ("/ReadDataService.svc", "ReadCourses", "<request><IdType>{}</IdType></request>"),
    }
    path, operation, members = forms[name]
    body = f'<{operation} xmlns="{TEMPURI}">{members.format(write_text(value))}</{operation}>'
    reply = attacked.post(path, envelope(body))
    assert reply.status == 500
    assert reply.fault_text.startswith(f"The value of element '{name}' is not ")
    assert write_text(value).encode() not in reply.body
    assert not world.asked
