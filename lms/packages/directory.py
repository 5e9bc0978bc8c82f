"""The central directory of a ZIP file, checked before `zipfile` builds an object for each of its entries.

`zipfile` trusts the directory's size and ignores its count, so a small file could ask for a great many objects.
"""

from __future__ import annotations

import io
import struct
from typing import BinaryIO, Final

from lms.packages.errors import PackageError

NOT_A_ZIP: Final = "The file is not a readable ZIP package."
TOO_MANY: Final = "The package holds too many files."

END: Final = struct.Struct("<4s4H2LH")
END_MARK: Final = b"PK\x05\x06"
LOCATOR64: Final = struct.Struct("<4sLQL")
LOCATOR64_MARK: Final = b"PK\x06\x07"
END64: Final = struct.Struct("<4sQ2H2L4Q")
END64_MARK: Final = b"PK\x06\x06"
ENTRY: Final = struct.Struct("<4s24x3H12x")
ENTRY_MARK: Final = b"PK\x01\x02"
LONGEST_COMMENT: Final = 0xFFFF


def check_directory(file: BinaryIO, entries: int, directory_bytes: int) -> int:
    """Counts the entries of the directory and returns the offset where it begins.

    Refuses more than `entries` of them, a directory of more than `directory_bytes`, a count that is not the
    directory's, and anything before the first entry (a file that is two formats at once).
    """
    end = find_end(file)
    count, size, offset, start = read_end(file, end)
    if count > entries or size > directory_bytes:
        raise PackageError(TOO_MANY)
    if start < 0 or start != offset:
        raise PackageError(NOT_A_ZIP)
    file.seek(start)
    if count_entries(file.read(size), entries) != count:
        raise PackageError(NOT_A_ZIP)
    return start


def find_end(file: BinaryIO) -> int:
    """Returns the offset of the end record, as `zipfile` finds it: without a comment, else the last mark."""
    size = file.seek(0, io.SEEK_END)
    tail_start = max(size - END.size - LONGEST_COMMENT, 0)
    file.seek(tail_start)
    tail = file.read()
    bare = len(tail) - END.size
    if bare >= 0 and tail.startswith(END_MARK, bare) and tail.endswith(b"\x00\x00"):
        return tail_start + bare
    found = tail.rfind(END_MARK)
    if found < 0 or found + END.size > len(tail):
        raise PackageError(NOT_A_ZIP)
    return tail_start + found


def read_end(file: BinaryIO, end: int) -> tuple[int, int, int, int]:
    """Returns the count of entries, the directory's size, its stated offset and the offset where it really begins."""
    file.seek(end)
    _, disk, start_disk, _, count, size, offset, _ = END.unpack(file.read(END.size))
    locator_at = end - LOCATOR64.size
    if locator_at >= END64.size:
        file.seek(locator_at)
        mark, _, record_at, _ = LOCATOR64.unpack(file.read(LOCATOR64.size))
        if mark == LOCATOR64_MARK:
            return read_end64(file, locator_at - END64.size, record_at)
    if disk or start_disk:
        raise PackageError("The package is one part of an archive that was split; send it in one piece.")
    return count, size, offset, end - size


def read_end64(file: BinaryIO, expected_at: int, record_at: int) -> tuple[int, int, int, int]:
    if record_at != expected_at:
        raise PackageError(NOT_A_ZIP)
    file.seek(record_at)
    mark, _, _, _, disk, start_disk, _, count, size, offset = END64.unpack(file.read(END64.size))
    if mark != END64_MARK or disk or start_disk:
        raise PackageError(NOT_A_ZIP)
    return count, size, offset, record_at - size


def count_entries(directory: bytes, entries: int) -> int:
    count = position = 0
    while position + ENTRY.size <= len(directory):
        mark, name, extra, comment = ENTRY.unpack_from(directory, position)
        if mark != ENTRY_MARK:
            raise PackageError(NOT_A_ZIP)
        position += ENTRY.size + name + extra + comment
        count += 1
        if count > entries:
            raise PackageError(TOO_MANY)
    if position != len(directory):
        raise PackageError(NOT_A_ZIP)
    return count
