"""Decoders, compiled once an operation: the wrapper element of a request becomes the rpc's request message."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from google.protobuf.message import Message
from lxml import etree

from edge.contract import DataType, Enumeration, ListOf, Member, Operation, Primitive, Struct
from edge.elements import Element, local_name
from edge.namespaces import XSI
from edge.text import readers

Setter = Callable[[Any, Element], None]
Reader = Callable[[str], Any]
Decoder = Callable[[Element], Message]

NIL = f"{{{XSI}}}nil"


class DecodeError(Exception):
    """A request that cannot be read; its text is for the partner."""


def compile_decoder(operation: Operation) -> Decoder:
    """Returns what turns an operation's wrapper into its request message; it raises DecodeError.

    Members are taken by local name, in any order and any namespace; of one that comes twice the first counts, as in
    WCF, and unknown ones are passed over. Where the wrapper lacks its one child, its children are the members.
    """
    compiler = DecoderCompiler()
    fill = compiler.struct(operation.request)
    request_class = operation.request.message_class
    parameter = operation.parameter.name if operation.parameter is not None else None

    def decode(wrapper: Element) -> Message:
        request = request_class()
        holder = wrapper if parameter is None else child_named(wrapper, parameter)
        if holder is None or not is_nil(holder):
            fill(request, wrapper if holder is None else holder)
        return request

    return decode


def child_named(element: Element, name: str) -> Element | None:
    """Returns the first child of that local name, if there is one."""
    return next((child for child in element if local_name(child) == name), None)


def is_nil(element: Element) -> bool:
    nil = element.get(NIL)
    return nil is not None and nil.strip() in {"true", "1"}


class DecoderCompiler:
    """Compiles each data contract once, whether or not it contains itself."""

    def __init__(self) -> None:
        self._readers = readers()
        self._setters: dict[int, dict[str, Setter]] = {}

    def struct(self, struct: Struct) -> Setter:
        """Returns what fills a message from the children of an element."""
        setters = self._setters.get(id(struct))
        if setters is None:
            setters = self._setters[id(struct)] = {}
            for path, ancestor in struct.lineage():
                for member in ancestor.members:
                    if not member.is_stream:
                        setter = at_path(path, self._setter(member))
                        setters.update(dict.fromkeys((member.name, *member.also_read), setter))
        return filler(setters)

    def _setter(self, member: Member) -> Setter:
        data_type = member.data_type
        if isinstance(data_type, ListOf):
            return self._list_setter(member.field, data_type)
        if isinstance(data_type, Struct):
            return struct_setter(member.field, self.struct(data_type))
        if isinstance(data_type, Primitive) and data_type.name == "dateTime":
            return message_setter(member.field, self._reader(data_type))
        if isinstance(data_type, Primitive | Enumeration):
            return value_setter(member.field, self._reader(data_type))
        return xml_setter(member.field)

    def _reader(self, data_type: DataType) -> Reader:
        if isinstance(data_type, Enumeration):
            return enumeration_reader(data_type)
        assert isinstance(data_type, Primitive)  # noqa: S101 (narrows the union for the type checker)
        return self._readers[data_type.name]

    def _list_setter(self, field: str, data_type: ListOf) -> Setter:
        name = data_type.item_name
        if isinstance(data_type.item, Struct):
            fill = self.struct(data_type.item)

            def add_structs(message: Any, element: Element) -> None:
                for child in element:
                    if local_name(child) == name:
                        fill(getattr(message, field).add(), child)

            return add_structs
        read = self._reader(data_type.item)

        def add_values(message: Any, element: Element) -> None:
            for child in element:
                if local_name(child) == name:
                    getattr(message, field).append(read_value(child, child.text or "", read))

        return add_values


def filler(setters: Mapping[str, Setter]) -> Setter:
    def fill(message: Any, element: Element) -> None:
        seen = set()
        for child in element:
            setter = setters.get(local_name(child))
            if setter is not None and setter not in seen:
                seen.add(setter)
                if not is_nil(child):
                    setter(message, child)

    return fill


def at_path(path: tuple[str, ...], setter: Setter) -> Setter:
    """Returns a setter that works on the message at the end of a path of fields: a base class of the contract."""
    if not path:
        return setter

    def set_in_base(message: Any, element: Element) -> None:
        for field in path:
            message = getattr(message, field)
        setter(message, element)

    return set_in_base


def value_setter(field: str, read: Reader) -> Setter:
    def set_value(message: Any, element: Element) -> None:
        text = text_of(element)
        if text:
            setattr(message, field, read_value(element, text, read))

    return set_value


def message_setter(field: str, read: Reader) -> Setter:
    def set_message(message: Any, element: Element) -> None:
        text = text_of(element)
        if text and not text.isspace():
            getattr(message, field).CopyFrom(read_value(element, text, read))

    return set_message


def struct_setter(field: str, fill: Setter) -> Setter:
    def set_struct(message: Any, element: Element) -> None:
        inner = getattr(message, field)
        inner.SetInParent()
        fill(inner, element)

    return set_struct


def xml_setter(field: str) -> Setter:
    def set_xml(message: Any, element: Element) -> None:
        setattr(message, field, etree.tostring(element, encoding="unicode", with_tail=False))

    return set_xml


def enumeration_reader(enumeration: Enumeration) -> Reader:
    """Spellings are told apart without regard to case; of two values with one spelling the first is meant."""
    numbers: dict[str, int] = {}
    for value in enumeration.values:
        numbers.setdefault(value.name.lower(), value.number)

    def read(text: str) -> int:
        number = numbers.get(text.strip().lower())
        if number is None:
            raise ValueError(f"is not one of {', '.join(value.name for value in enumeration.values)}")
        return number

    return read


def text_of(element: Element) -> str:
    """Returns the text of a member of simple type, as it stands; raises DecodeError where elements are in it."""
    if len(element):
        raise DecodeError(f"Element '{local_name(element)}' must hold text, but it holds other elements.")
    return element.text or ""


def read_value(element: Element, text: str, read: Reader) -> Any:
    try:
        return read(text)
    except ValueError as error:
        raise DecodeError(f"The value of element '{local_name(element)}' {error}.") from error
