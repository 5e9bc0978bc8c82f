"""Every command of docs/grpc.md, run as grpcurl would: by reflection alone."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import grpc

from tests.end_to_end.conftest import System
from tests.support.reflection import ReflectionClient

PAGE = Path(__file__).resolve().parents[2] / "docs" / "grpc.md"


def commands() -> list[str]:
    return [line for line in PAGE.read_text().splitlines() if line.startswith("grpcurl ")]


class Shell:
    """Runs the commands of the page against the addresses of a system."""

    def __init__(self, system: System) -> None:
        self._system = system
        self.variables = {
            "GRPC": "",
            "USERNAME": system.demo["username"],
            "PASSWORD": system.demo["password"],
            "COURSE": system.demo["courses"][0]["sync_key"],
            "PERSON": system.demo["users"][0]["sync_key"],
        }

    def run(self, command: str) -> Any:
        expanded = re.sub(r"\$([A-Z]+)", lambda found: self.variables[found[1]], command)
        words = iter(shlex.split(expanded)[1:])
        data, headers, rest = "", [], []
        for word in words:
            if word == "-d":
                data = next(words)
            elif word == "-H":
                name, _, value = next(words).partition(": ")
                headers.append((name, value))
            elif word != "-plaintext":
                rest.append(word)
        with grpc.insecure_channel(self._system.addresses[self._service_of(rest[-1])]) as channel:
            client = ReflectionClient(channel)
            if rest[0] == "list":
                return client.services()
            if rest[0] == "describe":
                return client.describe(rest[1])
            return client.call(rest[-1], data, headers)

    def _service_of(self, name: str) -> str:
        for part, service in (("AccessService", "auth"), ("ReadDataService", "read"), ("CourseExport", "read")):
            if part in name:
                return service
        return "ingest"


def test_every_command_of_the_page_does_what_the_page_says(system: System) -> None:
    shell = Shell(system)
    answers: dict[str, Any] = {}
    for command in commands():
        answer = shell.run(command)
        answers[re.findall(r"list$|describe|/(\w+)$", command)[0] or command.split()[3]] = answer
        if "token" in answer:
            shell.variables["TOKEN"] = answer["token"]
        if "AddMessage" in command:
            shell.variables["MESSAGE"] = str(answer["result"]["message_id"])
    assert len(answers) == 16
    assert "AddMessages" in answers["describe"]
    assert answers["Check"]["status"] == "SERVING"
    assert any(kind["identifier"] == 2 for kind in answers["GetMessageTypes"]["message_types"])
    assert answers["WaitForMessage"]["result"]["status"] == "DATA_MESSAGE_STATUS_FINISHED"
    assert answers["ListMessages"]["messages"]
    events = [entry["event"] for entry in answers["GetMessage"]["message"]["timeline"]]
    assert events == [f"TIMELINE_EVENT_{name}" for name in ("RECEIVED", "CHECKED", "QUEUED", "STARTED", "APPLIED")]
    assert len(answers["ReadCourses"]["courses"]) == 2
    assert "course_folders" in answers["ReadCourseElements"]
    assert "base" in answers["ReadCoursesForPerson"]
    assert answers["ReadTerms"]["terms"]
    assert "base" in answers["ReadCourseGradebookItems"]
    assert answers["ReadCalendarEvent"] == {}
    assert [page["files"] for page in answers["ExportCourse"]] == [{}]
