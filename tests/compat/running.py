"""Makes and runs the program of a toolkit against a running system."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.compat.installing import last_line
from tests.compat.sent import losses, message_for
from tests.compat.toolkits import CELLS, Toolkit
from tests.support.embedded import EmbeddedSystem

HERE = Path(__file__).parent
BUILD_SECONDS = 300
RUN_SECONDS = 120
PASS = "pass"


def outcomes(toolkit: Toolkit, work: Path, system: EmbeddedSystem) -> dict[str, str]:
    """Returns `pass` or `fail: why` for each cell."""
    edge = str(system.ready["edge"])
    document = message_for(toolkit.name, system)
    places = {"edge": edge, "here": str(HERE / toolkit.folder), "work": str(work)}
    try:
        if toolkit.build:
            finished([part.format(**places) for part in toolkit.build], work, BUILD_SECONDS)
        program = [part.format(**places) for part in toolkit.run]
        arguments = [edge, system.demo["username"], system.demo["password"], document]
        said = finished([*program, *arguments], work, RUN_SECONDS)
        cells = cells_of(said)
    except (OSError, RuntimeError, ValueError, subprocess.TimeoutExpired) as error:
        return dict.fromkeys(CELLS, f"fail: {error}".replace(system.demo["password"], "…"))
    found = {cell: str(cells.get(cell, "fail: the program did not say")) for cell in CELLS}
    lost = losses(toolkit.name, document, system)
    return {cell: lost.get(cell, PASS) if said == PASS else said for cell, said in found.items()}


def cells_of(said: str) -> dict[str, str]:
    cells = json.loads(last_line(said))
    if not isinstance(cells, dict):
        raise ValueError("the program printed no object")
    return cells


def finished(command: Sequence[str], work: Path, seconds: float) -> str:
    """Returns what the command printed; raises RuntimeError with its last words when it fails."""
    env = os.environ | {"NODE_PATH": str(work / "node_modules"), "LC_ALL": "C.UTF-8"}
    done = subprocess.run(command, cwd=work, env=env, capture_output=True, text=True, timeout=seconds, check=False)
    (work / "log").write_text(done.stdout + done.stderr)
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]} ended with {done.returncode}: {last_line(done.stderr or done.stdout)}")
    return done.stdout
