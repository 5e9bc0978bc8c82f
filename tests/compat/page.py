"""The table of docs/clients.md."""

from __future__ import annotations

from pathlib import Path

from tests.compat.toolkits import CELLS, TOOLKITS

BEGIN, END = "<!-- matrix -->\n", "<!-- end of matrix -->\n"


def write(path: Path, states: dict[str, dict[str, str]]) -> None:
    """Puts the table between its marks."""
    before, rest = path.read_text().split(BEGIN)
    _, after = rest.split(END)
    path.write_text(before + BEGIN + table(states) + END + after)


def table(states: dict[str, dict[str, str]]) -> str:
    heads = ["toolkit", "upload answer", *CELLS]
    lines = [heads, ["---"] * len(heads)]
    lines += [[toolkit.name, f"`{toolkit.upload_answer}`", *states[toolkit.name].values()] for toolkit in TOOLKITS]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
