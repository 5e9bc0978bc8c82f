"""The edge as a process: granian on loopback, toolkits as clients, and a graceful end."""

from __future__ import annotations

import base64
import http.client
import os
import socket
import subprocess
import sys
import threading
import time
from contextlib import closing
from typing import Any

import psutil
import pytest
import zeep
from organisation.v1 import data_service_pb2
from zeep.wsse.username import UsernameToken

from tests.edge import streams
from tests.edge.client import ADD_MESSAGE, envelope
from tests.edge.fakes import FILE_ID, FakeBackend, World
from tests.edge.process import EdgeProcess
from tests.edge.uploads import MTOM, attachment, related, root


def client(process: EdgeProcess, service: str, form: str, prefix: str = "") -> Any:
    token = UsernameToken("ana", "right password")
    return zeep.Client(f"{process.url}{prefix}/{service}.svc?{form}", wsse=token).service


@pytest.mark.parametrize("form", ["wsdl", "singleWsdl"])
def test_zeep_calls_every_operation(process: EdgeProcess, world: World, form: str) -> None:
    data = client(process, "DataService", form, "/ContentImport")
    answer = data.AddMessage({"Data": "<Message/>", "Type": 2})
    assert (answer.MessageId, answer.Status) == (7, "InQueue")
    answer = data.GetMessageResult(7)
    assert answer.Status == "Finished"
    assert [(d.SyncKey, d.Type) for d in answer.StatusDetails.DataMessageStatusDetail] == [("k-1", "Info")]
    kinds = data.GetMessageTypes()
    assert [(k.Identifier, k.ProcessingType) for k in kinds] == [(2, "Asynchronous"), (60, "Synchronous")]
    assert data.GetExtensions()[0].SupportsFileUpload is True

    reads = client(process, "ReadDataService", form)
    answer = reads.ReadCourses({"PageIndex": 0, "PageSize": 10, "SiteId": 5, "IncludeAdditionalData": True})
    assert (answer.Total, answer.Courses.Course[0].CourseSyncKey) == (1, "crs-bio-7")
    asked = world.of("ReadCourses")[0].request
    assert (asked.base.page_size, asked.base.base.site_id, asked.include_additional_data) == (10, 5, True)
    assert reads.ReadCourseElements({"CourseId": 1, "Output": "Folder"}).CourseFolders is None
    assert world.of("ReadCourseElements")[0].request.output == 2
    assert reads.ReadCourseElement({"ElementId": 901}).Title == "Cells"

    files = client(process, "FileService", form)
    assert files.UploadFile({"Content": b"\x00\xff" * 500_000, "Name": "a.bin"}) == FILE_ID
    assert world.stored == {"a.bin": b"\x00\xff" * 500_000}


@pytest.mark.parametrize("form", ["wsdl", "singleWsdl"])
def test_zeep_streams_a_file_for_an_extension(process: EdgeProcess, world: World, form: str) -> None:
    service = client(process, "FileStreamService", form, "/ContentImport")
    content = os.urandom(1_000_000)
    own = {"ExtensionId": 5009, "Name": "film.mp4", "SiteId": 3}
    assert service.UploadFile(Content=content, _soapheaders=own) == FILE_ID
    assert world.stored == {"film.mp4": content}
    [first] = world.first_requests
    assert (first.extension_id, first.name, first.site_id) == (5009, "film.mp4", 3)
    service.UploadFile(Content=b"", _soapheaders={"ExtensionId": 5009, "Name": "empty.txt", "SiteId": None})
    assert not world.first_requests[1].HasField("site_id")
    with pytest.raises(zeep.exceptions.Fault, match=r"^Name must be specified\.$"):
        service.UploadFile(Content=content, _soapheaders={**own, "Name": None})


def test_zeep_sees_the_texts_of_faults(process: EdgeProcess, world: World) -> None:
    wrong = zeep.Client(f"{process.url}/DataService.svc?wsdl", wsse=UsernameToken("ana", "wrong")).service
    with pytest.raises(zeep.exceptions.Fault, match=r"^An error occurred when verifying security for the message\.$"):
        wrong.GetExtensions()
    digest = UsernameToken("ana", "right password", use_digest=True)
    with pytest.raises(zeep.exceptions.Fault) as caught:
        zeep.Client(f"{process.url}/DataService.svc?wsdl", wsse=digest).service.GetExtensions()
    assert caught.value.code == "o:InvalidSecurity"


def test_an_mtom_answer_is_read_by_zeep_and_a_call_is_logged_without_its_password(
    backend: FakeBackend, world: World
) -> None:
    process = EdgeProcess(backend, log_level="debug")
    files = client(process, "FileService", "wsdl")
    assert files.UploadFile({"Content": b"abc", "Name": "a.txt"}) == FILE_ID
    log = process.stop()
    assert '"operation": "UploadFile"' in log
    assert "right password" not in log


