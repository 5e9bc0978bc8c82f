"""The default that the manual gives for an element is the one that its handler goes by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import MISSING, fields, is_dataclass
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest

from catalogue.loader import load_catalogue
from catalogue.outline import Part, outline_of
from services.processor.binding import element_name
from services.processor.handler import Handler, own_handlers

NONE: tuple[Any, ...] = (MISSING, None, "", ())
BESIDE = ("SyncKeys", "SiteId", "VendorId", "Files")
HANDLERS = own_handlers()


def classes_of(hint: Any) -> list[type]:
    """The dataclasses in a type such as tuple[Block, ...] | None."""
    if get_origin(hint) in (Union, UnionType, tuple):
        return [kind for one in get_args(hint) for kind in classes_of(one)]
    return [hint] if isinstance(hint, type) and is_dataclass(hint) else []


def defaults_of(part: Part, data: type) -> Iterator[tuple[str, str, str]]:
    """Path, documented default and default in the code, of each element that the code gives one."""
    children = {child.name: child for child in part.children}
    hints = get_type_hints(data)
    for field in fields(data):
        child = children.get(element_name(field.name))
        if child is None:
            continue
        if field.default not in NONE and not is_dataclass(field.default):
            yield child.path, child.default, str(field.default).lower()
        for kind in classes_of(hints[field.name]):
            inner = child.children if get_origin(hints[field.name]) is tuple else (child,)
            for one in inner:
                yield from defaults_of(one, kind)


def items_of(handler: Handler) -> Iterator[tuple[Part, type]]:
    """The body of a type with its dataclass, or each item of one that is a list."""
    message_type = load_catalogue().by_name(handler.message_type)
    assert message_type is not None
    body = next(child for child in outline_of(message_type.schema).children if child.name not in BESIDE)
    for item in body.children if get_origin(handler.data) is tuple else (body,):
        for kind in classes_of(handler.data):
            yield item, kind


@pytest.mark.parametrize("handler", HANDLERS, ids=lambda handler: str(handler.message_type))
def test_the_manual_gives_the_defaults_of_the_code(handler: Handler) -> None:
    found = [one for item, kind in items_of(handler) for one in defaults_of(item, kind)]
    assert [one for one in found if one[1].lower() != one[2]] == []


def test_defaults_are_looked_for_at_every_depth() -> None:
    handler = next(one for one in HANDLERS if one.message_type == "Create.Extension.Instance")
    paths = [path for item, kind in items_of(handler) for path, _, _ in defaults_of(item, kind)]
    assert "/Message/CreateExtensionInstance/Content/LtiContent/HashAlgorithm" in paths
