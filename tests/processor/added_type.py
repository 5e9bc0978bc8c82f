"""A message type as a deployment adds it: a folder of the catalogue and a handler that is told how to fail."""

from __future__ import annotations

import errno
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lms.elements import NewElement, add_element
from lms.lanes import Detail
from services.processor.context import Context
from services.processor.handler import Handler

NOTE = "Create.Course.Note"
SCHEMA = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:m="urn:message-schema"
           xmlns:c="urn:organisation-api:catalogue"
           targetNamespace="urn:message-schema" elementFormDefault="qualified">
  <xs:annotation>
    <xs:appinfo><c:messageType name="Create.Course.Note" processing="Asynchronous" identifier="9001"/></xs:appinfo>
    <xs:documentation>Adds a note.</xs:documentation>
  </xs:annotation>
  <xs:include schemaLocation="common.xsd"/>
  <xs:element name="Message">
    <xs:complexType><xs:sequence>
      <xs:element name="CreateCourseNote">
        <xs:complexType><xs:all><xs:element name="Text" type="xs:string"/></xs:all></xs:complexType>
      </xs:element>
    </xs:sequence></xs:complexType>
  </xs:element>
</xs:schema>
"""


def write_type(folder: Path, processing: str = "Asynchronous") -> Path:
    """Writes the type's folder below a folder; returns that one."""
    (folder / NOTE).mkdir(parents=True)
    (folder / NOTE / "schema.xsd").write_text(SCHEMA.replace("Asynchronous", processing))
    return folder


def note(text: str) -> str:
    return f'<Message xmlns="urn:message-schema"><CreateCourseNote><Text>{text}</Text></CreateCourseNote></Message>'


@dataclass(frozen=True, slots=True)
class Note:
    text: str


def apply(context: Context, data: Note) -> Sequence[Detail]:
    """Makes a folder of that title; some texts fail after it, in ways of their own."""
    creator = 424242 if data.text == "break" else 3
    new = NewElement("Folder", 7, None, f"note-{context.message.message_id}", data.text, creator, context.origin)
    add_element(context.work, new)
    if data.text == "boom":
        raise RuntimeError("a secret of ours")
    if data.text == "full":
        raise OSError(errno.ENOSPC, "no space left")
    return [context.info("Note created", f"note-{context.message.message_id}")]


HANDLER = Handler(NOTE, "Note", Note, apply)
