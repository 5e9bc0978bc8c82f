"""The values of a dataclass's members by name, as a row of a table takes them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def values_of(instance: DataclassInstance) -> dict[str, Any]:
    """Returns the members as they are; dataclasses.asdict copies each of them, whatever is in it."""
    names, read = reader_of(type(instance))
    return dict(zip(names, read(instance), strict=True))


@cache
def reader_of(cls: type[DataclassInstance]) -> tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]:
    """Returns the members' names, and what reads them of an instance."""
    names = tuple(field.name for field in fields(cls))
    read = attrgetter(*names)
    return names, read if len(names) > 1 else lambda instance: (read(instance),)
