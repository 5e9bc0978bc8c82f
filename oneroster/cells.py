"""Splits a CSV file into rows of cells within bounds, whatever stands in it."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Final, TextIO

from oneroster.problems import Problems

# The longest line that is read whole; a row is at most a few of these, when its cells hold line breaks.
LINE_CHARACTERS: Final = 256 * 1024


class Lines:
    """The lines of a file; one that is too long is replaced by an empty one, so that line numbers stay right."""

    def __init__(self, stream: TextIO, problems: Problems) -> None:
        self.stream = stream
        self.problems = problems
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        while line := self.stream.readline(LINE_CHARACTERS):
            self.number += 1
            if len(line) == LINE_CHARACTERS and not line.endswith(("\n", "\r")):
                self.problems.add_lost(self.number, "the line is too long")
                self.skip()
                line = "\n"
            yield line

    def skip(self) -> None:
        while (rest := self.stream.readline(LINE_CHARACTERS)) and not rest.endswith(("\n", "\r")):
            pass


def read_cells(stream: TextIO, problems: Problems) -> Iterator[tuple[int, list[str]]]:
    """Yields each row with the number of its last line, blank rows left out.

    A cell that is too long (such as one whose quote never ends) becomes a problem, and reading goes on after it.
    """
    reader = csv.reader(Lines(stream, problems))
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            problems.add_lost(reader.line_num, f"the row is not CSV: {error}")
            continue
        if any(cells):
            yield reader.line_num, cells
