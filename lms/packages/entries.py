"""What one entry of a ZIP archive may be, and what all of them may be together."""

from __future__ import annotations

import stat
import struct
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from lms.packages.errors import PackageError, quoted
from lms.packages.names import entry_name

MIB: Final = 1 << 20

ENCRYPTED: Final = 0x1 | 0x40 | 0x2000
PATCH: Final = 0x20
LOCAL_HEADER_BYTES: Final = 30
# Extra fields that can name the target of a link after so many bytes of times and ids: PKWARE Unix and ASi Unix.
LINK_FIELDS: Final = {0x000D: 12, 0x756E: 14}


@dataclass(frozen=True, slots=True)
class Budget:
    """What one package may cost. Sizes are bytes after unpacking, ratios are unpacked to packed bytes."""

    entries: int = 5_000
    folders: int = 16
    total_bytes: int = 1 << 30
    entry_ratio: int = 200
    total_ratio: int = 50
    # Text of a few kilobytes packs better than any ratio allows, and is no danger.
    entry_ratio_from: int = MIB
    total_ratio_from: int = 16 * MIB
    directory_bytes: int = 4 * MIB


def check_entries(infos: Sequence[zipfile.ZipInfo], budget: Budget, directory_start: int) -> dict[str, zipfile.ZipInfo]:
    """Returns the files by their checked names, in the archive's order; folders are checked and left out."""
    files: dict[str, zipfile.ZipInfo] = {}
    folders: set[str] = set()
    for info in infos:
        name = entry_name(info.orig_filename)
        check_kind(info, name)
        check_ratio(info, name, budget)
        parts = name.split("/")
        if len(parts) - 1 > budget.folders:
            raise PackageError(f"The package's folders are nested too deep: {quoted(name)}.")
        folders.update("/".join(parts[:depth]) for depth in range(1, len(parts)))
        if is_folder(info):
            folders.add(name)
        elif name in files or not name:
            raise PackageError(f"The package holds two files of the same name: {quoted(name)}.")
        else:
            files[name] = info
    if clash := next((name for name in files if name in folders), None):
        raise PackageError(f"The package holds a file and a folder of the same name: {quoted(clash)}.")
    check_total(infos, budget)
    check_layout(infos, directory_start)
    return files


def is_folder(info: zipfile.ZipInfo) -> bool:
    return info.orig_filename.endswith(("/", "\\"))


def check_kind(info: zipfile.ZipInfo, name: str) -> None:
    mode = stat.S_IFMT(info.external_attr >> 16)
    if mode not in (0, stat.S_IFREG, stat.S_IFDIR) or names_a_link(info.extra):
        raise PackageError(f"The package holds a link or a special file: {quoted(name)}.")
    if info.flag_bits & ENCRYPTED:
        raise PackageError("The package is encrypted; send it without a password.")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or info.flag_bits & PATCH:
        raise PackageError(f"The package uses a compression other than Deflate: {quoted(name)}.")
    if info.compress_type == zipfile.ZIP_STORED and info.file_size != info.compress_size:
        raise PackageError(f"The package states two sizes for one file: {quoted(name)}.")


def names_a_link(extra: bytes) -> bool:
    while len(extra) >= 4:
        field, length = struct.unpack_from("<HH", extra)
        if length > LINK_FIELDS.get(field, length):
            return True
        extra = extra[4 + length :]
    return False


def check_ratio(info: zipfile.ZipInfo, name: str, budget: Budget) -> None:
    if info.file_size > budget.entry_ratio_from and info.file_size > budget.entry_ratio * info.compress_size:
        raise PackageError(f"A file in the package unpacks to far more than it takes: {quoted(name)}.")


def check_total(infos: Sequence[zipfile.ZipInfo], budget: Budget) -> None:
    unpacked = sum(info.file_size for info in infos)
    packed = sum(info.compress_size for info in infos)
    if unpacked > budget.total_bytes:
        raise PackageError(f"The package is larger than {budget.total_bytes // MIB} MiB when unpacked.")
    if unpacked > budget.total_ratio_from and unpacked > budget.total_ratio * packed:
        raise PackageError("The package unpacks to far more than it takes.")


def check_layout(infos: Sequence[zipfile.ZipInfo], directory_start: int) -> None:
    """Refuses entries that share bytes: the packed sizes then add up to more than the file, and no ratio would hold."""
    position = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        if info.header_offset < position:
            raise PackageError("Files in the package overlap each other.")
        position = info.header_offset + LOCAL_HEADER_BYTES + info.compress_size
    if position > directory_start:
        raise PackageError("Files in the package overlap its directory.")
