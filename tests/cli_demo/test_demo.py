"""The whole demo, as `make demo` runs it."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cli.data_folder import DataFolder


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_the_demo_builds_reads_and_checks_the_course_twice_in_one_folder(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "cli", "demo", "--data", str(tmp_path / "data")]
    for title in ("From the Earth to the planets", "From the Earth to the planets (2)"):
        done = subprocess.run(command, capture_output=True, text=True, timeout=110, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "\x1b" not in done.stdout
        sent, finished, refused = closing_row(done.stdout)
        assert (sent >= 100, finished, refused) == (True, sent - 3, 3)
        assert re.search(rf"── {re.escape(title)}$", done.stdout, re.MULTILINE)
        assert "as it was sent" in done.stdout
        assert "All is as it should be" in done.stdout


def test_a_demo_that_is_told_to_end_leaves_nothing_running(tmp_path: Path) -> None:
    with demo_in(tmp_path) as process:
        assert process.stdout is not None
        line = ""
        while not line.startswith("Ready"):
            line = process.stdout.readline()
            assert line
        process.terminate()
        process.communicate(timeout=30)
    assert process.returncode == 128 + signal.SIGTERM
    DataFolder(tmp_path).prepare()  # raises while the system holds the folder


def test_a_demo_whose_system_does_not_start_ends_with_status_1_and_the_reason(tmp_path: Path) -> None:
    DataFolder(tmp_path).prepare()
    with demo_in(tmp_path) as process:
        output, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "in use by another" in output
    assert "All is as it should be" not in output


def demo_in(folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-u", "-m", "cli", "demo", "--data", str(folder)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def closing_row(text: str) -> tuple[int, int, int]:
    found = re.search(r"all\W+(\d+)\W+(\d+)\W+(\d+)", text)
    assert found is not None
    sent, finished, refused = (int(group) for group in found.groups())
    return sent, finished, refused
