"""What the programs send, and whether it arrived as it was."""

from __future__ import annotations

from tests.support.embedded import EmbeddedSystem
from tests.support.partner import Partner, message


def title_of(name: str) -> str:
    """Suffers from a wrong encoding, and from being escaped once too seldom or once too often."""
    return f"<Übung> & €: {name}"


def message_for(name: str, system: EmbeddedSystem) -> str:
    """Returns a document that makes a folder; it is uploaded as a file, too."""
    course, user = system.demo["courses"][0]["sync_key"], system.demo["users"][0]["sync_key"]
    members = {"CourseSyncKey": course, "UserSyncKey": user, "Title": title_of(name)}
    return message("CreateCourseElementFolder", members)


def losses(name: str, document: str, system: EmbeddedSystem) -> dict[str, str]:
    """Returns a failure for each cell whose program was content with what did not arrive."""
    lost = {}
    if title_of(name) not in folders(system):
        lost["GetMessageResult"] = "fail: the folder has another title than was sent"
    stored = (path.read_bytes() for path in (system.folder / "files").rglob("*") if path.is_file())
    if document.encode() not in stored:
        lost["UploadFile"] = "fail: what is stored is not what was sent"
    return lost


def folders(system: EmbeddedSystem) -> set[str]:
    partner = Partner(system.ready["edge"], system.demo["username"], system.demo["password"])
    request = {"CourseSyncKey": system.demo["courses"][0]["sync_key"], "Output": "Folder"}
    found = partner.reads.ReadCourseElements(request).CourseFolders
    partner.close()
    return {folder.Title for folder in found.CourseElementFolder} if found else set()
