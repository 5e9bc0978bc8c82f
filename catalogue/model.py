"""What the catalogue is made of: message types, extensions, and the look-up over them."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from catalogue.shape import Shape, shape_of


class CatalogueError(Exception):
    """The catalogue itself is wrong (a folder, a schema, a number); found at start."""


class ProcessingType(enum.Enum):
    """How AddMessage treats a type; the values are those of the wire (contract section 2)."""

    ASYNCHRONOUS = 1
    SYNCHRONOUS = 2


@dataclass(frozen=True)
class MessageType:
    """A message type. `schema` is a self-contained XSD, as GetMessageTypes publishes it."""

    name: str
    identifier: int
    aliases: tuple[int, ...]
    processing: ProcessingType
    is_read: bool
    schema: str
    summary: str
    folder: Path

    @cached_property
    def shape(self) -> Shape:
        """What normalisation needs to know of the schema."""
        return shape_of(self.schema)


@dataclass(frozen=True)
class Extension:
    """An extension whose elements can be created. `content_schema` is a self-contained XSD."""

    extension_id: int
    name: str
    content_schema: str
    supports_file_upload: bool


class Catalogue:
    """All message types, by identifier, and all extensions; immutable."""

    def __init__(self, types: Iterable[MessageType], extensions: Iterable[Extension]) -> None:
        """Raises CatalogueError when two types share a name or a number."""
        self.types = tuple(sorted(types, key=lambda message_type: message_type.identifier))
        self.extensions = tuple(extensions)
        self._by_identifier: dict[int, MessageType] = {}
        self._by_name: dict[str, MessageType] = {}
        for message_type in self.types:
            if self._by_name.setdefault(message_type.name, message_type) is not message_type:
                raise CatalogueError(f"{message_type.folder}: {message_type.name} is there already")
            for number in (message_type.identifier, *message_type.aliases):
                holder = self._by_identifier.setdefault(number, message_type)
                if holder is not message_type:
                    raise CatalogueError(f"{holder.name} and {message_type.name} both have the number {number}")

    def by_identifier(self, identifier: int) -> MessageType | None:
        """The type that AddMessage means by this number, an alias included."""
        return self._by_identifier.get(identifier)

    def by_name(self, name: str) -> MessageType | None:
        """The type of this dotted name, exactly as spelt."""
        return self._by_name.get(name)
