"""Where the files of a roster lie: in a folder, in a ZIP file, or in the one folder inside either."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, Final, TextIO

from oneroster.problems import RosterError
from oneroster.tables import FILES

KNOWN: Final = frozenset(f"{name}.csv".casefold() for name in ("manifest", *FILES))
ARCHIVE_ENTRIES: Final = 10_000
BLOCK: Final = 64 * 1024


class Meter:
    """How many bytes were read."""

    def __init__(self) -> None:
        self.read = 0


class MeteredReader(io.RawIOBase):
    """Reads a stream and counts its bytes."""

    def __init__(self, stream: BinaryIO, meter: Meter) -> None:
        super().__init__()
        self._stream = stream
        self._meter = meter

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        self._meter.read += len(data)
        return len(data)


@dataclass(frozen=True, slots=True)
class Source:
    """A roster's files: `members` maps a file's name in lower case to its path below `root`, a folder or ZIP file."""

    root: Path
    members: Mapping[str, str]
    meter: Meter = field(default_factory=Meter)

    def size(self, file: str) -> int:
        """Returns how many bytes a file has, unpacked, as its folder or archive says."""
        member = self.members[file.casefold()]
        if self.root.is_dir():
            return (self.root / member).stat().st_size
        with zipfile.ZipFile(self.root) as archive:
            return archive.getinfo(member).file_size

    def has(self, file: str) -> bool:
        return file.casefold() in self.members

    @contextmanager
    def open(self, file: str) -> Iterator[TextIO]:
        """Opens a file as text; bytes that are no UTF-8 come through as surrogates, for the row to be refused."""
        with open_binary(self.root, self.members[file.casefold()]) as binary:
            metered = io.BufferedReader(MeteredReader(binary, self.meter), BLOCK)
            yield io.TextIOWrapper(metered, encoding="utf-8-sig", errors="surrogateescape", newline="")


@contextmanager
def open_binary(root: Path, member: str) -> Iterator[BinaryIO]:
    if root.is_dir():
        with (root / member).open("rb") as file:
            yield file
        return
    try:
        with zipfile.ZipFile(root) as archive, archive.open(member) as stream:
            yield stream  # type: ignore[misc] # (IO[bytes] is what BinaryIO names)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise RosterError(f"The file {member} in {root.name} is damaged or encrypted.") from error


def find_source(root: Path) -> Source:
    """Finds the CSV files. Raises RosterError when there are none, or more than one folder with some."""
    folders: dict[str, dict[str, str]] = {}
    for path in list_files(root):
        pure = PurePosixPath(path)
        if pure.name.casefold() in KNOWN and len(pure.parts) <= 2:
            members = folders.setdefault(str(pure.parent), {})
            if members.setdefault(pure.name.casefold(), path) != path:
                raise RosterError(f"{root.name} holds {pure.name} twice.")
    chosen = folders.get(".") or only_one(folders, root)
    return Source(root, chosen)


def only_one(folders: Mapping[str, Mapping[str, str]], root: Path) -> Mapping[str, str]:
    if not folders:
        raise RosterError(f"{root.name} holds no OneRoster CSV files.")
    if len(folders) > 1:
        raise RosterError(f"{root.name} holds OneRoster files in several folders: {', '.join(sorted(folders))}.")
    return next(iter(folders.values()))


def list_files(root: Path) -> Iterable[str]:
    if root.is_dir():
        return sorted(
            path.relative_to(root).as_posix()
            for pattern in ("*", "*/*")
            for path in root.glob(pattern)
            if visible(path)
        )
    try:
        with zipfile.ZipFile(root) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise RosterError(f"{root.name} is neither a folder nor a readable ZIP file.") from error
    except OSError as error:
        raise RosterError(f"{root.name} cannot be read: {error.strerror}.") from error
    if len(infos) > ARCHIVE_ENTRIES:
        raise RosterError(f"{root.name} holds too many files.")
    return [info.filename for info in infos if not info.is_dir() and not hidden(info.filename)]


def visible(path: Path) -> bool:
    return path.is_file() and not hidden(path.as_posix())


def hidden(name: str) -> bool:
    """Macintosh archivers add a second, binary file for each, under `__MACOSX` or with a dot before its name."""
    return name.startswith("__MACOSX/") or "/__MACOSX/" in name or PurePosixPath(name).name.startswith("._")
