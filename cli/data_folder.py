"""The folder that one machine keeps everything in: databases, files, keys, and where the running system is found."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from pathlib import Path
from typing import Any


class DataFolder:
    """Paths and keys below one folder. Keys are made once, readable by their owner alone."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self._lock: int | None = None

    def prepare(self) -> None:
        """Makes the folder and holds it for this process; raises BlockingIOError when another one holds it."""
        for folder in (self.path, self.path / "keys", self.files):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)

    @property
    def files(self) -> Path:
        return self.path / "files"

    @property
    def running(self) -> Path:
        """Where the running system says its addresses, as JSON: edge, grpc."""
        return self.path / "orgapi.json"

    @property
    def demo(self) -> Path:
        """What the demo site was given: see docs, `orgapi up --demo`."""
        return self.path / "demo.json"

    def database_url(self, store: str) -> str:
        return f"sqlite:///{self.path / (store + '.sqlite')}"

    def key(self, name: str) -> str:
        """Returns the key of that name, made at its first use."""
        path = self.path / "keys" / f"{name}.key"
        if not path.exists():
            write_private(path, secrets.token_urlsafe(48))
        return path.read_text().strip()


def write_private(path: Path, text: str) -> None:
    """Writes a file that only its owner may read; it is whole or not there."""
    partial = path.with_suffix(".partial")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def write_json(path: Path, value: dict[str, Any]) -> None:
    """Writes a private JSON file."""
    write_private(path, json.dumps(value, indent=2) + "\n")
