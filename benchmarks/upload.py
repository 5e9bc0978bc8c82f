"""A large upload over SOAP, as MTOM and as inline base64: its speed, and the memory that it costs edge and services."""

from __future__ import annotations

import base64
import hashlib
import http.client
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.processes import resident_bytes
from benchmarks.requests import ENTITIES, WSSE
from benchmarks.system import MeasuredSystem

MIB = 1024 * 1024
PIECE = 3 * MIB // 4
"""A megabyte of base64."""
CONTENT = bytes(range(256)) * (PIECE // 256)
BOUNDARY = "uuid:b1"
MTOM_TYPE = (
    f'multipart/related; type="application/xop+xml"; start="<root>"; start-info="text/xml"; boundary="{BOUNDARY}"'
)
INCLUDE = '<xop:Include xmlns:xop="http://www.w3.org/2004/08/xop/include" href="cid:content"/>'

Form = tuple[str, Callable[[dict[str, Any], int], Iterator[bytes]]]
"""A content type, and the body of so many bytes of content."""


def upload(running: MeasuredSystem, mebibytes: int, form: Form) -> dict[str, float]:
    """Uploads so much; returns MiB/s and the growth of resident memory, in MiB, over edge and files service."""
    edge, demo, pids = running.edge, running.demo, running.pids("edge", "files")
    for _ in range(4):  # so that what is loaded once, by either worker, does not count as growth
        send(edge, demo, 8 * MIB, form)
    before = resident_bytes(pids)
    peak = [before]
    done = threading.Event()
    watching = threading.Thread(target=watch, args=(pids, peak, done))
    watching.start()
    started = time.perf_counter()
    status = send(edge, demo, mebibytes * MIB, form)
    seconds = time.perf_counter() - started
    done.set()
    watching.join()
    return {
        "mib_per_s": mebibytes / seconds,
        "rss_growth_mib": (peak[0] - before) / MIB,
        "bad": float(status != http.client.OK),
    }


def watch(pids: list[int], peak: list[int], done: threading.Event) -> None:
    while not done.wait(0.02):
        peak[0] = max(peak[0], resident_bytes(pids))


def send(edge: str, demo: dict[str, Any], size: int, form: Form) -> int:
    """Uploads so many bytes in chunks; returns the HTTP status."""
    content_type, body = form
    connection = http.client.HTTPConnection(edge.removeprefix("http://"), timeout=600)
    connection.request(
        "POST", "/FileService.svc", body(demo, size), {"Content-Type": content_type}, encode_chunked=True
    )
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


def envelope(demo: dict[str, Any]) -> tuple[bytes, bytes]:
    """Returns what stands before the content in the envelope of UploadFile, and what stands behind it."""
    before = (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header>'
        f'<o:Security xmlns:o="{WSSE}"><o:UsernameToken><o:Username>{demo["username"]}</o:Username>'
        f"<o:Password>{demo['password']}</o:Password></o:UsernameToken></o:Security></s:Header><s:Body>"
        f'<UploadFile xmlns="http://tempuri.org/"><fileMessage xmlns:e="{ENTITIES}"><e:Content>'
    )
    behind = "</e:Content><e:Name>film.mp4</e:Name></fileMessage></UploadFile></s:Body></s:Envelope>"
    return before.encode(), behind.encode()


def mtom_body(demo: dict[str, Any], size: int) -> Iterator[bytes]:
    """Yields the root part, then the attachment."""
    yield (
        f"--{BOUNDARY}\r\nContent-ID: <root>\r\n"
        'Content-Type: application/xop+xml; charset=utf-8; type="text/xml"\r\n\r\n'
    ).encode()
    yield INCLUDE.encode().join(envelope(demo))
    yield (
        f"\r\n--{BOUNDARY}\r\nContent-ID: <content>\r\nContent-Transfer-Encoding: binary\r\n"
        "Content-Type: application/octet-stream\r\n\r\n"
    ).encode()
    for _ in range(size // PIECE):
        yield CONTENT
    yield f"\r\n--{BOUNDARY}--\r\n".encode()


def base64_body(demo: dict[str, Any], size: int) -> Iterator[bytes]:
    """Yields the envelope with the content as text in it."""
    before, behind = envelope(demo)
    yield before
    text = base64.b64encode(CONTENT)
    for _ in range(size // PIECE):
        yield text
    yield behind


MTOM: Form = (MTOM_TYPE, mtom_body)
INLINE: Form = ("text/xml; charset=utf-8", base64_body)


def plain_copy(folder: Path, mebibytes: int) -> dict[str, float]:
    """Copies a file of that size and hashes the copy, as a measure of the machine."""
    source, target = folder / "plain", folder / "copy"
    with source.open("wb") as file:
        for _ in range(mebibytes * MIB // PIECE):
            file.write(CONTENT)
    started = time.perf_counter()
    shutil.copyfile(source, target)
    with target.open("rb") as file:
        hashlib.file_digest(file, "sha256")
    seconds = time.perf_counter() - started
    source.unlink()
    target.unlink()
    return {"mib_per_s": mebibytes / seconds}
