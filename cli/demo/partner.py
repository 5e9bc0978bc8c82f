"""A partner's program: it knows three WSDLs, a user name and a password, and nothing else of the system."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from zeep import Client, Settings
from zeep.helpers import serialize_object
from zeep.transports import Transport
from zeep.wsse.username import UsernameToken

from cli.demo.course import FOLDER, Element

CALL_SECONDS = 60


class Partner:
    """Calls DataService, FileService and ReadDataService through SOAP with a UsernameToken, over kept connections."""

    def __init__(self, edge: str, username: str, password: str) -> None:
        transport = Transport(timeout=CALL_SECONDS, operation_timeout=CALL_SECONDS)

        def service(name: str) -> Any:
            token = UsernameToken(username, password)
            settings = Settings(strict=False, xml_huge_tree=True)
            url = f"{edge}/{name}.svc?wsdl"
            client = Client(url, wsse=token, transport=transport, settings=settings)
            return client.service

        self._data = service("DataService")
        self._files = service("FileService")
        self._reads = service("ReadDataService")
        self._types: dict[str, int] = {}

    def message_types(self) -> dict[str, int]:
        """Returns the identifiers of the types that the credential may use, by their names."""
        return {str(entry.Name): int(entry.Identifier) for entry in self._data.GetMessageTypes()}

    def extensions(self) -> dict[int, str]:
        """Returns the names of the extensions by their ids."""
        return {int(entry.ExtensionId): str(entry.Name) for entry in self._data.GetExtensions()}

    def upload(self, name: str, content: bytes) -> str:
        """Uploads a file as inline base64 and returns its id; the answer is MTOM."""
        return str(self._files.UploadFile(fileMessage={"Content": content, "Name": name}))

    def add_message(self, identifier: int, document: str) -> Any:
        """Sends a message; the answer has MessageId, Status and StatusDetails."""
        return self._data.AddMessage(dataMessage={"Data": document, "Type": identifier})

    def message_result(self, message_id: int) -> Any:
        """Asks what became of a message."""
        return self._data.GetMessageResult(messageId=message_id)

    def courses(self) -> dict[str, str]:
        """Returns the titles of the first hundred courses by their sync keys."""
        answer = self._reads.ReadCourses(request={"PageIndex": 0, "PageSize": 100})
        return {str(course.CourseSyncKey): str(course.CourseTitle) for course in members(answer.Courses, "Course")}

    def course_tree(self, course: str, folder: Any = None) -> tuple[Element, ...]:
        """Returns what lies in a folder of a course, level by level: folders, then elements, with their content."""
        request = {"CourseSyncKey": course, "IncludeContent": True}
        if folder is not None:
            request["FolderId"] = folder.FolderId
        answer = self._reads.ReadCourseElements(request=request)
        folders = [
            Element(entry.Title, FOLDER, entry.FolderSyncKey, entry.Active, children=self.course_tree(course, entry))
            for entry in members(answer.CourseFolders, "CourseElementFolder")
        ]
        elements = sorted(members(answer.CourseElements, "CourseElement"), key=lambda entry: int(entry.Order))
        return (*folders, *(element_of(entry) for entry in elements))

    def folder_titles(self, course: str) -> list[str]:
        """Returns the titles of the folders at the root of a course."""
        answer = self._reads.ReadCourseElements(request={"CourseSyncKey": course, "Output": "Folder"})
        return [str(entry.Title) for entry in members(answer.CourseFolders, "CourseElementFolder")]


def element_of(entry: Any) -> Element:
    """Turns an element of an answer into one to compare; of its content all texts count."""
    texts = " ".join(texts_of(serialize_object(entry.Content)))
    return Element(entry.Title, entry.Type, entry.ElementSyncKey, entry.Active, (texts,))


def texts_of(content: Any) -> Iterator[str]:
    """Yields every text of an element's content, whatever its type."""
    if isinstance(content, Mapping):
        for value in content.values():
            yield from texts_of(value)
    elif isinstance(content, list):
        for item in content:
            yield from texts_of(item)
    elif content is not None:
        yield str(content)


def members(array: Any, name: str) -> list[Any]:
    """Returns the entries of a WCF array, which is nil when it is empty."""
    return list(getattr(array, name, None) or [])
