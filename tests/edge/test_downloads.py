"""Downloads by address: what goes out, under which headers, and how slow clients are met."""

from __future__ import annotations

import hashlib
import http.client
import socket
import time
from contextlib import closing
from pathlib import Path
from urllib.parse import unquote

import psutil
import pytest

from edge.file_headers import attachment, safe_type
from runtime.ports import free_port
from tests.edge.client import EdgeClient, Reply, envelope
from tests.edge.conftest import MakeEdge
from tests.edge.fakes import Download, FakeBackend, World
from tests.edge.process import EdgeProcess
from tests.files.client import until

MIB = 1024 * 1024
MISSING = (404, b"There is no such file, or its address has expired.\n")


def disposition(reply: Reply) -> str:
    return reply.headers["content-disposition"]


def test_a_file_goes_out_as_an_attachment_in_every_spelling_of_its_path(edge: EdgeClient, world: World) -> None:
    content = bytes(range(256)) * 3000
    world.downloads["Ab.c-d_E"] = Download("Plan 1.pdf", content)
    for path in ("/files/Ab.c-d_E", "/ContentImport/files/Ab.c-d_E", "/contentimport/Files/Ab.c-d_E?x=1"):
        reply = edge.get(path)
        assert (reply.status, reply.body) == (200, content)
        assert reply.headers == {
            "content-type": "application/pdf",
            "content-length": str(len(content)),
            "cache-control": "private",
            "etag": f'"{hashlib.sha256(content).hexdigest()}"',
            "accept-ranges": "bytes",
            "x-content-type-options": "nosniff",
            "content-security-policy": "default-src 'none'; sandbox",
            "referrer-policy": "no-referrer",
            "content-disposition": "attachment; filename=\"Plan 1.pdf\"; filename*=UTF-8''Plan%201.pdf",
        }
        head = edge.request("HEAD", path, content_type=None)
        assert (head.status, head.body, head.headers) == (200, b"", reply.headers)
    world.downloads["empty"] = Download("a.txt", b"")
    empty = edge.get("/files/empty", headers={"Range": "bytes=5-"})
    assert (empty.status, empty.headers["content-range"]) == (416, "bytes */0")
    assert (edge.get("/files/empty").status, edge.get("/files/empty").headers["content-length"]) == (200, "0")


def test_part_of_a_file_and_nothing_of_a_known_one(edge: EdgeClient, world: World) -> None:
    world.downloads["t"] = Download("a.bin", b"0123456789")
    etag = edge.get("/files/t").headers["etag"]
    for asked, expected in [
        ("bytes=2-4", (206, b"234", "bytes 2-4/10")),
        ("Bytes = 8-", (206, b"89", "bytes 8-9/10")),
        ("bytes=-3", (206, b"789", "bytes 7-9/10")),
        ("bytes=-99", (206, b"0123456789", "bytes 0-9/10")),
        (f"bytes=0-{10**25}", (206, b"0123456789", "bytes 0-9/10")),
        ("bytes=10-", (416, b"The file has no such bytes.\n", "bytes */10")),
        ("bytes=-0", (416, b"The file has no such bytes.\n", "bytes */10")),
        (f"bytes={10**25}-", (416, b"The file has no such bytes.\n", "bytes */10")),
        *((ignored, (200, b"0123456789", None)) for ignored in ("bytes=4-2", "bytes=-", "bytes=0-1,4-5", "lines=1-2")),
        *((ignored, (200, b"0123456789", None)) for ignored in ("bytes=\u0661-", "bytes=" + "1" * 1000 + "-", "")),
    ]:
        reply = edge.get("/files/t", headers={"Range": asked.encode().decode("latin-1")})
        assert (reply.status, reply.body, reply.headers.get("content-range")) == expected, asked
        assert reply.headers["content-length"] == str(len(reply.body))
    for version, status in ((etag, 206), ('"other"', 200), ("Tue, 03 Feb 2031 08:00:00 GMT", 200)):
        assert edge.get("/files/t", headers={"Range": "bytes=2-4", "If-Range": version}).status == status
    for known, status in ((etag, 304), (f'"x", W/{etag}', 304), ("*", 304), ('"x"', 200), ("", 200)):
        assert edge.get("/files/t", headers={"If-None-Match": known}).status == status
    part = edge.request("HEAD", "/files/t", content_type=None, headers={"Range": "bytes=2-4"})
    assert (part.status, part.body, part.headers["content-length"]) == (206, b"", "3")


