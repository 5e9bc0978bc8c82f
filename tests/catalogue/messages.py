"""Messages for the tests, and what becomes of them at the gate."""

from __future__ import annotations

from catalogue.document import parse_data
from catalogue.element import Element
from catalogue.gate import Accepted, Gate
from catalogue.model import Catalogue, MessageType
from catalogue.violation import Violation

NAMESPACE = "{urn:message-schema}"
FILE = "6f1c2b6e-0000-4000-8000-000000000001"
WHO = "<CourseSyncKey>crs-7</CourseSyncKey><UserSyncKey>usr-3</UserSyncKey>"


def message(*parts: str) -> str:
    return f'<Message xmlns="urn:message-schema">{"".join(parts)}</Message>'


def body(message_type: str, *parts: str) -> str:
    name = message_type.replace(".", "")
    return f"<{name}>{''.join(parts)}</{name}>"


def folder(*parts: str, title: str = "Week 1") -> str:
    return message(body("Create.Course.Element.Folder", WHO, f"<Title>{title}</Title>", *parts))


def type_of(catalogue: Catalogue, name: str) -> MessageType:
    message_type = catalogue.by_name(name)
    assert message_type is not None
    return message_type


def accepted(gate: Gate, message_type: MessageType, data: str) -> Element:
    outcome = gate.check(parse_data(data), message_type)
    assert isinstance(outcome, Accepted), outcome
    return outcome.element


def rejected(gate: Gate, message_type: MessageType, data: str) -> tuple[Violation, ...]:
    outcome = gate.check(parse_data(data), message_type)
    assert not isinstance(outcome, Accepted)
    assert outcome.violations
    return outcome.violations


def texts(root: Element, name: str) -> list[str]:
    """Values of all elements of a name, in document order."""
    return [element.text or "" for element in root.iter(f"{NAMESPACE}{name}")]
