from __future__ import annotations

from services.processor.kept_packages import MOST_BYTES, MOST_PACKAGES, KeptPackages


def test_the_small_packages_that_were_used_last_are_kept() -> None:
    kept = KeptPackages()
    for number in range(MOST_PACKAGES):
        kept.keep((f"f{number}", str), number, MOST_BYTES)
    assert kept.find(("f0", str)) == 0
    assert kept.find(("f0", bytes)) is None
    kept.keep(("new", str), "new", 0)
    kept.keep(("large", str), "large", MOST_BYTES + 1)
    found = {
        name
        for name in [*(f"f{number}" for number in range(MOST_PACKAGES)), "new", "large"]
        if kept.find((name, str)) is not None
    }
    assert found == {"f0", "new", *(f"f{number}" for number in range(2, MOST_PACKAGES))}
