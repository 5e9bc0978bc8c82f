"""A partner keeps a calendar over SOAP: the answer of AddMessage is the result."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.end_to_end.conftest import System
from tests.support.partner import Partner, details, message

CREATE, UPDATE, DELETE = "Create.Calendar.Event", "Update.Calendar.Event", "Delete.Calendar.Event"


def event(system: System, key: str, title: str) -> str:
    course, user = system.demo["courses"][0]["sync_key"], system.demo["users"][0]["sync_key"]
    members = (
        "<StartDateTime>2026-12-01T08:00:00+01:00</StartDateTime><EndDateTime>2026-12-01T09:00:00+01:00</EndDateTime>"
        f"<Title>{title}</Title><SyncKeyRef>ID1</SyncKeyRef><IsLesson>1</IsLesson><UserSyncKey>{user}</UserSyncKey>"
        f"<CourseSyncKey>{course}</CourseSyncKey>"
    )
    keys = f'<SyncKeys><SyncKey ID="ID1">{key}</SyncKey></SyncKeys>'
    return f'<Message xmlns="urn:message-schema">{keys}<Events><Event>{members}</Event></Events></Message>'


def deletion(key: str) -> str:
    return f'<Message xmlns="urn:message-schema"><SyncKeys><SyncKey>{key}</SyncKey></SyncKeys></Message>'


def seen(result: Any) -> tuple[str, list[tuple[str, str, str]]]:
    return result.Status, [(one.Type, one.Message, one.SyncKey) for one in details(result)]


def test_the_answer_of_add_message_is_the_result_and_stays_it(partner: Partner, system: System) -> None:
    key = f"event-{uuid.uuid4().hex[:12]}"
    steps = [
        (CREATE, event(system, key, "Maths"), "Finished", ("Info", "Calendar event created.", key)),
        (UPDATE, event(system, key, "Physics"), "Finished", ("Info", "Calendar event updated.", key)),
        (DELETE, deletion(key), "Finished", ("Info", "Calendar event deleted.", key)),
        (DELETE, deletion(key), "Warnings", ("Warning", f"Event '{key}' does not exist in itslearning", key)),
    ]
    for kind, document, status, detail in steps:
        added = partner.add(kind, document)
        assert seen(added) == (status, [detail])
        assert seen(partner.data.GetMessageResult(added.MessageId)) == (status, [detail])


def test_calls_at_the_same_moment_get_each_its_own_result(partner: Partner, system: System) -> None:
    keys = [f"event-{uuid.uuid4().hex[:12]}" for _ in range(12)]
    partner.type_id(CREATE)
    members = {
        "CourseSyncKey": system.demo["courses"][0]["sync_key"],
        "UserSyncKey": system.demo["users"][0]["sync_key"],
        "Title": "Beside events",
    }
    folder = message("CreateCourseElementFolder", members)

    def send(at: int) -> Any:
        own = Partner(system.edge, system.demo["username"], system.demo["password"])
        try:
            if at % 3 == 2:
                return own.add("Create.Course.Element.Folder", folder)
            return own.add(CREATE, event(system, keys[at], "Maths"))
        finally:
            own.close()

    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(send, range(12)))
    for at, answer in enumerate(answers):
        expected = ("InQueue", []) if at % 3 == 2 else ("Finished", [("Info", "Calendar event created.", keys[at])])
        assert seen(answer) == expected
