from __future__ import annotations

from pathlib import Path

import pytest

from manual.site import build_site


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The manual as `make docs` writes it."""
    folder = tmp_path_factory.mktemp("manual")
    (folder / "left-over.html").write_text("of an earlier time")
    build_site(folder)
    return folder
