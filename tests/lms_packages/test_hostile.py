"""Hostile packages, each refused (or read as what it says) within a second of computing and 64 MiB."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.lms_packages.zips import MIB, Raw, deflated, make_zip, manifest, raw_zip, zip64

# Reads each package in a process of its own, so that one's memory is not another's; imports are done once.
READER = """
import json, os, resource, sys, time
from pathlib import Path
from lms.packages.archive import open_archive
from lms.packages.errors import PackageError
from lms.packages.ims import read_ims_package
from lms.packages.kinds import package_kind
from lms.packages.qti import read_qti_package

def outcome(path):
    try:
        with open_archive(Path(path)) as archive:
            (read_qti_package if package_kind(archive) == "QTI" else read_ims_package)(archive)
    except PackageError as error:
        return str(error)
    return ""

def measure(path):
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    text = outcome(path)
    growth = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(json.dumps({"text": text, "seconds": time.process_time() - start, "mib": growth / 1024}), flush=True)

for line in sys.stdin:
    if child := os.fork():
        os.waitpid(child, 0)
    else:
        measure(line.strip())
        os._exit(0)
"""
ZEROS = b"\0" * MIB


def zeros(name: bytes, mebibytes: int) -> Raw:
    return Raw(name=name, data=b"", method=8, packed=deflated(ZEROS * mebibytes), size=mebibytes * MIB)


def hundredfold() -> bytes:
    """100 MiB in 1 MiB: half noise would be needed to tell it from an honest file, so each entry alone looks fine."""
    packed = deflated(ZEROS) + b"\0" * (MIB // 100 - 1000)
    return raw_zip([Raw(name=b"%d" % n, data=b"", method=8, packed=packed, size=MIB) for n in range(100)])


def nested() -> bytes:
    inner = make_zip({f"{number}.bin": ZEROS * 4 for number in range(4)}).getvalue()
    return make_zip({f"{number}.zip": inner for number in range(16)}).getvalue()


def overlapping() -> bytes:
    kernel = zeros(b"kernel", 1)
    size = len(kernel.payload)
    quoting = (Raw(name=b"%d" % n, data=b"", method=8, size=MIB, packed_size=size, offset=0) for n in range(10))
    return raw_zip([Raw(name=b"padding", data=bytes(MIB)), kernel, *quoting])


def overlapping_directory() -> bytes:
    return raw_zip([Raw(name=b"a", data=b"", method=8, packed=b"\3\0", packed_size=90, size=4000)])


def flood(number: int, count: int | None = None) -> bytes:
    entry = Raw(name=b"0123456", data=b"")
    local, central = entry.local(), entry.central(0)
    return zip64(local, central * number, number if count is None else count)


def zip64_lie() -> bytes:
    size = (1 << 40).to_bytes(8, "little")
    return raw_zip([Raw(name=b"imsmanifest.xml", size=0xFFFFFFFF, method=8, extra=b"\1\0\x08\0" + size)])


def with_manifest(text: str | bytes) -> bytes:
    """The manifest is stored as it is, so that no ratio refuses it first."""
    data = text.encode() if isinstance(text, str) else text
    return raw_zip([Raw(name=b"imsmanifest.xml", data=data), Raw(name=b"a.html")])


def doctype(subset: str, body: str = "&x;") -> bytes:
    return with_manifest(f"<!DOCTYPE manifest [{subset}]><manifest>{body}</manifest>")


def billion_laughs() -> bytes:
    entities = '<!ENTITY a0 "lol">' + "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(10))
    return doctype(entities, "&a10;")


def hostile_href(href: str) -> bytes:
    return with_manifest(manifest(f'<resource identifier="R" type="webcontent" href="{href}"/>'))


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "bomb of one entry": (lambda: raw_zip([zeros(b"a", 64)]), "far more than it takes"),
    "bomb of a hundredfold": (hundredfold, "far more than it takes"),
    "bomb that passes the ratio by its size": (lambda: raw_zip([Raw(data=b"", method=8, size=1 << 31)]), "far more"),
    "nested bomb": (nested, "no 'imsmanifest.xml'"),
    "overlapping entries": (overlapping, "overlap"),
    "entry over the directory": (overlapping_directory, "overlap"),
    "entry at the directory": (lambda: raw_zip([Raw(offset=0x7FFFFFF0)]), "overlap"),
    "too many entries": (lambda: flood(100_001), "too many"),
    "too many entries in silence": (lambda: flood(80_000, 1), "too many"),
    "a directory of many entries and a small count": (lambda: raw_zip([Raw()] * 6000, count=1), "too many"),
    "a directory larger than the file": (lambda: raw_zip([Raw()], directory_size=0xFFFFFFF0), "too many"),
    "ZIP64 lie about the size": (zip64_lie, "far more than it takes"),
    "ZIP64 lie about the count": (lambda: flood(1, 1 << 60), "too many"),
    "manifest XXE of a file": (lambda: doctype('<!ENTITY x SYSTEM "file:///etc/passwd">'), "DTD"),
    "manifest XXE of an address": (lambda: doctype('<!ENTITY x SYSTEM "http://127.0.0.1:9/x">'), "DTD"),
    "manifest XXE by parameter": (lambda: doctype('<!ENTITY % x SYSTEM "http://127.0.0.1:9/x"> %x;', ""), "DTD"),
    "manifest with an outside DTD": (lambda: with_manifest('<!DOCTYPE manifest SYSTEM "a.dtd"><manifest/>'), "DTD"),
    "manifest of a billion laughs": (billion_laughs, "DTD"),
    "manifest in UTF-16 with a DTD": (lambda: with_manifest("<!DOCTYPE manifest><manifest/>".encode("utf-16")), "DTD"),
    "manifest in UTF-7": (
        lambda: with_manifest(b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE m+AD4APA-m/+AD4-'),
        "not well-formed",
    ),
    "manifest in EBCDIC": (
        lambda: with_manifest('<?xml version="1.0" encoding="cp037"?><!DOCTYPE m><m/>'.encode("cp037")),
        "not well-formed",
    ),
    "manifest of great depth": (lambda: with_manifest("<manifest>" * 100_000), "nested too deep"),
    "manifest of many elements": (lambda: with_manifest(f"<manifest>{'<a/>' * 500_000}</manifest>"), "too large"),
    "manifest of many attributes": (
        lambda: with_manifest("<manifest " + " ".join(f"a{n}='1'" for n in range(50_000)) + "/>"),
        "too large",
    ),
    "manifest of great length": (lambda: with_manifest(b"<m>" + bytes(range(97, 120)) * 400_000 + b"</m>"), "too"),
    "manifest with control characters": (lambda: with_manifest(b"<manifest>\0\x01</manifest>"), "not well-formed"),
    "href to a file": (lambda: hostile_href("file:///etc/passwd"), "outside itself"),
    "href to an address": (lambda: hostile_href("http://127.0.0.1:9/x"), "no page"),
    "href out of the package": (lambda: hostile_href("../../etc/passwd"), "outside itself"),
    "many hrefs": (
        lambda: with_manifest(manifest("".join(f'<resource identifier="{n}" href="{n}"/>' for n in range(10_000)))),
        "no page",
    ),
    "items that name each other's depth": (
        lambda: with_manifest(manifest("", f"<organization>{'<item>' * 99}{'</item>' * 99}</organization>")),
        "nested too deep",
    ),
}


@pytest.fixture(scope="module")
def reader() -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", READER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process
        process.kill()


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_package_is_refused_within_a_second_and_64_mib(
    name: str, reader: subprocess.Popen[str], tmp_path: Path
) -> None:
    make, expected = HOSTILE[name]
    path = tmp_path / "hostile.zip"
    path.write_bytes(make())
    assert reader.stdin is not None
    assert reader.stdout is not None
    reader.stdin.write(f"{path}\n")
    reader.stdin.flush()
    seen = json.loads(reader.stdout.readline())
    assert expected in seen["text"]
    assert seen["seconds"] < 1
    assert seen["mib"] < 64
