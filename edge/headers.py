"""Reads what a message contract carries in SOAP headers of its own."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from functools import cache
from typing import Any

from google.protobuf.message import Message
from lxml import etree

from edge.contract import Operation, Struct
from edge.decode import DecodeError, DecoderCompiler
from edge.documents import is_for_us
from edge.elements import Element
from edge.faults import client_fault
from edge.namespaces import TEMPURI

HeaderReader = Callable[[Element | None], Message]


@cache
def header_reader(operation: Operation) -> HeaderReader:
    """Returns what turns the headers of a request into a message of the operation; it raises faults.

    Headers may stand in any order, among others; a field without presence must be given.
    """
    fill = DecoderCompiler().struct(
        Struct(operation.name, TEMPURI, operation.request.message_class, members=operation.headers)
    )
    required = [member for member in operation.headers if not member.has_presence]

    def read(header: Element | None) -> Message:
        message: Any = operation.request.message_class()
        try:
            fill(message, own_headers(operation, header))
        except DecodeError as error:
            raise client_fault(str(error)) from None
        for member in required:
            if not getattr(message, member.field):
                raise client_fault(f"{member.name} must be specified.")
        request: Message = message
        return request

    return read


def own_headers(operation: Operation, header: Element | None) -> Element:
    """Returns copies of the operation's headers; raises WCF's fault for one that is there twice."""
    found: dict[str, Element] = {}
    for element in header if header is not None else ():
        tag = str(element.tag)
        if tag in operation.header_tags and is_for_us(element):
            if tag in found:
                name = etree.QName(element)
                raise client_fault(
                    f"Multiple headers with name '{name.localname}' and namespace '{name.namespace}' found."
                )
            found[tag] = element
    holder = etree.Element("headers")
    holder.extend(deepcopy(element) for element in found.values())
    return holder
