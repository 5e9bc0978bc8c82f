"""Gets a toolkit from the packages it comes in."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.compat.toolkits import Toolkit

SECONDS = 900


class NotToBeHadError(Exception):
    """The toolkit cannot be installed here; the text says why."""


def install(toolkit: Toolkit, work: Path) -> None:
    """Installs what is missing: Debian packages into the system, all else below `work`."""
    missing = [package for tool, package in toolkit.tools.items() if shutil.which(tool) is None]
    missing += [package for package in toolkit.debian if not is_installed(package)]
    if missing:
        apt_get_update()
        apt_get("install", "-y", "--no-install-recommends", *missing)
    if toolkit.npm:
        obtain(["npm", "install", "--no-audit", "--no-fund", "--prefix", str(work), toolkit.npm])
    if toolkit.wheel:
        obtain([sys.executable, "-m", "venv", str(work / "venv")])
        obtain([str(work / "venv/bin/pip"), "install", "--quiet", "--disable-pip-version-check", toolkit.wheel])


def is_installed(package: str) -> bool:
    if shutil.which("dpkg-query") is None:
        return False
    command = ["dpkg-query", "--show", "--showformat=${db:Status-Status}", package]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout == "installed"


@functools.cache
def apt_get_update() -> None:
    apt_get("update")


def apt_get(*arguments: str) -> None:
    if shutil.which("apt-get") is None:
        raise NotToBeHadError("its packages are Debian's, and there is no apt-get")
    as_root = [] if os.geteuid() == 0 else ["sudo", "--non-interactive"]
    obtain([*as_root, "apt-get", "--quiet", *arguments])


def obtain(command: Sequence[str]) -> None:
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotToBeHadError(str(error)) from error
    if done.returncode != 0:
        raise NotToBeHadError(f"{' '.join(command)}: {complaint(done.stderr or done.stdout)}")


def complaint(text: str) -> str:
    """Returns the line that says what is wrong: npm says it first, apt-get last."""
    lines = (line.strip() for line in text.splitlines() if "error" in line.lower())
    return next(lines, last_line(text))


def last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1].strip() if lines else "it said nothing"
