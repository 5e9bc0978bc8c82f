"""Fills a store: `python -m benchmarks.school.fill STORE_URL [FACTOR]`.

Factor 1 is 1,000 courses, 50,000 people, 2,000,000 elements and 500,000 events.
"""

from __future__ import annotations

import sys

from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy import Engine

from benchmarks.bulk import BulkWriter
from benchmarks.school import assessment, content, people, planner
from benchmarks.school.size import Size
from lms.tallies import recount
from runtime.database import close_engine, open_engine, writing
from runtime.migrations import upgrade

PARTS = (*people.PARTS, *assessment.PARTS, *content.PARTS, *assessment.AFTER_ELEMENTS, *planner.PARTS)


def fill(engine: Engine, size: Size, console: Console) -> None:
    """Fills an empty store, with a bar for each table."""
    upgrade(engine, "content", "lms.migrations")
    columns = (TextColumn("{task.description:24}"), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        writer = BulkWriter(engine, progress)
        for part in PARTS:
            writer.write(part.table, part.columns, part.rows(size), part.count(size))
        with writing(engine) as connection:
            recount(connection)
        writer.finish()


def main() -> int:
    url, factor = sys.argv[1], float(sys.argv[2]) if len(sys.argv) > 2 else 1.0
    engine = open_engine(url)
    fill(engine, Size.of(factor), Console(stderr=True))
    close_engine(engine)
    return 0


if __name__ == "__main__":
    sys.exit(main())
