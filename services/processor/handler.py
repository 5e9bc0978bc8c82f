"""Handlers: one a message type, found in services.processor.handlers and by the entry points of a deployment."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any

from catalogue.model import Catalogue, MessageType
from lms.lanes import Detail
from services.processor import handlers
from services.processor.binding import Convert, converter
from services.processor.context import Context, Resources
from services.processor.message import Message

if TYPE_CHECKING:
    from services.processor.preparation import Preparation

ENTRY_POINTS = "orgapi.handlers"


class HandlerError(Exception):
    """Handlers and catalogue do not fit; found at start."""


def no_files(_message: Message) -> Sequence[str]:
    """For types that name no files but those of the list Files."""
    return ()


@dataclass(frozen=True)
class Handler:
    """How messages of a type are applied.

    data: a dataclass for the message's body, or a tuple of them for a body that is a list (services.processor.binding).
    apply: returns one detail an item, or raises
    Refused. files: further ids of files that the message names. prepare: fetches what apply needs, outside of the
    transaction; apply finds it as context.resources.prepared.
    """

    message_type: str
    entity: str
    data: Any
    apply: Callable[[Context, Any], Sequence[Detail]]
    files: Callable[[Message], Sequence[str]] = no_files
    prepare: Callable[[Preparation, Message, Resources], Any] | None = None


@dataclass(frozen=True)
class Route:
    """A handler with its type and what makes its data of a body."""

    handler: Handler
    message_type: MessageType
    bind: Convert


def own_handlers() -> list[Handler]:
    """Returns the HANDLER of each module in services.processor.handlers."""
    names = sorted(module.name for module in pkgutil.iter_modules(handlers.__path__))
    return [importlib.import_module(f"{handlers.__name__}.{name}").HANDLER for name in names]


def added_handlers() -> list[Handler]:
    """Returns the handlers that a deployment adds (decision 19)."""
    return [entry_point.load() for entry_point in entry_points(group=ENTRY_POINTS)]


def make_routes(catalogue: Catalogue, found: Iterable[Handler]) -> dict[str, Route]:
    """Returns the routes by dotted name; raises HandlerError where a type has no handler, or a handler no type."""
    routes: dict[str, Route] = {}
    for handler in found:
        message_type = catalogue.by_name(handler.message_type)
        if message_type is None:
            raise HandlerError(f"the handler of {handler.message_type} has no type in the catalogue")
        if handler.message_type in routes:
            raise HandlerError(f"{handler.message_type} has two handlers")
        routes[handler.message_type] = Route(handler, message_type, converter(handler.data))
    for message_type in catalogue.types:
        if not message_type.is_read and message_type.name not in routes:
            raise HandlerError(f"{message_type.name} has no handler")
    return routes
