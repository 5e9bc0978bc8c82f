from __future__ import annotations

from pathlib import Path

import pytest

from cli.data_folder import DataFolder
from cli.demo.system import SystemFailedError, running


def test_a_system_that_does_not_start_says_why(tmp_path: Path) -> None:
    DataFolder(tmp_path).prepare()
    with pytest.raises(SystemFailedError, match="in use by another"), running(tmp_path):
        pytest.fail("it must not start")
