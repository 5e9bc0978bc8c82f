"""A client of zeep. Arguments: edge, user name, password, message."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Any

from zeep import Client
from zeep.exceptions import Fault
from zeep.wsse.username import UsernameToken

FOLDER = "Create.Course.Element.Folder"


def run(edge: str, username: str, password: str, message: str) -> dict[str, str]:
    """Returns what became of each cell."""

    def service(name: str) -> Any:
        return Client(f"{edge}/{name}.svc?wsdl", wsse=UsernameToken(username, password)).service

    data, reads, files = service("DataService"), service("ReadDataService"), service("FileService")
    known: dict[str, int] = {}

    def types() -> bool:
        known.update({kind.Name: kind.Identifier for kind in data.GetMessageTypes()})
        return len(known) > 1 and isinstance(known[FOLDER], int)

    def add() -> bool:
        added = data.AddMessage({"Data": message, "Type": known[FOLDER]})
        known["message"] = added.MessageId
        return bool(added.Status == "InQueue")

    def result() -> bool:
        while (answer := data.GetMessageResult(known["message"])).Status == "InQueue":
            time.sleep(0.05)
        (detail,) = answer.StatusDetails.DataMessageStatusDetail
        return answer.Status == "Finished" and detail.Type == "Info" and bool(detail.SyncKey)

    def read() -> bool:
        page = reads.ReadCourses({"PageIndex": 0, "PageSize": 2})
        return page.Total > 2 and all(course.CourseSyncKey for course in page.Courses.Course)

    def upload() -> bool:
        return len(files.UploadFile({"Content": message.encode(), "Name": "message.xml"})) == 36

    def fault() -> bool:
        try:
            data.GetMessageResult(2147483647)
        except Fault as error:
            return bool(error.message == "Message with specified MessageId does not exist.")
        return False

    return {
        "GetMessageTypes": outcome(types),
        "AddMessage": outcome(add),
        "GetMessageResult": outcome(result),
        "ReadCourses": outcome(read),
        "UploadFile": outcome(upload),
        "Fault": outcome(fault),
    }


def outcome(step: Callable[[], bool]) -> str:
    try:
        return "pass" if step() else "fail: not what was expected"
    except Exception as error:
        return f"fail: {error!r}"


if __name__ == "__main__":
    print(json.dumps(run(*sys.argv[1:])))
