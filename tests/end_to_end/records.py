"""What the reads show of what a message wrote: its records, as XML without namespaces."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

from lxml import etree
from sqlalchemy import select

from catalogue.example_world import ExampleWorld
from lms.tables import warning_letter
from tests.support.example_world import ExampleSystem
from tests.support.partner import Partner


class Keyed(Protocol):
    """Something in the world that has a number and a key."""

    @property
    def id(self) -> int: ...

    @property
    def sync_key(self) -> str: ...


def numbers_of(world: ExampleWorld) -> dict[str, str]:
    """The number of everything in the world that has a key."""
    kinds: Sequence[Sequence[Keyed]] = (
        world.people,
        world.organisations,
        world.courses,
        world.assessment_scales,
        world.content,
    )
    return {one.sync_key: str(one.id) for named in kinds for one in named}


@dataclass
class Written:
    """A message that was applied. root: as it was normalised, without namespaces; keys: of its items, in order."""

    system: ExampleSystem
    partner: Partner
    root: Any
    keys: Sequence[str]
    paths: Sequence[str]
    """What status details say of the items."""

    seen: dict[str, list[Any]] = field(default_factory=dict)

    def records(self, read: str) -> list[Any]:
        """Returns what a read shows of the message; it is asked once."""
        if read not in self.seen:
            self.seen[read] = RECORDS[read](self)
        return self.seen[read]

    def forget(self) -> None:
        """Lets every read be asked again."""
        self.seen.clear()

    def named(self, member: str) -> dict[str, Any]:
        """How the message names something: {"CourseId": "7"} or {"CourseSyncKey": "x"}; empty where it does not."""
        for form in (f"{member}Id", f"{member}SyncKey"):
            found = self.root.findtext(f"*/{form}")
            if found:
                return {form: found}
        return {}

    @cached_property
    def course(self) -> dict[str, Any]:
        """How to ask for the course of what was written; an update of an instance does not name it."""
        if named := self.named("Course"):
            return named
        found = [one.findtext("CourseId") for one in self.records("Read.Extension.Instance")] if self.keys else []
        return {"CourseId": found[0]} if found and found[0] else {}

    @cached_property
    def site(self) -> dict[str, str]:
        site = self.root.findtext("SiteId")
        return {"SiteId": site} if site and self.partner is self.system.everywhere else {}

    def read(self, name: str, request: dict[str, Any]) -> Any:
        return self.partner.read(name, self.site | request)


def elements(written: Written) -> list[Any]:
    """The elements of the course; none of what lies in the library."""
    return [found for key in written.keys if (found := element(written, key)) is not None]


def element(written: Written, key: str) -> Any:
    """One element of the course; None for one of the library."""
    if not written.course:
        return None
    answer = written.read("Read.Course.Element", written.course | {"ElementSyncKey": key, "IncludeContent": True})
    return answer.find("CourseElement")


def listed(written: Written) -> list[Any]:
    """The elements and folders with these keys, as the list of their folder has them."""
    records = []
    for one in elements(written):
        folder = one.findtext("FolderId")
        request = written.course | ({"FolderId": folder} if folder else {})
        answer = written.read("Read.Course.Elements", request)
        key = one.findtext("ElementSyncKey")
        records += answer.xpath(
            "*/CourseElement[ElementSyncKey = $key]|*/CourseElementFolder[FolderSyncKey = $key]", key=key
        )
    return records


def gradebook_items(written: Written) -> list[Any]:
    """The items of the gradebook for these elements."""
    if not written.course:
        return []
    answer = written.read("Read.Course.Gradebook.Items", written.course)
    return [one for key in written.keys for one in answer.xpath("*/GradebookItem[ElementSyncKey = $key]", key=key)]


def assessments(written: Written) -> list[Any]:
    """What the people of the message have for its element, in its order."""
    course = written.named("Course")
    items = [int(one.findtext("GradebookItemId")) for one in gradebook_items(written)]
    request = course | {"GradebookItemIdList": {"int": items}, "IncludeFeedback": True}
    found = written.read("Read.Course.Gradebook.Assessments", request).xpath("*/GradebookAssessment")
    people = [one.text for one in written.root.xpath("//Result/PersonId|//Result/PersonSyncKey")]
    wanted = {
        one for named in people for one in found if named in (one.findtext("PersonId"), one.findtext("PersonSyncKey"))
    }
    return [one for one in found if one in wanted]


def instances(written: Written) -> list[Any]:
    """The instances with these keys, as their creator sees them; the Fault where there is none."""
    numbers = numbers_of(written.system.world)
    person = next(iter(written.named("User").values()))
    person = numbers.get(person, person)
    answers = [
        written.read("Read.Extension.Instance", {"ContentSyncKey": key, "PersonId": person, "IncludeContent": True})
        for key in written.keys
    ]
    return [one for answer in answers for one in answer.xpath("self::Fault|ExtensionInstance")]


def course_files(written: Written) -> list[Any]:
    """The files and folders at the paths that the status details say, as the list of the folder has them."""
    parent = written.named("Parent").values()
    folders = [one for one in written.system.world.content if {one.sync_key, str(one.id)} & set(parent)]
    path = "".join(f"\\{etree.fromstring(one.message).findtext('.//{*}Name')}" for one in folders)
    answer = written.read("Read.Course.Files", written.course | {"Path": path})
    return [one for said in written.paths for one in answer.xpath("*/*[Path = $path]", path=said)]


def events(written: Written) -> list[Any]:
    keys = list(written.keys)
    return list(written.read("Read.Calendar.Event", {"SyncKeys": {"string": keys}}).xpath("Event"))


def topics(written: Written) -> list[Any]:
    return list(written.read("Read.Course.Planner.Topics", written.named("Course")).xpath("*/Topic"))


def lessons(written: Written) -> list[Any]:
    return list(written.read("Read.Course.Planner.Lessons", written.named("Course")).xpath("*/Lesson"))


def letters(written: Written) -> list[Any]:
    """The letters of the message that can be read, once they are Received."""
    answer = written.read("Read.WarningLetter", {})
    shown = [int(one) for one in answer.xpath("*/WarningLetter/Id/text()")]
    waiting = select(warning_letter.c.id).where(warning_letter.c.id.in_(shown), warning_letter.c.status == "Created")
    deadline = time.monotonic() + 10
    while True:
        with written.system.engine.connect() as connection:
            if not connection.execute(waiting).all():
                break
        assert time.monotonic() < deadline
        time.sleep(0.02)
    named = written.root.xpath("//WarningLetterStatusPair/Id/text()")
    return [one for one in answer.xpath("*/WarningLetter") if one.findtext("Id") in named]


RECORDS: dict[str, Callable[[Written], list[Any]]] = {
    "Read.Course.Element": elements,
    "Read.Course.Elements": listed,
    "Read.Course.Gradebook.Items": gradebook_items,
    "Read.Course.Gradebook.Assessments": assessments,
    "Read.Extension.Instance": instances,
    "Read.Course.Files": course_files,
    "Read.Calendar.Event": events,
    "Read.Course.Planner.Topics": topics,
    "Read.Course.Planner.Lessons": lessons,
    "Read.WarningLetter": letters,
}
