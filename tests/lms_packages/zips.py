"""Packages made for a test: honest ones by `zipfile`, lying ones byte by byte."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lms.packages.archive import Archive, open_archive

SAMPLES = Path(__file__).parents[2] / "samples"
MIB = 1 << 20
UTF8 = 0x800


def make_zip(files: Mapping[str, str | bytes]) -> io.BytesIO:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer


def make_archive(files: Mapping[str, str | bytes]) -> Archive:
    return open_archive(make_zip(files))


@dataclass(frozen=True)
class Raw:
    """One entry whose headers may say anything; what is None is the truth."""

    name: bytes = b"a.txt"
    data: bytes = b"text"
    method: int = 0
    packed: bytes | None = None
    crc: int | None = None
    size: int | None = None
    packed_size: int | None = None
    offset: int | None = None
    flags: int = UTF8
    attributes: int = 0
    extra: bytes = b""
    local_name: bytes | None = None

    @property
    def payload(self) -> bytes:
        return self.data if self.packed is None else self.packed

    def sizes(self) -> tuple[int, int, int]:
        crc = zlib.crc32(self.data) if self.crc is None else self.crc
        packed = len(self.payload) if self.packed_size is None else self.packed_size
        return crc, packed, len(self.data) if self.size is None else self.size

    def local(self) -> bytes:
        name = self.name if self.local_name is None else self.local_name
        head = struct.pack("<4s5H3L2H", b"PK\3\4", 20, self.flags, self.method, 0, 0, *self.sizes(), len(name), 0)
        return head + name + self.payload

    def central(self, offset: int) -> bytes:
        place = offset if self.offset is None else self.offset
        crc, packed, size = self.sizes()
        head = struct.pack("<4s6H3L", b"PK\1\2", 20, 20, self.flags, self.method, 0, 0, crc, packed, size)
        tail = struct.pack("<5H2L", len(self.name), len(self.extra), 0, 0, 0, self.attributes, place)
        return head + tail + self.name + self.extra


def raw_zip(
    entries: Sequence[Raw], *, count: int | None = None, directory_size: int | None = None, prefix: bytes = b""
) -> bytes:
    body, directory = bytearray(prefix), bytearray()
    for entry in entries:
        directory += entry.central(len(body) - len(prefix))
        body += entry.local()
    number = min(len(entries), 0xFFFF) if count is None else count
    size = len(directory) if directory_size is None else directory_size
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, number, number, size, len(body) - len(prefix), 0)
    return bytes(body + directory + end)


def zip64(body: bytes, directory: bytes, count: int) -> bytes:
    """A file whose count, directory size and offset stand in ZIP64 records."""
    start = len(body)
    record = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, len(directory), start)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, start + len(directory), 1)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return body + directory + record + locator + end


def deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def opened(data: bytes) -> Archive:
    return open_archive(io.BytesIO(data))


def manifest(resources: str = "", organizations: str = "", *, attributes: str = "", metadata: str = "") -> str:
    return (
        f'<manifest identifier="M" xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"'
        f' xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2" {attributes}>{metadata}'
        f"<organizations>{organizations}</organizations><resources>{resources}</resources></manifest>"
    )
