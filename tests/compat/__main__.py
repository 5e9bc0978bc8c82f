"""`make compat`: every toolkit against a real system, as a table and as build/compat.json."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.compat import page
from tests.compat.installing import NotToBeHadError, install
from tests.compat.running import outcomes
from tests.compat.toolkits import CELLS, TOOLKITS, Toolkit
from tests.support.embedded import EmbeddedSystem

ROOT = Path(__file__).parents[2]
BUILD = ROOT / "build" / "compat"
RESULT = ROOT / "build" / "compat.json"
STYLES = {"pass": "green", "fail": "bold red", "not run": "yellow"}
WIDTH = 120
NOT_ASKED_FOR = "not run: not asked for"
console = Console(stderr=True)


def main() -> int:
    """Runs, prints, writes; returns 1 when a cell of a toolkit that was installed failed."""
    parser = argparse.ArgumentParser(prog="make compat", description=__doc__)
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="run these toolkits alone")
    parser.add_argument("--docs", action="store_true", help="write the table into docs/clients.md, too")
    options = parser.parse_args()
    if unknown := set(options.only) - {toolkit.name for toolkit in TOOLKITS}:
        parser.error(f"no such toolkit: {', '.join(sorted(unknown))}")
    with ExitStack() as stack:
        systems = Systems(stack)
        matrix = {toolkit.name: row(toolkit, systems, options.only) for toolkit in TOOLKITS}
    states = {name: {cell: state(said) for cell, said in cells.items()} for name, cells in matrix.items()}
    RESULT.write_text(json.dumps(states, indent=2) + "\n")
    show(matrix, states)
    if options.docs:
        page.write(ROOT / "docs" / "clients.md", states)
    return 1 if any("fail" in cells.values() for cells in states.values()) else 0


class Systems:
    """One real system for each answer to uploads, started when the first toolkit needs it."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._started: dict[str, EmbeddedSystem] = {}

    def answering(self, encoding: str) -> EmbeddedSystem:
        if encoding not in self._started:
            folder = Path(tempfile.mkdtemp(prefix="orgapi-compat-"))
            self._stack.callback(shutil.rmtree, folder)
            system = EmbeddedSystem(folder, "--demo", env={"ORGAPI_UPLOAD_ANSWER": encoding})
            system.start()
            self._stack.callback(system.stop)
            self._started[encoding] = system
        return self._started[encoding]


def row(toolkit: Toolkit, systems: Systems, only: list[str]) -> dict[str, str]:
    """Returns what became of each cell, in words."""
    if only and toolkit.name not in only:
        return dict.fromkeys(CELLS, NOT_ASKED_FOR)
    work = BUILD / toolkit.folder
    work.mkdir(parents=True, exist_ok=True)
    console.print(f"[dim]{toolkit.name} ...")
    try:
        install(toolkit, work)
    except NotToBeHadError as error:
        return dict.fromkeys(CELLS, f"not run: {error}")
    return outcomes(toolkit, work, systems.answering(toolkit.upload_answer))


def state(said: str) -> str:
    """Returns pass, fail or not run; whatever else a program says is no success."""
    word = said.partition(":")[0]
    return word if word in STYLES else "fail"


def show(matrix: dict[str, dict[str, str]], states: dict[str, dict[str, str]]) -> None:
    table = Table("Toolkit", *CELLS)
    for name, cells in states.items():
        table.add_row(name, *(f"[{STYLES[found]}]{found}" for found in cells.values()))
    Console(width=None if sys.stdout.isatty() else WIDTH).print(table)
    for name, cells in matrix.items():
        for reason in dict.fromkeys(said for said in cells.values() if said not in {"pass", NOT_ASKED_FOR}):
            places = [cell for cell, said in cells.items() if said == reason]
            where = "every cell" if len(places) == len(CELLS) else ", ".join(places)
            console.print(f"{name}: {where}: {reason}", markup=False, soft_wrap=True)


if __name__ == "__main__":
    raise SystemExit(main())
