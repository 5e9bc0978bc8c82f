from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import Path

import pytest

from lms.packages.archive import open_archive
from lms.packages.entries import Budget
from lms.packages.errors import PackageError
from tests.lms_packages.zips import MIB, SAMPLES, Raw, deflated, make_archive, make_zip, opened, raw_zip, zip64


def test_an_archive_gives_its_files_by_name_and_leaves_folders_out(tmp_path: Path) -> None:
    path = tmp_path / "package.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("folder/", b"")
        archive.writestr("folder/b.txt", b"second")
        archive.writestr("a.txt", b"first")
    with open_archive(path) as package:
        assert package.names == ("folder/b.txt", "a.txt")
        assert package.read("folder/b.txt", 6) == b"second"
        assert package.size("a.txt") == 5
        with package.open("a.txt") as stream:
            assert stream.read(2) + stream.read() == b"first"


def test_a_path_is_closed_with_its_archive_and_a_given_file_is_left_open(tmp_path: Path) -> None:
    buffer = make_zip({"a": b"1"})
    (tmp_path / "a.zip").write_bytes(buffer.getvalue())
    with open_archive(tmp_path / "a.zip") as owned, open_archive(buffer):
        pass
    assert owned.file.closed
    assert not buffer.closed


def test_a_file_larger_than_the_reader_allows_is_refused() -> None:
    with make_archive({"a": b"12345"}) as package, pytest.raises(PackageError, match="too large"):
        package.read("a", 4)


def test_an_absent_file_is_refused_by_its_name() -> None:
    with make_archive({"a": b"1"}) as package, pytest.raises(PackageError, match="'b'"):
        package.read("b", 10)


def test_another_case_finds_a_file_unless_two_would_do() -> None:
    with make_archive({"Page.html": b"", "x": b"", "X": b""}) as package:
        assert package.find("page.HTML") == "Page.html"
        assert package.find("X") == "X"
        assert package.find("missing") is None


def test_names_are_normalised_to_nfc() -> None:
    with make_archive({"o\u0308vning.html": b"1"}) as package:
        assert package.names == ("\u00f6vning.html",)


def test_backslashes_of_old_archivers_become_folders() -> None:
    with opened(raw_zip([Raw(name=rb"images\a.png")])) as package:
        assert package.read("images/a.png", 10) == b"text"


@pytest.mark.parametrize(
    "data", [b"", b"PK", b"not a zip" * 10, b"\0" * 100, b"PK\5\6" + b"\0" * 17, b"PK\3\4" + b"\0" * 40]
)
def test_what_is_no_zip_is_refused(data: bytes) -> None:
    with pytest.raises(PackageError, match="not a readable ZIP"):
        opened(data)


def test_every_truncation_of_a_package_is_refused() -> None:
    whole = make_zip({"imsmanifest.xml": "<manifest/>", "a/b.txt": b"data" * 50}).getvalue()
    for length in range(len(whole)):
        with pytest.raises(PackageError):
            opened(whole[:length])


def test_a_damaged_file_is_refused_when_it_is_read() -> None:
    data = make_zip({"a.txt": b"0123456789" * 100}).getvalue()
    broken = data[:40] + bytes([data[40] ^ 0xFF]) + data[41:]
    with opened(broken) as package, pytest.raises(PackageError, match="not a readable ZIP"):
        package.read("a.txt", MIB)


def test_a_wrong_checksum_is_refused() -> None:
    with opened(raw_zip([Raw(crc=1)])) as package, pytest.raises(PackageError):
        package.read("a.txt", 100)


@pytest.mark.parametrize("flags", [0x1, 0x41, 0x2000])
def test_an_encrypted_package_is_refused(flags: int) -> None:
    with pytest.raises(PackageError, match="encrypted"):
        opened(raw_zip([Raw(flags=flags)]))


@pytest.mark.parametrize("method", [1, 9, 12, 14, 93, 99])
def test_a_compression_other_than_deflate_is_refused(method: int) -> None:
    with pytest.raises(PackageError, match="other than Deflate"):
        opened(raw_zip([Raw(method=method)]))


@pytest.mark.parametrize("kind", [0o120777, 0o020644, 0o060644, 0o010644, 0o140644])
def test_links_and_special_files_are_refused(kind: int) -> None:
    with pytest.raises(PackageError, match="link or a special file"):
        opened(raw_zip([Raw(data=b"/etc/passwd", attributes=kind << 16)]))


