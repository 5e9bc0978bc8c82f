"""What a handler has at hand while it applies one message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum, auto
from typing import Any, TypeVar

from lms.elements import Origin, StoredFile
from lms.lanes import Detail
from lms.unit_of_work import UnitOfWork
from services.processor.message import Message
from services.processor.sight import Sight

T = TypeVar("T")

LINKS_REMOVED = "Links that lead to nothing here were removed:"
SHOWN_LINKS = 5
LONGEST_LINK = 100

INFO, WARNING, ERROR = "Info", "Warning", "Error"


class Step(IntEnum):
    """What a rule looks at, in the order in which a message hears of it (decisions, step 6)."""

    VENDOR = auto()
    USERS = auto()
    COURSES = auto()
    """Courses, and the organisation that owns what a message makes."""
    PARENTS = auto()
    """Folders, and the element that a message changes or deletes."""
    KEYS = auto()
    FILES = auto()
    TITLES = auto()
    CONTENT = auto()


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
    """Keys of the organisations that the credential is narrowed to; none: all."""
    extensions: Mapping[int, str]
    """Names of the extensions by number."""


@dataclass(frozen=True, slots=True)
class UsedFile:
    """A file that content used, by the message that brought it."""

    message_id: int
    credential_id: int
    file_id: str


class Context:
    """One message in its transaction. Rules refuse what breaks them; approved() ends the message when any did."""

    def __init__(self, work: UnitOfWork, message: Message, resources: Resources, entity: str, scope: Scope) -> None:
        self.work = work
        self.message = message
        self.resources = resources
        self.entity = entity
        self.sight = Sight(work.directory, scope.organisations)
        self.extensions = scope.extensions
        self._errors: dict[Detail, Step] = {}
        self.let_go: list[UsedFile] = []
        """Files that content uses no longer after this message."""
        self.dropped_links: list[str] = []
        """Links of rich text that led nowhere; the next detail tells of them."""

    @property
    def origin(self) -> Origin:
        """The message, as content remembers where it comes from."""
        return Origin(self.message.credential_id, self.message.message_id, self.message.vendor_id)

    def refuse(self, text: str, step: Step = Step.CONTENT) -> None:
        """Adds a violation; the same one is said once."""
        self._errors.setdefault(Detail(self.entity, text, "", ERROR), step)

    def approved(self, value: T | None) -> T:
        """Returns the value when no rule is broken; raises Refused otherwise."""
        if self._errors or value is None:
            raise Refused(sorted(self._errors, key=self._errors.__getitem__))
        return value

    def info(self, text: str, sync_key: str) -> Detail:
        """Returns the detail of an item that is done."""
        return Detail(self.entity, self._remarked(text), sync_key, INFO)

    def warning(self, text: str, sync_key: str = "") -> Detail:
        """Returns the detail of an item that has something to look at."""
        return Detail(self.entity, self._remarked(text), sync_key, WARNING)

    def _remarked(self, text: str) -> str:
        """Returns the text, and after it the links that were left out since the last detail."""
        links = list(dict.fromkeys(link[:LONGEST_LINK] for link in self.dropped_links))
        self.dropped_links.clear()
        if not links:
            return text
        more = f" ({len(links) - SHOWN_LINKS} more)" if len(links) > SHOWN_LINKS else ""
        return f"{text.removesuffix('.')}. {LINKS_REMOVED} {', '.join(links[:SHOWN_LINKS])}{more}"
