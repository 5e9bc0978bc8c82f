"""A partner streams a file for an extension, larger than FileService takes it, and makes an element of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from zeep import Client
from zeep.exceptions import Fault
from zeep.wsse.username import UsernameToken

from tests.edge.client import envelope, security
from tests.edge.streams import headers, stream_message
from tests.edge.uploads import INCLUDE, MTOM, part
from tests.end_to_end.conftest import System
from tests.support.partner import Partner, details, message

MIB = 1024 * 1024
DEMO = ("username", "password")
SITE_NOT_ALLOWED = (
    "Your security settings don't allow you to perform that operation. "
    "SiteId can't be specified because you have an access to specific site."
)


def mtom(system: System, size_mib: int) -> Iterator[bytes]:
    """A request in pieces, whose attachment has so many MiB."""
    own = headers({"Name": "film.mp4", "ExtensionId": "5009"})
    whole = envelope(stream_message(INCLUDE.format("film")), security(*(system.demo[key] for key in DEMO)) + own)
    yield b"--b-1\r\n" + part({"Content-ID": "<root@example>"}, whole.encode())
    yield b"\r\n--b-1\r\nContent-ID: <film>\r\n\r\n"
    for _ in range(size_mib):
        yield b"f" * MIB
    yield b"\r\n--b-1--\r\n"


def post(system: System, size_mib: int) -> str:
    address = f"{system.edge}/ContentImport/FileStreamService.svc"
    return requests.post(address, data=mtom(system, size_mib), headers={"Content-Type": MTOM}, timeout=60).text


def test_a_file_beyond_the_limit_of_file_service_becomes_an_element(system: System, partner: Partner) -> None:
    answer = post(system, 60)
    assert "<FileId>" in answer
    file_id = answer.partition("<FileId>")[2].partition("</FileId>")[0]
    whereabouts = {
        "CourseSyncKey": system.demo["courses"][0]["sync_key"],
        "UserSyncKey": system.demo["users"][0]["sync_key"],
    }
    result = partner.apply("Create.Course.Element.File", message("CreateCourseElementFile", whereabouts, files=file_id))
    assert result.Status == "Finished", details(result)


def test_a_file_beyond_its_own_limit_is_refused(system: System) -> None:
    assert "The file exceeds the maximum size of 500 MB." in post(system, 501)


@pytest.mark.parametrize(
    ("own", "text"),
    [
        ({"ExtensionId": 5010, "Name": "a.mp4"}, "Extension with specified ExtensionId does not support file upload."),
        ({"ExtensionId": 1, "Name": "a.mp4"}, "Extension with specified ExtensionId is not valid."),
        ({"ExtensionId": 5009, "Name": "a.EXE"}, "Files with extension '.exe' are not allowed."),
        ({"ExtensionId": 5009, "Name": "a.mp4", "SiteId": 1}, SITE_NOT_ALLOWED),
    ],
)
def test_what_headers_say_wrong_is_told(system: System, own: dict[str, Any], text: str) -> None:
    token = UsernameToken(*(system.demo[key] for key in DEMO))
    service = Client(f"{system.edge}/FileStreamService.svc?wsdl", wsse=token).service
    with pytest.raises(Fault) as caught:
        service.UploadFile(Content=b"x", _soapheaders={"SiteId": None, **own})
    assert caught.value.message == text
