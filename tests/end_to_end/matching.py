"""How what is read compares with what was sent (catalogue/read_back.py has the list)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from itertools import groupby
from typing import Any

import requests

from catalogue.example_world import ExampleFile
from cli.samples import samples_folder
from lms.packages.archive import Archive
from lms.packages.qti import read_qti_package
from tests.end_to_end.comparison import ABSENT, Comparison, Values

Pair = tuple[list[Any], list[Any]]
"""What is expected, and what is there."""
Matcher = Callable[[Comparison, Values, Values, Values], Pair | None]
"""Gets what was sent, what is read, and what was read before; gives None where there is nothing to compare."""


def equal(one: Comparison, sent: Values, got: Values, then: Values) -> Pair:
    expected, shown = list(sent), got
    if one.keeps:
        earlier = then or [ABSENT] * len(sent)
        expected = [before if value == ABSENT else value for value, before in zip(sent, earlier, strict=False)]
        expected = expected if sent else then
    if not one.is_repeated:
        shown = got or [None]
    return [one.comparable(value) for value in expected], [one.comparable(value) for value in shown]


def key(one: Comparison, sent: Values, got: Values, then: Values) -> Pair:
    del then
    own = [value for value in sent if value not in (ABSENT, None)]
    made = one.written.keys
    return [*made, True], [*got, set(own) <= set(made)]


def reference(one: Comparison, sent: Values, got: Values, then: Values) -> Pair:
    del then
    keys = keys_by_id(one)
    return [keys.get(value, other) for value, other in zip(sent, got, strict=True)], got


def next_event(one: Comparison, sent: Values, got: Values, then: Values) -> Pair:
    del then
    keys = keys_by_id(one)
    return [keys.get(value) for value in sent], got


def keys_by_id(one: Comparison) -> dict[str | None, str]:
    return {found.get("ID"): found.text for found in one.written.root.xpath("SyncKeys/SyncKey")}


def calendar(one: Comparison, sent: Values, got: Values, then: Values) -> Pair:
    placed = one.written.root.xpath("Events/Event")
    names = ("CourseId", "CourseSyncKey", "GroupHierarchyId", "GroupHierarchySyncKey")
    is_placed = [any(event.find(name) is not None for name in names) for event in placed]
    whole = [None if value == ABSENT and there else value for value, there in zip(sent, is_placed, strict=True)]
    return equal(one, whole, got, then)


def once(one: Comparison, sent: Values, got: Values, then: Values) -> Pair:
    return equal(one, [value for value, _ in groupby(sent)], got, then)


def filled(one: Comparison, sent: Values, got: Values, then: Values) -> Pair:
    cells = one.written.root.xpath(one.part.path.rpartition("/")[0])
    return equal(one, [value for value, cell in zip(sent, cells, strict=True) if cell.findtext("Text")], got, then)


def status(one: Comparison, sent: Values, got: Values, then: Values) -> Pair:
    earlier = [*then, *["NotStarted"] * len(sent)]
    return equal(
        one, [before if value == ABSENT else value for value, before in zip(sent, earlier, strict=False)], got, then
    )


def listed(one: Comparison, sent: Values, got: Values, then: Values) -> Pair | None:
    return equal(one, sent, got, then) if got else None


def given(one: Comparison, sent: Values, got: Values, then: Values) -> Pair | None:
    del then
    if not any(value != ABSENT for value in sent) or (not got and not one.is_repeated):
        return None
    pairs = [(value, shown) for value, shown in zip(sent, got, strict=True) if value != ABSENT]
    return [one.comparable(value) for value, _ in pairs], [one.comparable(shown) for _, shown in pairs]


def each(one: Comparison, sent: Values, got: Values, then: Values) -> Pair | None:
    return equal(one, sent, got, then) if one.written.records(one.place.read) else None


def called(one: Comparison, sent: Values, got: Values, then: Values) -> Pair | None:
    kinds = [found.text for found in one.written.root.xpath(f"{one.part.path.rpartition('/')[0]}/Type")]
    return each(one, [kind if value == ABSENT else value for value, kind in zip(sent, kinds, strict=True)], got, then)


def file(one: Comparison, sent: Values, got: Values, then: Values) -> Pair:
    del then
    expected = [(bytes_of(one, value), 200) for value in sent if value not in (ABSENT, None)]
    answers = [requests.get(address, timeout=30) for address in got if address]
    return expected, [(digest(answer.content), answer.status_code) for answer in answers]


def file_name(one: Comparison, sent: Values, got: Values, then: Values) -> Pair:
    ids = [found.text for found in one.written.root.xpath("Files/File")]
    names = [file_of(one, number).name if value == ABSENT else value for value, number in zip(sent, ids, strict=True)]
    return equal(one, names, got, then)


def address(one: Comparison, sent: Values, got: Values, then: Values) -> Pair:
    whole = [value if value in (ABSENT, None) or "://" in value else f"http://{value}" for value in sent]
    return equal(one, whole, got, then)


def truth(one: Comparison, sent: Values, got: Values, then: Values) -> Pair:
    words = {"1": "true", "0": "false", ABSENT: "false"}
    return equal(one, [words.get(value or ABSENT, value) for value in sent], got, then)


def questions(one: Comparison, sent: Values, got: Values, then: Values) -> Pair:
    del then
    [number] = sent
    with (samples_folder() / file_of(one, number).sample).open("rb") as package:
        archive = Archive(package)
        return [item.identifier for item in read_qti_package(archive).items], got


def single(one: Comparison, sent: Values, got: Values, then: Values) -> Pair | None:
    del then
    kinds = {"true": "IMSPackage", "1": "IMSPackage", "false": "Folder", "0": "Folder"}
    return None if sent == [ABSENT] else ([kinds[value or ""] for value in sent], got)


def of_the_library(one: Comparison, sent: Values, got: Values, then: Values) -> Pair:
    del got, then
    world = one.written.system.world
    [stored] = [content for content in world.content if {content.sync_key, str(content.id)} & set(sent)]
    request = {"ContentSyncKey": stored.sync_key, "PersonId": world.people[0].id, "IncludeContent": True}
    expected = one.written.read("Read.Extension.Instance", request).xpath("*/Content/*")
    there = [found for record in one.written.records(one.place.read) for found in record.xpath("Content/*")]
    return [(found.tag, found.text) for found in expected], [(found.tag, found.text) for found in there]


def grade(one: Comparison, sent: Values, got: Values, then: Values) -> Pair:
    scales = one.written.read("Read.AssessmentScales", {})
    numbers = {item.findtext("Title"): item.findtext("AssessmentItemId") for item in scales.iter("AssessmentItem")}
    return equal(one, [numbers.get(value, value) for value in sent], got, then)


def moved(one: Comparison, sent: Values, got: Values, then: Values) -> Pair | None:
    del got, then
    if sent == [ABSENT]:
        return None
    course = one.written.named("Course")
    named = one.written.root.xpath("//Topic[1]//Activity/ElementSyncKey/text()")
    answers = [one.written.read("Read.Course.Element", course | {"ElementSyncKey": name}) for name in named]
    folders = [answer.findtext("CourseElement/FolderId") for answer in answers]
    titles = [
        one.written.read("Read.Course.Element", course | {"ElementId": folder}).findtext("CourseElement/Title")
        for folder in folders
    ]
    return one.written.root.xpath("//Topic[1]/Name/text()"), titles


def created(one: Comparison, sent: Values, got: Values, then: Values) -> Pair:
    del sent
    leaf = one.names[0].rpartition("/")[2]
    return equal(one, one.written.root.xpath(f"//WarningLetterStatusPair[Status = 'Created']/{leaf}/text()"), got, then)


def gone(one: Comparison, sent: Values, got: Values, then: Values) -> Pair:
    del sent, then
    refusals = {one.text for record in one.written.records(one.place.read) for one in record.iter("faultstring")}
    assert refusals <= {"Content with specified ContentId/ContentSyncKey is not valid."}
    kept = [
        key for key, said in zip(one.written.keys, one.written.paths, strict=True) if "has not been deleted" in said
    ]
    return kept, [value for value in got if value]


def bytes_of(one: Comparison, file_id: str | None) -> str:
    return digest((samples_folder() / file_of(one, file_id).sample).read_bytes())


def file_of(one: Comparison, file_id: str | None) -> ExampleFile:
    return next(found for found in one.written.system.world.files if found.id == file_id)


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


MATCHERS: dict[str, Matcher] = {
    "": equal,
    "key": key,
    "reference": reference,
    "next": next_event,
    "calendar": calendar,
    "once": once,
    "filled": filled,
    "status": status,
    "listed": listed,
    "given": given,
    "each": each,
    "called": called,
    "file": file,
    "file name": file_name,
    "address": address,
    "truth": truth,
    "questions": questions,
    "single": single,
    "of the library": of_the_library,
    "grade": grade,
    "moved": moved,
    "created": created,
    "gone": gone,
}