@pytest.mark.parametrize(
    "extra",
    [
        b"\x0d\x00\x12\x00" + b"\0" * 12 + b"target",
        b"\x6e\x75\x14\x00" + b"\0" * 14 + b"target",
        b"\x55\x54\x01\x00\x00" + b"\x0d\x00\x0d\x00" + b"\0" * 13,
    ],
)
def test_an_extra_field_that_names_a_link_is_refused(extra: bytes) -> None:
    with pytest.raises(PackageError, match="link or a special file"):
        opened(raw_zip([Raw(extra=extra)]))


def test_a_harmless_extra_field_is_no_link() -> None:
    with opened(raw_zip([Raw(extra=b"\x0d\x00\x0c\x00" + b"\0" * 12)])) as package:
        assert package.names == ("a.txt",)


def test_two_files_of_one_name_are_refused() -> None:
    for first, second in ((b"a.txt", b"a.txt"), ("\u00f6".encode(), "o\u0308".encode()), (b"a/b", rb"a\b")):
        with pytest.raises(PackageError, match="same name"):
            opened(raw_zip([Raw(name=first), Raw(name=second)]))


def test_a_file_that_is_also_a_folder_is_refused() -> None:
    with pytest.raises(PackageError, match="a file and a folder"):
        opened(raw_zip([Raw(name=b"a"), Raw(name=b"a/b")]))


def test_another_name_in_the_local_header_is_refused() -> None:
    with opened(raw_zip([Raw(local_name=b"../../a")])) as package, pytest.raises(PackageError):
        package.read("a.txt", 100)


def test_a_file_that_is_two_formats_at_once_is_refused() -> None:
    with pytest.raises(PackageError, match="not a readable ZIP"):
        opened(b"GIF89a" + make_zip({"a": b"1"}).getvalue())


def test_an_archive_that_was_split_is_refused() -> None:
    data = bytearray(make_zip({"a": b"1"}).getvalue())
    data[-18] = 1
    with pytest.raises(PackageError, match="split"):
        opened(bytes(data))


def test_a_comment_after_the_directory_is_allowed() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.comment = b"made by a school"
        archive.writestr("a", b"1")
    with open_archive(buffer) as package:
        assert package.names == ("a",)


def test_an_honest_zip64_archive_is_read() -> None:
    entry = Raw()
    with opened(zip64(entry.local(), entry.central(0), 1)) as package:
        assert package.read("a.txt", 10) == b"text"


def test_a_count_that_is_not_the_directorys_is_refused() -> None:
    entry = Raw()
    for data in (raw_zip([entry], count=2), zip64(entry.local(), entry.central(0), 3)):
        with pytest.raises(PackageError, match="not a readable ZIP"):
            opened(data)


def test_folders_nested_deeper_than_the_budget_are_refused() -> None:
    deepest = "/".join(["d"] * 16)
    with make_archive({f"{deepest}/file": b""}) as package:
        assert len(package.names) == 1
    with pytest.raises(PackageError, match="nested too deep"):
        make_archive({f"{deepest}/d/file": b""})


def test_the_budget_of_a_caller_holds() -> None:
    buffer = make_zip({"a": b"1" * 2048, "b": b"2"})
    for budget in (Budget(entries=1), Budget(total_bytes=2048), Budget(directory_bytes=80)):
        with pytest.raises(PackageError):
            open_archive(buffer, budget)


def test_a_stated_size_smaller_than_the_real_one_never_yields_more_than_stated() -> None:
    data = b"x" * MIB
    entry = Raw(data=data, method=8, packed=deflated(data), size=10)
    with opened(raw_zip([entry])) as package, pytest.raises(PackageError):
        package.read("a.txt", MIB)
    forged = Raw(data=data, method=8, packed=deflated(data), size=10, crc=zlib.crc32(data[:10]))
    with opened(raw_zip([forged])) as package:
        assert package.read("a.txt", MIB) == b"x" * 10


def test_a_stated_size_larger_than_the_real_one_is_refused() -> None:
    with pytest.raises(PackageError, match="two sizes"):
        opened(raw_zip([Raw(size=1000)]))
    entry = Raw(method=8, packed=deflated(b"text"), size=1000)
    with opened(raw_zip([entry])) as package:
        assert len(package.read("a.txt", MIB)) == 4


@pytest.mark.parametrize(
    "path", sorted(SAMPLES.glob("ims/*")) + sorted(SAMPLES.glob("qti/*.zip")), ids=lambda p: p.name
)
def test_every_file_of_the_samples_can_be_read(path: Path) -> None:
    with open_archive(path) as package:
        assert sum(len(package.read(name, MIB)) for name in package.names) == sum(map(package.size, package.names))
