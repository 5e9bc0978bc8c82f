"""Encoders, compiled once an operation: the rpc's response becomes the body of the answer, as WCF writes it.

The wrapper has tempuri as its default namespace; the result's contract has the prefix a, contracts of other namespaces
inside it b, c and so on; members of base classes in another namespace carry their own default namespace; absent values
are i:nil.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any

from google.protobuf.message import Message

from edge.contract import DataType, Enumeration, ListOf, Member, Operation, Primitive, Struct, XmlContent
from edge.namespaces import TEMPURI
from edge.tags import Scope, Tags, make_tags
from edge.text import writers
from edge.xml_content import write_xml_content

Write = Callable[[list[str], Any], None]
ToText = Callable[[Any], str]
Encoder = Callable[[Message], str]


def compile_encoder(operation: Operation) -> Encoder:
    """Returns what turns an operation's response message into the text of its wrapper."""
    member = operation.result
    scope: Scope = ((TEMPURI, ""),)
    write = EncoderCompiler().member(member, scope, is_result=True)
    start, end = f'<{operation.answer_name} xmlns="{TEMPURI}">', f"</{operation.answer_name}>"

    def encode(response: Message) -> str:
        parts = [start]
        write(parts, response)
        parts.append(end)
        return "".join(parts)

    return encode


class EncoderCompiler:
    """Compiles each data contract once for each set of namespaces in scope, whether or not it contains itself."""

    def __init__(self) -> None:
        self._writers = writers()
        self._structs: dict[tuple[int, Scope], list[Write]] = {}

    def member(self, member: Member, scope: Scope, *, is_result: bool = False) -> Write:
        """Returns what writes one member of a message."""
        tags = make_tags(member, scope, is_result=is_result)
        get = (lambda message: message) if not member.field else attrgetter(member.field)
        data_type = member.data_type
        if isinstance(data_type, ListOf):
            return list_writer(get, tags, self._item(data_type, tags.scope), empty_is_nil=member.empty_is_nil)
        if isinstance(data_type, Struct):
            return struct_writer(get, present(member), tags, self._struct(data_type, tags.scope))
        if isinstance(data_type, XmlContent):
            return xml_writer(get, tags, member)
        to_text = self._to_text(data_type)
        if isinstance(data_type, Primitive) and not data_type.is_value:
            return text_writer(get, present(member), tags, to_text, empty_is_nil=member.empty_is_nil)
        return value_writer(get, present(member), tags, to_text, nillable=member.nillable)

    def _to_text(self, data_type: DataType) -> ToText:
        if isinstance(data_type, Enumeration):
            names = {value.number: value.name for value in reversed(data_type.values)}
            return lambda number: names.get(number, "")
        assert isinstance(data_type, Primitive)  # noqa: S101 (narrows the union for the type checker)
        return self._writers[data_type.name]

    def _struct(self, struct: Struct, scope: Scope) -> list[Write]:
        """Returns the writers of the members; the list fills up while a contract that contains itself is compiled."""
        key = (id(struct), scope)
        compiled = self._structs.get(key)
        if compiled is None:
            compiled = self._structs[key] = []
            for path, ancestor in struct.lineage():
                compiled += [at_path(path, self.member(member, scope)) for member in ancestor.members]
        return compiled

    def _item(self, data_type: ListOf, scope: Scope) -> Write:
        item = Member(data_type.item_name, data_type.namespace, data_type.item, "", nillable=True)
        return self.member(item, scope)


def present(member: Member) -> Callable[[Any], bool]:
    """Returns what says whether a member has a value."""
    field = member.field
    if field and member.has_presence:
        return lambda message: bool(message.HasField(field))
    return lambda _: True


def at_path(path: tuple[str, ...], write: Write) -> Write:
    """Returns a writer that works on the message at the end of a path of fields: a base class of the contract."""
    if not path:
        return write

    def write_base(out: list[str], message: Any) -> None:
        for field in path:
            message = getattr(message, field)
        write(out, message)

    return write_base


def list_writer(get: Callable[[Any], Any], tags: Tags, write_item: Write, *, empty_is_nil: bool) -> Write:
    def write(out: list[str], message: Any) -> None:
        items = get(message)
        if not items:
            out.append(tags.nil if empty_is_nil else tags.empty)
            return
        out.append(tags.start)
        for item in items:
            write_item(out, item)
        out.append(tags.end)

    return write


def struct_writer(
    get: Callable[[Any], Any], is_present: Callable[[Any], bool], tags: Tags, members: list[Write]
) -> Write:
    def write(out: list[str], message: Any) -> None:
        if not is_present(message):
            out.append(tags.nil)
            return
        inner = get(message)
        out.append(tags.start)
        for write_member in members:
            write_member(out, inner)
        out.append(tags.end)

    return write


def text_writer(
    get: Callable[[Any], Any], is_present: Callable[[Any], bool], tags: Tags, to_text: ToText, *, empty_is_nil: bool
) -> Write:
    """For strings and bytes: without presence an empty one is there, unless the contract says that it is null."""

    def write(out: list[str], message: Any) -> None:
        value = get(message)
        if value:
            out.append(f"{tags.start}{to_text(value)}{tags.end}")
        elif empty_is_nil or not is_present(message):
            out.append(tags.nil)
        else:
            out.append(tags.empty)

    return write


def value_writer(
    get: Callable[[Any], Any], is_present: Callable[[Any], bool], tags: Tags, to_text: ToText, *, nillable: bool
) -> Write:
    """For value types. An enum value without a spelling is absent."""
    absent = tags.nil if nillable else ""

    def write(out: list[str], message: Any) -> None:
        text = to_text(get(message)) if is_present(message) else ""
        out.append(f"{tags.start}{text}{tags.end}" if text else absent)

    return write


def xml_writer(get: Callable[[Any], Any], tags: Tags, member: Member) -> Write:
    prefix = tags.start[1 : tags.start.find(":")] if ":" in tags.start.split(" ", 1)[0] else ""

    def write(out: list[str], message: Any) -> None:
        content = get(message)
        out.append(write_xml_content(content, member.name, member.namespace, prefix) if content else tags.nil)

    return write
