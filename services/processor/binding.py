"""Binds an element of urn:message-schema to a dataclass: member `course_sync_key` is the element CourseSyncKey.

What the schema has already checked is not checked again; a member that is not sent keeps its default.
"""

from __future__ import annotations

import types
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum, auto
from functools import cache
from typing import Any, Generic, TypeVar, Union, get_args, get_origin, get_type_hints

from lxml import etree

NAMESPACE = "{urn:message-schema}"
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"

Element = etree._Element  # noqa: SLF001 (lxml has no other name for it)

T = TypeVar("T")
Convert = Callable[[Element], Any]


class Nil(Enum):
    """The value of an element that says xsi:nil: what is stored is to be removed."""

    NIL = auto()


class UnreadableValueError(ValueError):
    """A value that the schema allows but no program can hold, such as the year 20000."""


class Binder(Generic[T]):
    """Makes instances of one dataclass."""

    def __init__(self, cls: type[T]) -> None:
        self._cls = cls
        hints = get_type_hints(cls)
        self._members = {
            NAMESPACE + element_name(field.name): (field.name, converter(hints[field.name]))
            for field in fields(cls)  # type: ignore[arg-type]
        }

    def bind(self, element: Element) -> T:
        """Returns the instance for an element; raises UnreadableValueError."""
        values: dict[str, Any] = {}
        for child in element:
            member = self._members.get(child.tag)
            if member is not None:
                values[member[0]] = member[1](child)
        return self._cls(**values)


def element_name(name: str) -> str:
    """Returns the element's name for a member's."""
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


@cache
def converter(kind: Any) -> Convert:
    """Returns what reads an element as a value of this type; a tuple is read from the children of its wrapper."""
    if get_origin(kind) in (Union, types.UnionType):
        kinds = get_args(kind)
        value = converter(next(one for one in kinds if one not in (type(None), Nil)))
        return or_nil(value) if Nil in kinds else value
    if get_origin(kind) is tuple:
        item = converter(get_args(kind)[0])
        return lambda wrapper: tuple(item(child) for child in wrapper)
    if kind is Element:
        return itself
    if is_dataclass(kind):
        return Binder(kind).bind  # type: ignore[arg-type]
    return {str: text_of, int: number_of, bool: truth_of, datetime: moment_of, Decimal: decimal_of}[kind]


def or_nil(value: Convert) -> Convert:
    """Returns what reads an element that may say xsi:nil; normalisation leaves that only where the schema has it."""
    return lambda element: Nil.NIL if element.get(NIL) is not None else value(element)


def itself(element: Element) -> Element:
    return element


def text_of(element: Element) -> str:
    return element.text or ""


def number_of(element: Element) -> int:
    """Reads an xs:int, or an xs:integer, which may be longer than Python reads (4,300 digits)."""
    try:
        return int(text_of(element))
    except ValueError as error:
        raise UnreadableValueError(f"{etree.QName(element).localname}: no usable number") from error


def decimal_of(element: Element) -> Decimal:
    return Decimal(text_of(element))


def truth_of(element: Element) -> bool:
    return text_of(element).strip() in ("1", "true")


def moment_of(element: Element) -> datetime:
    """Reads an xs:dateTime; without an offset it is UTC."""
    try:
        moment = datetime.fromisoformat(text_of(element).strip())
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        name = etree.QName(element).localname
        raise UnreadableValueError(f"{name}: no usable date and time") from error
