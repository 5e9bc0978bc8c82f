"""`manifest.csv`: the version of the set, and which files are bulk, delta or absent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from oneroster.cells import read_cells
from oneroster.problems import Problems, RosterError, quoted
from oneroster.source import Source
from oneroster.tables import FILES, Version

Mode = Literal["bulk", "delta", "absent"]
MODES: Final[Mapping[str, Mode]] = {"bulk": "bulk", "delta": "delta", "absent": "absent"}
VERSIONS: Final[Mapping[str, Version]] = {
    "1.1": "1.1",
    "v1.1": "1.1",
    "1p1": "1.1",
    "v1p1": "1.1",
    "1.2": "1.2",
    "v1.2": "1.2",
    "1p2": "1.2",
    "v1p2": "1.2",
    "1.2.1": "1.2",
}
PROPERTIES: Final = 1_000


@dataclass(frozen=True, slots=True)
class Manifest:
    """`files` has only what the manifest names; `oneroster_version` is as written, empty where there is no manifest.

    `version` is the version by which the files are read.
    """

    oneroster_version: str = ""
    manifest_version: str = ""
    system_name: str = ""
    system_code: str = ""
    files: Mapping[str, Mode] = field(default_factory=dict)
    version: Version = "1.1"


def read_manifest(source: Source, problems: Problems) -> Manifest:
    """Reads the manifest; a set without one is 1.1 and bulk. Raises RosterError for other versions than 1.1 and 1.2."""
    if not source.has(problems.file):
        return Manifest()
    properties: dict[str, str] = {}
    with source.open(problems.file) as stream:
        for _, cells in read_cells(stream, problems):
            if len(cells) >= 2 and len(properties) < PROPERTIES:
                properties[cells[0].strip().lower()] = cells[1].strip()
    written = properties.get("oneroster.version", "")
    version = VERSIONS.get(written.lower())
    if version is None:
        raise RosterError(f"The roster is of OneRoster version {quoted(written)}; only 1.1 and 1.2 can be read.")
    return Manifest(
        version=version,
        oneroster_version=written,
        manifest_version=properties.get("manifest.version", ""),
        system_name=properties.get("source.systemname", ""),
        system_code=properties.get("source.systemcode", ""),
        files=read_modes(properties, problems),
    )


def read_modes(properties: Mapping[str, str], problems: Problems) -> Mapping[str, Mode]:
    modes: dict[str, Mode] = {}
    for name in FILES:
        value = properties.get(f"file.{name}".lower())
        if value is None:
            continue
        mode = MODES.get(value.lower())
        if mode is None:
            problems.add(0, f"file.{name} is {quoted(value)}; the file counts as bulk")
        modes[name] = mode or "bulk"
    return modes
