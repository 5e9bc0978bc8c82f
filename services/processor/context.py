"""What a handler has at hand while it applies one message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from lms.elements import Origin, StoredFile
from lms.lanes import Detail
from lms.unit_of_work import UnitOfWork
from services.processor.message import Message

T = TypeVar("T")

INFO, WARNING, ERROR = "Info", "Warning", "Error"


class Refused(Exception):  # noqa: N818 (an outcome of a message, not a fault of ours)
    """The message breaks rules: nothing of it is applied."""

    def __init__(self, details: Sequence[Detail]) -> None:
        super().__init__(details[0].message if details else "")
        self.details = tuple(details)


@dataclass(frozen=True, slots=True)
class Vendor:
    """What auth knows of a VendorId."""

    exists: bool
    is_content_vendor: bool


@dataclass(frozen=True, slots=True)
class Resources:
    """What was fetched for a message before its transaction."""

    vendor: Vendor | None = None
    files: dict[str, StoredFile | None] = field(default_factory=dict)
    """By the id as the message has it; None: not there."""
    prepared: Any = None
    """What the handler's own prepare returned."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What holds for all messages of a claim."""

    organisations: frozenset[str]
    """Keys of the organisations whose courses alone the credential may touch; none: all of the site's."""
    extensions: Mapping[int, str]
    """Names of the extensions by number."""


@dataclass(frozen=True, slots=True)
class UsedFile:
    """A file that content used, by the message that brought it."""

    message_id: int
    credential_id: int
    file_id: str


class Context:
    """One message in its transaction. Rules add to errors; approved() ends the message when there are any."""

    def __init__(self, work: UnitOfWork, message: Message, resources: Resources, entity: str, scope: Scope) -> None:
        self.work = work
        self.message = message
        self.resources = resources
        self.entity = entity
        self.organisations = scope.organisations
        self.extensions = scope.extensions
        self.errors: list[Detail] = []
        self.let_go: list[UsedFile] = []
        """Files that content uses no longer after this message."""

    @property
    def origin(self) -> Origin:
        """The message, as content remembers where it comes from."""
        return Origin(self.message.credential_id, self.message.message_id, self.message.vendor_id)

    def refuse(self, text: str) -> None:
        """Adds a violation; the same one is said once."""
        detail = Detail(self.entity, text, "", ERROR)
        if detail not in self.errors:
            self.errors.append(detail)

    def approved(self, value: T | None) -> T:
        """Returns the value when no rule is broken; raises Refused otherwise."""
        if self.errors or value is None:
            raise Refused(self.errors)
        return value

    def info(self, text: str, sync_key: str) -> Detail:
        """Returns the detail of an item that is done."""
        return Detail(self.entity, text, sync_key, INFO)

    def warning(self, text: str, sync_key: str = "") -> Detail:
        """Returns the detail of an item that has something to look at."""
        return Detail(self.entity, text, sync_key, WARNING)