def test_chunks_keep_alive_and_expect_work(process: EdgeProcess, world: World) -> None:
    body = envelope(ADD_MESSAGE).encode()
    with closing(http.client.HTTPConnection("127.0.0.1", process.port, timeout=5)) as connection:
        for _ in range(3):
            pieces = iter([body[:100], body[100:]])
            connection.request("POST", "/DataService.svc", pieces, {"Content-Type": "text/xml"}, encode_chunked=True)
            response = connection.getresponse()
            assert response.status == 200
            assert b"<a:MessageId>7<" in response.read()
    with socket.create_connection(("127.0.0.1", process.port), timeout=5) as raw:
        head = f"POST /DataService.svc HTTP/1.1\r\nHost: h\r\nContent-Type: text/xml\r\nContent-Length: {len(body)}\r\n"
        raw.sendall(head.encode() + b"Expect: 100-continue\r\nConnection: close\r\n\r\n")
        assert raw.recv(1000).startswith(b"HTTP/1.1 100 ")
        raw.sendall(body)
        answer = b"".join(iter(lambda: raw.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b"\r\nconnection: close\r\n" in answer.lower()


def test_names_beyond_ascii_in_the_head_harm_nobody(process: EdgeProcess, world: World) -> None:
    body = envelope(ADD_MESSAGE).encode()
    agent = "User-Agent: M\u00f6bius \u20ac\r\n"
    for path, status in (("/DataService.svc", 200), ("/%ff%fe", 405), ("/DataService.svc?%ff", 200)):
        head = f"POST {path} HTTP/1.1\r\nHost: h\r\n{agent}Content-Type: text/xml\r\nContent-Length: {len(body)}\r\n"
        with socket.create_connection(("127.0.0.1", process.port), timeout=5) as raw:
            raw.sendall(head.encode() + b"\r\n" + body)
            assert raw.recv(65536).startswith(f"HTTP/1.1 {status} ".encode())


def test_a_chunked_mtom_upload_goes_through(process: EdgeProcess, world: World) -> None:
    content = os.urandom(3_000_000)
    data = related(root(), attachment(content))
    with closing(http.client.HTTPConnection("127.0.0.1", process.port, timeout=10)) as connection:
        pieces = (data[i : i + 50_000] for i in range(0, len(data), 50_000))
        connection.request("POST", "/FileService.svc", pieces, {"Content-Type": MTOM}, encode_chunked=True)
        assert FILE_ID.encode() in connection.getresponse().read()
    assert world.stored == {"rocket.jpg": content}


def test_a_chunked_upload_for_an_extension_goes_through(process: EdgeProcess, world: World) -> None:
    content = os.urandom(3_000_000)
    data = related(streams.root(), attachment(content))
    with closing(http.client.HTTPConnection("127.0.0.1", process.port, timeout=10)) as connection:
        pieces = (data[i : i + 50_000] for i in range(0, len(data), 50_000))
        connection.request("POST", streams.PATH, pieces, {"Content-Type": MTOM}, encode_chunked=True)
        assert f"<FileId>{FILE_ID}</FileId>".encode() in connection.getresponse().read()
    assert world.stored == {"rocket.jpg": content}


def test_a_slow_upload_does_not_hold_up_messages(process: EdgeProcess, world: World) -> None:
    data = related(root(), attachment(base64.b64encode(b"x" * 100)))
    slow = []
    for _ in range(20):
        connection = socket.create_connection(("127.0.0.1", process.port), timeout=5)
        head = (
            f"POST /FileService.svc HTTP/1.1\r\nHost: h\r\nContent-Type: {MTOM}\r\nContent-Length: {len(data)}\r\n\r\n"
        )
        connection.sendall(head.encode() + data[: len(data) // 2])
        slow.append(connection)
    with closing(http.client.HTTPConnection("127.0.0.1", process.port, timeout=5)) as quick:
        started = time.monotonic()
        quick.request("POST", "/DataService.svc", envelope(ADD_MESSAGE).encode(), {"Content-Type": "text/xml"})
        assert quick.getresponse().status == 200
        assert time.monotonic() - started < 2
    for waiting in slow:
        waiting.sendall(data[len(data) // 2 :])
        assert b" 200 OK" in waiting.recv(65536)
        waiting.close()


def test_calls_in_flight_end_before_the_process_does(process: EdgeProcess, world: World) -> None:
    entered = threading.Event()

    def slow(_request: object) -> data_service_pb2.AddMessageResponse:
        entered.set()
        time.sleep(1)
        return data_service_pb2.AddMessageResponse()

    world.answers["AddMessage"] = slow
    statuses = []

    def send() -> None:
        with closing(http.client.HTTPConnection("127.0.0.1", process.port, timeout=10)) as connection:
            connection.request("POST", "/DataService.svc", envelope(ADD_MESSAGE).encode(), {"Content-Type": "text/xml"})
            statuses.append(connection.getresponse().status)

    thread = threading.Thread(target=send)
    thread.start()
    assert entered.wait(5)
    log = process.stop()
    thread.join(5)
    assert statuses == [200]
    assert "listening" in log


def test_several_workers_need_a_shared_memory_of_nonces() -> None:
    env = {**os.environ, "ORGAPI_WORKERS": "2", "ORGAPI_VOLATILE_URL": "memory://"}
    done = subprocess.run([sys.executable, "-m", "edge"], env=env, capture_output=True, timeout=30, check=False)
    assert done.returncode == 1
    assert b"More than one worker needs ORGAPI_VOLATILE_URL" in done.stderr


@pytest.mark.parametrize(("setting", "policy"), [("batch", os.SCHED_BATCH), ("other", os.SCHED_OTHER)])
def test_workers_are_scheduled_as_the_setting_says(
    backend: FakeBackend, world: World, setting: str, policy: int
) -> None:
    process = EdgeProcess(backend, cpu_scheduling=setting)
    [worker] = psutil.Process(process.process.pid).children()
    policies = {os.sched_getscheduler(thread.id) for thread in worker.threads()}
    process.stop()
    assert policies == {policy}
