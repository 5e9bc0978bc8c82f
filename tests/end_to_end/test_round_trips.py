"""What a partner has sent is read back, member for member, and its files are fetched byte for byte."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import requests
from lxml import etree

from tests.end_to_end.conftest import System
from tests.support.partner import Partner, details, message

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 3000


def fresh(name: str) -> str:
    return f"{name}-{uuid.uuid4().hex[:12]}"


def whereabouts(system: System) -> dict[str, str]:
    return {"CourseSyncKey": system.demo["courses"][1]["sync_key"], "UserSyncKey": system.demo["users"][0]["sync_key"]}


def done(partner: Partner, kind: str, document: str) -> Any:
    """Applies a message and returns its only detail."""
    result = partner.apply(kind, document)
    assert result.Status == "Finished", details(result)
    [detail] = details(result)
    return detail


def fetched(url: str) -> tuple[int, bytes, str]:
    answer = requests.get(url, timeout=30)
    return answer.status_code, answer.content, answer.headers["Content-Disposition"]


def attached(name: str) -> str:
    return f"attachment; filename=\"{name}\"; filename*=UTF-8''{name}"


def test_files_and_folders_of_a_course(partner: Partner, system: System) -> None:
    place = whereabouts(system)
    course = {"CourseSyncKey": place["CourseSyncKey"]}
    folder, key, name = fresh("folder"), fresh("file"), f"{fresh('plan')}.pdf"
    made = done(
        partner, "Create.Course.Folder", message("CreateCourseFolder", place | {"Name": folder}, sync_key=folder)
    )
    file_id = partner.upload(name, PDF)
    document = message("CreateCourseFile", place | {"ParentSyncKey": folder}, files=file_id, sync_key=key)
    stored = done(partner, "Create.Course.File", document)
    assert (made.SyncKey, stored.SyncKey, stored.Message) == (folder, key, f"\\{folder}\\{name}")
    root = partner.reads.ReadCourseFiles(course | {"Output": "Folder"})
    assert (folder, made.Message) in [(one.Name, one.Path) for one in root.CourseFolders.CourseFolder]
    assert not root.CourseFiles
    for path in (f"/{folder}", f"{folder}\\", made.Message):
        [file] = partner.reads.ReadCourseFiles(course | {"Path": path}).CourseFiles.CourseFile
        assert (file.Name, file.Path) == (name, stored.Message)
        assert fetched(file.URL) == (200, PDF, attached(name))


def test_a_file_element(partner: Partner, system: System) -> None:
    name = f"{fresh('task')}.pdf"
    document = message("CreateCourseElementFile", whereabouts(system), files=partner.upload(name, PDF))
    made = done(partner, "Create.Course.Element.File", document)
    request = {"CourseSyncKey": whereabouts(system)["CourseSyncKey"], "ElementSyncKey": made.SyncKey}
    element = partner.reads.ReadCourseElement(request | {"IncludeContent": True})
    assert (element.Content.FileName, element.Content.FileContentType) == (name, "application/pdf")
    for url in (element.URL, element.Content.FileLink):
        assert fetched(url) == (200, PDF, attached(name))
    gone = requests.get(f"{element.URL}x", timeout=30)
    assert (gone.status_code, gone.text) == (404, "There is no such file, or its address has expired.\n")


def test_calendar_events(partner: Partner, system: System) -> None:
    place = whereabouts(system)
    keys = {"course": fresh("event"), "own": fresh("event")}
    events = [
        event(
            "ID1",
            {"Title": "Maths", "Description": "<p>Bring a ruler</p>", "IsLesson": "1", "TitleReadOnlyInUi": "true"}
            | place,
        ),
        event("ID2", {"Title": "Dentist", "UserSyncKey": place["UserSyncKey"]}),
    ]
    sync_keys = "".join(f'<SyncKey ID="ID{number}">{key}</SyncKey>' for number, key in enumerate(keys.values(), 1))
    document = (
        f'<Message xmlns="urn:message-schema"><SyncKeys>{sync_keys}</SyncKeys>'
        f"<Events>{''.join(events)}</Events></Message>"
    )
    assert partner.add("Create.Calendar.Event", document).Status == "Finished"
    asked = [keys["own"], "unknown", keys["course"]]
    own, of_course = partner.reads.ReadCalendarEvent({"SyncKeys": {"string": asked}})
    assert (own.SyncKey, own.Title, own.CourseId, own.CourseSyncKey) == (keys["own"], "Dentist", None, None)
    assert (own.UserSyncKey, own.NextEventId, own.GroupHierarchyId) == (place["UserSyncKey"], None, None)
    assert (of_course.SyncKey, of_course.Title, of_course.Description) == (
        keys["course"],
        "Maths",
        "<p>Bring a ruler</p>",
    )
    assert (of_course.CourseSyncKey, of_course.IsLesson, of_course.TitleReadOnlyInUi) == (
        place["CourseSyncKey"],
        True,
        True,
    )
    assert (of_course.StartDateTime, of_course.EndDateTime) == (
        datetime(2026, 12, 1, 7, tzinfo=UTC),
        datetime(2026, 12, 1, 8, tzinfo=UTC),
    )
    assert not partner.reads.ReadCalendarEvent({"SyncKeys": {"string": ["unknown"]}})


def event(reference: str, members: Mapping[str, str]) -> str:
    root = etree.Element("Event")
    times = {"StartDateTime": "2026-12-01T08:00:00+01:00", "EndDateTime": "2026-12-01T09:00:00+01:00"}
    for name, value in (times | dict(members) | {"SyncKeyRef": reference}).items():
        etree.SubElement(root, name).text = value
    return etree.tostring(root, encoding="unicode")


def test_instances_of_an_extension(partner: Partner, system: System) -> None:
    place = whereabouts(system)
    name, title = f"{fresh('map')}.pdf", fresh("Map")
    for location in ("Course", "Library"):
        key = fresh("instance")
        file_id = partner.upload(name, PDF)
        document = message(
            "CreateExtensionInstance", {"Location": location, "ExtensionId": "5009"} | place | {"Title": title}
        )
        content = (
            f"<FileContent><Description>Seas</Description><FileLocation>{file_id}</FileLocation>"
            f"<FileName>{name}</FileName></FileContent>"
        )
        more = (
            "<Metadata><Description>About</Description><Language>nb-NO</Language><Keywords><Keyword>sea</Keyword>"
            "<Keyword>map</Keyword></Keywords></Metadata><Sharing><Scope>Site</Scope></Sharing>"
            f"<Content>{content}</Content></CreateExtensionInstance>"
        )
        document = document.replace("</CreateExtensionInstance>", more)
        document = document.replace("<CreateExt", f"<SyncKeys><SyncKey>{key}</SyncKey></SyncKeys><CreateExt")
        done(partner, "Create.Extension.Instance", document)
        request = {"ContentSyncKey": key, "PersonId": system.demo["users"][0]["id"], "IncludeContent": True}
        found = partner.reads.ReadExtensionInstance(request)
        assert (found.ContentSyncKey, found.Title, found.ExtensionId, found.Location) == (key, title, 5009, location)
        assert found.CourseSyncKey == (place["CourseSyncKey"] if location == "Course" else None)
        assert (found.Metadata.Description, found.Metadata.Language) == ("About", "nb-NO")
        assert (found.Metadata.Keywords.string, found.Metadata.Publisher) == (["sea", "map"], None)
        assert found.Sharing.Scope == "Site"
        assert (found.Content.Description, found.Content.FileName) == ("Seas", name)
        assert fetched(found.Content.FileLink) == (200, PDF, attached(name))
