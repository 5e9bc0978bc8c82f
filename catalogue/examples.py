"""The examples of a type, each with the result that it has in the world of example_world.toml.

A first comment says the result. For what the schema refuses, the words after the general text of a rejection:

    <!-- expected: /Message/X/Security (line 7): expected one of Inherit, Secure, Locked, found 'Secret'. -->

For what is applied, the status and then a line for each status detail; without the comment, Finished:

    <!-- expected: Warnings
    Warning: Supplied SyncRefId not found. [*]
    Info: File created [file-2] -->

In brackets stands the sync key, * for one that is made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from catalogue.violation import REJECTED

EXPECTED: Final = re.compile(r"<!-- expected: (.*?) -->\s*", re.DOTALL)
DETAIL: Final = re.compile(r"(Info|Warning|Error): (.*?)(?: \[([^\[\]]*)\])?")
FINISHED: Final = "Finished"


@dataclass(frozen=True)
class ExpectedDetail:
    """One status detail; sync_key is "*" for one that is made, "" for none."""

    kind: str
    message: str
    sync_key: str


@dataclass(frozen=True)
class Example:
    """A message as a partner sends it. details: None where the example does not say them."""

    name: str
    data: str
    status: str
    details: tuple[ExpectedDetail, ...] | None

    @property
    def is_valid(self) -> bool:
        """Whether the schema takes it."""
        return self.name.startswith("valid-")


def examples_of(folder: Path) -> list[Example]:
    """Returns the examples of a type's folder: minimal, full, the other valid ones, then the invalid ones."""
    return sorted((read_example(path) for path in (folder / "examples").glob("*.xml")), key=place_of)


def place_of(example: Example) -> tuple[bool, bool, bool, str]:
    return (
        not example.is_valid,
        example.name != "valid-minimal",
        example.name != "valid-full",
        example.name,
    )


def read_example(path: Path) -> Example:
    """Reads one example; raises ValueError where the comment of its result is not as it should be."""
    data = path.read_text(encoding="utf-8")
    comment = EXPECTED.match(data)
    if path.stem.startswith("invalid-"):
        if comment is None:
            raise ValueError(f"{path}: the first line does not say the expected violation")
        return Example(path.stem, data, "Errors", (ExpectedDetail("Error", f"{REJECTED} {comment.group(1)}", ""),))
    if comment is None:
        return Example(path.stem, data, FINISHED, None)
    status, *lines = (line.strip() for line in comment.group(1).splitlines())
    return Example(path.stem, data, status, tuple(read_details(path, lines)) if lines else None)


def read_details(path: Path, lines: list[str]) -> Iterator[ExpectedDetail]:
    """Reads the lines of a comment; raises ValueError."""
    for line in lines:
        found = DETAIL.fullmatch(line)
        if found is None:
            raise ValueError(f"{path}: {line!r} is no status detail")
        yield ExpectedDetail(found.group(1), found.group(2), found.group(3) or "")
