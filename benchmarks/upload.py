"""A large upload over SOAP as MTOM: its speed, and the memory that it costs edge and services, beside cp and sha256."""

from __future__ import annotations

import hashlib
import http.client
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.processes import resident_bytes
from benchmarks.requests import ENTITIES, WSSE

MIB = 1024 * 1024
PIECE = 1 * MIB
BOUNDARY = "uuid:b1"


def upload(edge: str, pids: list[int], demo: dict[str, Any], size: int) -> dict[str, float]:
    """Uploads so many bytes; returns MB/s and the growth of resident memory, in MiB, over edge and services."""
    for _ in range(4):  # so that what is loaded once, by either worker, does not count as growth
        send(edge, demo, 8 * MIB)
    before = resident_bytes(pids)
    peak = [before]
    done = threading.Event()
    watching = threading.Thread(target=watch, args=(pids, peak, done))
    watching.start()
    started = time.perf_counter()
    status = send(edge, demo, size)
    seconds = time.perf_counter() - started
    done.set()
    watching.join()
    return {
        "megabytes_per_s": size / 1e6 / seconds,
        "rss_growth_mib": (peak[0] - before) / MIB,
        "bad": float(status != http.client.OK),
    }


def watch(pids: list[int], peak: list[int], done: threading.Event) -> None:
    while not done.wait(0.02):
        peak[0] = max(peak[0], resident_bytes(pids))


def send(edge: str, demo: dict[str, Any], size: int) -> int:
    """Uploads so many bytes in chunks; returns the HTTP status."""
    connection = http.client.HTTPConnection(edge.removeprefix("http://"), timeout=600)
    content_type = (
        f'multipart/related; type="application/xop+xml"; start="<root>"; start-info="text/xml"; boundary="{BOUNDARY}"'
    )
    connection.request(
        "POST", "/FileService.svc", parts(demo, size), {"Content-Type": content_type}, encode_chunked=True
    )
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


def parts(demo: dict[str, Any], size: int) -> Iterator[bytes]:
    """Yields an MTOM request: the root part, then the attachment."""
    envelope = (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header>'
        f'<o:Security xmlns:o="{WSSE}"><o:UsernameToken><o:Username>{demo["username"]}</o:Username>'
        f"<o:Password>{demo['password']}</o:Password></o:UsernameToken></o:Security></s:Header><s:Body>"
        f'<UploadFile xmlns="http://tempuri.org/"><fileMessage xmlns:e="{ENTITIES}"><e:Content>'
        '<xop:Include xmlns:xop="http://www.w3.org/2004/08/xop/include" href="cid:content"/></e:Content>'
        "<e:Name>film.mp4</e:Name></fileMessage></UploadFile></s:Body></s:Envelope>"
    )
    yield (
        f"--{BOUNDARY}\r\nContent-ID: <root>\r\n"
        'Content-Type: application/xop+xml; charset=utf-8; type="text/xml"\r\n\r\n'
        f"{envelope}\r\n--{BOUNDARY}\r\nContent-ID: <content>\r\nContent-Transfer-Encoding: binary\r\n"
        "Content-Type: application/octet-stream\r\n\r\n"
    ).encode()
    piece = bytes(range(256)) * (PIECE // 256)
    for _ in range(size // PIECE):
        yield piece
    yield f"\r\n--{BOUNDARY}--\r\n".encode()


def plain_copy(folder: Path, size: int) -> float:
    """Returns MB/s of copying a file of that size and hashing the copy, as a measure of the machine."""
    source, target = folder / "plain", folder / "copy"
    with source.open("wb") as file:
        for _ in range(size // PIECE):
            file.write(bytes(range(256)) * (PIECE // 256))
    started = time.perf_counter()
    shutil.copyfile(source, target)
    with target.open("rb") as file:
        hashlib.file_digest(file, "sha256")
    seconds = time.perf_counter() - started
    source.unlink()
    target.unlink()
    return size / 1e6 / seconds