def test_whatever_is_wrong_with_an_address_the_answer_is_the_same(
    edge: EdgeClient, make_edge: MakeEdge, world: World
) -> None:
    world.downloads["good"] = Download("a.bin")
    seen = set()
    hostile = ["", "unknown", "good/", "good/x", "../good", "good%00", "good\r\nX: y", "g" * 9000, "é", "good ", ".."]
    for token in hostile:
        reply = edge.get(f"/files/{token}")
        seen.add((reply.status, reply.body, tuple(reply.headers.items())))
    assert [answer[:2] for answer in seen] == [MISSING]
    assert {asked.request.token for asked in world.of("DescribeDownload")} == {"unknown", ".."}
    assert edge.post("/files/good", b"").status == 405
    busy = make_edge(files_address=f"127.0.0.1:{free_port()}", call_timeout_seconds=1).get("/files/good")
    assert (busy.status, busy.headers["retry-after"]) == (503, "1")


def test_a_name_says_nothing_to_the_browser_but_itself() -> None:
    for name, plain, whole in [
        ("Ærlig €.pdf", "?rlig ?.pdf", "Ærlig €.pdf"),
        ('a"; filename="evil.exe', "a_; filename=_evil.exe", 'a"; filename="evil.exe'),
        ("a\r\nSet-Cookie: x=1\0\x7f\x85.pdf", "a__Set-Cookie_ x=1___.pdf", "a__Set-Cookie: x=1___.pdf"),
        ("..\\..\\etc/passwd", "_.._etc_passwd", "_.._etc_passwd"),
        ("%2e%2e%2f.txt", "_2e_2e_2f.txt", "%2e%2e%2f.txt"),
        ("invoice\u202efdp.exe\u2028\u200b", "invoice_fdp.exe__", "invoice_fdp.exe__"),
        (" .bashrc ", "bashrc", "bashrc"),
        ("...", "file", "file"),
        ("", "file", "file"),
        ("\ud800.txt", "_.txt", "_.txt"),
        ("😀" * 255, "?" * 255, "😀" * 255),
    ]:
        value = attachment(name)
        head, _, encoded = value.partition("; filename*=UTF-8''")
        assert head == f'attachment; filename="{plain.replace("?", "_")}"', name
        assert unquote(encoded, errors="strict") == whole
        assert value.isascii()
        assert value.isprintable()
        assert not set(encoded) & set("\"'();, *:/\\")


def test_no_kind_that_runs_script_goes_out_as_itself(edge: EdgeClient, world: World) -> None:
    kept = ["application/pdf", "image/png", "text/plain", "text/csv", "video/mp4", "application/zip"]
    kept.append("application/vnd.openxmlformats-officedocument.wordprocessingml.document")
    for kind in kept:
        assert safe_type(kind) == kind
    active = ["text/html", "image/svg+xml", "application/xhtml+xml", "text/xml", "application/xml", "text/javascript"]
    active += ["application/javascript", "application/x-javascript", "model/x3d+xml", "text/xsl", "text/ecmascript"]
    for kind in [*active, "", "text/html; charset=utf-8", "a/b\r\nX: y", "TEXT/HTML", "nonsense", "x" * 300 + "/y"]:
        assert safe_type(kind) == "application/octet-stream", kind
    world.downloads["t"] = Download("a.html", b"<script>alert(1)</script>", "text/html")
    reply = edge.get("/files/t")
    assert reply.headers["content-type"] == "application/octet-stream"
    assert disposition(reply).startswith("attachment;")


def test_services_learn_under_which_address_the_partner_came(make_edge: MakeEdge, world: World) -> None:
    read = envelope('<ReadCourses xmlns="http://tempuri.org/"/>')
    for edge, path, expected in [
        (make_edge(), "/ContentImport/ReadDataService.svc", "http://edge.example/ContentImport"),
        (make_edge(public_url="https://school.example/api/"), "/ReadDataService.svc", "https://school.example/api"),
    ]:
        world.asked.clear()
        assert edge.post(path, read).status == 200
        assert world.asked[0].metadata["x-public-url"] == expected
    world.asked.clear()
    assert make_edge().post("/ReadDataService.svc", read, headers={"Host": "evil host/"}).status == 200
    assert "x-public-url" not in world.asked[0].metadata


