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
TYPE = "Create.Course.Element.File"
ALREADY_USED = "File matching the supplied GUID is already used by another element."
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


def uploaded(system: System, size_mib: int) -> str:
    """Returns the id of a new file."""
    answer = post(system, size_mib)
    assert "<FileId>" in answer
    return answer.partition("<FileId>")[2].partition("</FileId>")[0]


def element_of(system: System, file_id: str, site_id: int | None = None) -> str:
    whereabouts = {
        "CourseSyncKey": system.demo["courses"][0]["sync_key"],
        "UserSyncKey": system.demo["users"][0]["sync_key"],
    }
    return message("CreateCourseElementFile", whereabouts, files=file_id, site_id=site_id)


def test_a_file_beyond_the_limit_of_file_service_becomes_an_element(system: System, partner: Partner) -> None:
    result = partner.apply(TYPE, element_of(system, uploaded(system, 60)))
    assert result.Status == "Finished", details(result)


def test_of_partners_that_want_it_at_once_one_makes_an_element_of_it(
    system: System, partner: Partner, roaming: Partner
) -> None:
    files = [uploaded(system, 1) for _ in range(3)]
    here = system.demo["site_id"]
    # Alternately, so that neither lane is always the first.
    waiting = [
        (sender, sender.add(TYPE, element_of(system, file_id, here if sender is roaming else None)).MessageId)
        for place, file_id in enumerate(files)
        for sender in ((partner, roaming) if place % 2 else (roaming, partner))
    ]
    results = [sender.result(message_id) for sender, message_id in waiting]
    for pair in zip(results[::2], results[1::2], strict=True):
        refused, made = sorted(pair, key=lambda result: result.Status)
        assert (refused.Status, made.Status) == ("Errors", "Finished")
        assert [(one.Entity, one.Message, one.Type) for one in details(refused)] == [("File", ALREADY_USED, "Error")]
    for sender, site_id in ((partner, None), (roaming, here)):
        again = sender.apply(TYPE, element_of(system, files[0], site_id))
        assert [one.Message for one in details(again)] == [ALREADY_USED]


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
