"""A ZIP archive that is read within a budget, and only ever read: nothing is unpacked to a disk."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Self

from lms.packages.directory import NOT_A_ZIP, check_directory
from lms.packages.entries import Budget, check_entries
from lms.packages.errors import PackageError, quoted

DEFAULT_BUDGET: Final = Budget()
# Without OSError: a disk that fails is no fault of the package, and may be tried again.
DAMAGE: Final = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, RuntimeError, ValueError, OverflowError)


@contextmanager
def readable() -> Iterator[None]:
    """Turns whatever `zipfile` and `zlib` raise for a damaged file into the one sentence that a user can act on."""
    try:
        yield
    except DAMAGE as error:
        raise PackageError(NOT_A_ZIP) from error


class EntryStream(io.RawIOBase):
    """One file of the archive while it unpacks; never yields more bytes than the directory promised for it.

    `zipfile` stops at the stated size and compares the CRC there, so a stated size that is too small is an error, too.
    """

    def __init__(self, source: BinaryIO) -> None:
        self.source = source

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override] # (typeshed wants any Buffer)
        with readable():
            data = self.source.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self.source.close()
        super().close()


class Archive:
    """The files of a package by name (NFC, `/` between folders), after every check of the budget has passed."""

    def __init__(self, file: BinaryIO, budget: Budget = DEFAULT_BUDGET, *, owned: bool = False) -> None:
        self.file = file
        self.owned = owned
        with readable():
            start = check_directory(file, budget.entries, budget.directory_bytes)
            self.zip = zipfile.ZipFile(file)
            self.files = check_entries(self.zip.infolist(), budget, start)
        self.names = tuple(self.files)
        self.folded = fold(self.names)

    @property
    def unpacked_bytes(self) -> int:
        return sum(info.file_size for info in self.files.values())

    def find(self, name: str) -> str | None:
        """Returns the name as the archive spells it; another case is good enough where it means one file only."""
        return name if name in self.files else self.folded.get(name.casefold())

    def size(self, name: str) -> int:
        """Returns the size of a file in bytes, unpacked."""
        return self.entry(name).file_size

    def open(self, name: str) -> BinaryIO:
        """Opens a file as a stream; reading raises PackageError where the archive is damaged."""
        info = self.entry(name)
        with readable():
            return io.BufferedReader(EntryStream(self.zip.open(info)))  # type: ignore[arg-type] # (IO[bytes])

    def read(self, name: str, limit: int) -> bytes:
        """Returns a whole file, refused when it is larger than `limit` bytes."""
        if self.size(name) > limit:
            raise PackageError(f"The file {quoted(name)} in the package is too large.")
        with self.open(name) as stream:
            return stream.read(limit)

    def entry(self, name: str) -> zipfile.ZipInfo:
        try:
            return self.files[name]
        except KeyError:
            raise PackageError(f"The package does not hold the file {quoted(name)}.") from None

    def close(self) -> None:
        self.zip.close()
        if self.owned:
            self.file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def fold(names: tuple[str, ...]) -> dict[str, str]:
    folded: dict[str, list[str]] = {}
    for name in names:
        folded.setdefault(name.casefold(), []).append(name)
    return {key: same[0] for key, same in folded.items() if len(same) == 1}


def open_archive(source: Path | BinaryIO, budget: Budget = DEFAULT_BUDGET) -> Archive:
    """Opens a package from a path or a seekable binary file (which stays the caller's to close).

    Raises PackageError when it is no ZIP archive, is damaged or encrypted, or breaks the budget (design section 7).
    """
    if not isinstance(source, Path):
        return Archive(source, budget)
    file = source.open("rb")
    try:
        return Archive(file, budget, owned=True)
    except BaseException:
        file.close()
        raise
