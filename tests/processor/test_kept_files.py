from __future__ import annotations

from services.processor.kept_files import MOST_BYTES, MOST_PACKAGES, MOST_STARTS, KeptFiles


def test_the_small_packages_that_were_used_last_are_kept() -> None:
    kept = KeptFiles()
    for number in range(MOST_PACKAGES):
        kept.keep_package((f"f{number}", str), number, MOST_BYTES)
    assert kept.package(("f0", str)) == 0
    assert kept.package(("f0", bytes)) is None
    kept.keep_package(("new", str), "new", 0)
    kept.keep_package(("large", str), "large", MOST_BYTES + 1)
    found = {
        name
        for name in [*(f"f{number}" for number in range(MOST_PACKAGES)), "new", "large"]
        if kept.package((name, str)) is not None
    }
    assert found == {"f0", "new", *(f"f{number}" for number in range(2, MOST_PACKAGES))}


def test_the_starts_of_the_files_that_were_used_last_are_kept() -> None:
    kept = KeptFiles()
    for number in range(MOST_STARTS):
        kept.keep_start(f"f{number}", bytes([number % 256]))
    assert kept.start("f0") == b"\0"
    kept.keep_start("new", b"")
    assert kept.start("new") == b""
    assert kept.start("f1") is None
    assert kept.start("f0") == b"\0"