def peak_mib(process: EdgeProcess) -> float:
    """Returns the most memory that the edge's worker has had."""
    [worker] = psutil.Process(process.process.pid).children()
    status = Path(f"/proc/{worker.pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def test_a_small_file_that_cannot_be_read_is_asked_for_again(edge: EdgeClient, world: World) -> None:
    world.downloads["cut"] = Download("a.bin", cut=0)
    reply = edge.get("/files/cut")
    assert (reply.status, reply.headers["retry-after"], reply.body) == (503, "1", b"")
    assert world.ended_downloads == 1


def test_a_large_file_that_finds_no_room_is_asked_for_again(
    edge: EdgeClient, world: World, large: bytes, tmp_path: Path
) -> None:
    tmp_path.rmdir()
    reply = edge.get("/files/large")
    assert (reply.status, reply.headers["retry-after"], reply.body) == (503, "1", b"")
    tmp_path.mkdir()
    assert edge.get("/files/large").body == large


@pytest.fixture
def large(world: World) -> bytes:
    """100 MiB."""
    content = bytes(range(256)) * 4096 * 100
    world.downloads["large"] = Download("large.bin", content)
    world.downloads["small"] = Download("small.bin")
    return content


async def test_100_mib_pass_through_little_memory_and_slow_clients_hold_up_nobody(
    backend: FakeBackend, world: World, large: bytes
) -> None:
    process = EdgeProcess(backend, max_downloads="7")
    try:
        before = peak_mib(process)
        slow = [socket.create_connection(("127.0.0.1", process.port), timeout=20) for _ in range(6)]
        for client in slow:
            client.sendall(b"GET /files/large HTTP/1.1\r\nHost: x\r\n\r\n")
            assert client.recv(64).startswith(b"HTTP/1.1 200")
        with closing(http.client.HTTPConnection("127.0.0.1", process.port, timeout=20)) as connection:
            connection.request("GET", "/files/large")
            response = connection.getresponse()
            received = hashlib.sha256()
            while piece := response.read(MIB):
                received.update(piece)
            assert received.digest() == hashlib.sha256(large).digest()
            grown = peak_mib(process) - before
            assert grown < 50, f"the edge grew by {grown} MiB"
            late = socket.create_connection(("127.0.0.1", process.port), timeout=20)
            late.sendall(b"GET /files/large HTTP/1.1\r\nHost: x\r\n\r\n")
            assert late.recv(64).startswith(b"HTTP/1.1 200")
            connection.request("GET", "/files/small")
            full = connection.getresponse()
            assert (full.status, full.getheader("Retry-After")) == (503, "1")
            full.read()
            for client in (*slow, late):
                client.close()
            await until(lambda: world.ended_downloads >= 8)
            connection.request("GET", "/files/small")
            assert connection.getresponse().read() == b"hello"
    finally:
        process.stop()


async def test_a_download_that_ends_early_is_no_whole_file_and_a_silent_client_is_left(
    backend: FakeBackend, world: World, large: bytes
) -> None:
    world.downloads["cut"] = Download("a.bin", bytes(8 * MIB), cut=MIB)
    process = EdgeProcess(backend, download_idle_seconds="0.3")
    try:
        with closing(http.client.HTTPConnection("127.0.0.1", process.port, timeout=20)) as connection:
            connection.request("GET", "/files/cut")
            response = connection.getresponse()
            with pytest.raises((http.client.IncompleteRead, ConnectionError)):
                response.read()
        silent = socket.create_connection(("127.0.0.1", process.port), timeout=20)
        silent.sendall(b"GET /files/large HTTP/1.1\r\nHost: x\r\n\r\n")
        began = time.monotonic()
        await until(lambda: world.ended_downloads == 2)
        assert time.monotonic() - began < 10
        silent.close()
    finally:
        log = process.stop()
    assert log.count("download ended early") == 2


@pytest.mark.parametrize("cut", [None, 8 * MIB], ids=["a client that stands still", "a service that stands still"])
def test_a_download_that_stands_still_does_not_keep_the_edge_from_ending(
    backend: FakeBackend, world: World, large: bytes, cut: int | None
) -> None:
    world.downloads["still"] = Download("a.bin", large, stands_still_at=cut)
    process = EdgeProcess(backend, drain_seconds="1")
    with socket.create_connection(("127.0.0.1", process.port), timeout=20) as client:
        client.sendall(b"GET /files/still HTTP/1.1\r\nHost: x\r\n\r\n")
        received = len(client.recv(64))
        while cut is not None and received < cut - MIB:
            received += len(client.recv(MIB))
        began = time.monotonic()
        process.stop()
        assert time.monotonic() - began < 10
    world.standing.set()


@pytest.mark.parametrize("size", [1000, 8 * MIB], ids=["a small file", "a large one"])
async def test_who_goes_while_the_service_stands_still_makes_room_for_another(
    backend: FakeBackend, world: World, size: int
) -> None:
    world.downloads["still"] = Download("a.bin", bytes(size), stands_still_at=0)
    world.downloads["small"] = Download("small.bin")
    process = EdgeProcess(backend, max_downloads="1")
    try:
        with socket.create_connection(("127.0.0.1", process.port), timeout=20) as client:
            client.sendall(b"GET /files/still HTTP/1.1\r\nHost: x\r\n\r\n")
            await until(lambda: status_of(process, "small") == 503)
        await until(lambda: status_of(process, "small") == 200)
    finally:
        world.standing.set()
        process.stop()


def status_of(process: EdgeProcess, token: str) -> int:
    with closing(http.client.HTTPConnection("127.0.0.1", process.port, timeout=20)) as connection:
        connection.request("GET", f"/files/{token}")
        return connection.getresponse().status
