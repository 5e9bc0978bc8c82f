"""`make bench`: every figure in one run, as a table and as build/bench.json."""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import accepting, lane, types, upload
from benchmarks.machine import machine
from benchmarks.processes import run_json
from benchmarks.system import MeasuredSystem, measured_system

Measured = dict[str, list[float]]
console = Console(stderr=True)


def main() -> int:
    """Measures, prints, writes; returns 1 when an answer was not as it should be."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="how often each figure is taken")
    parser.add_argument("--requests", type=int, default=6000, help="messages of one measurement")
    parser.add_argument("--upload-mib", type=int, default=2048, help="size of the large upload as MTOM")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="orgapi-bench-"))
    measured: Measured = {}
    try:
        with measured_system(folder / "system") as running:
            bad = measure(folder, running, options, measured)
        console.print("[dim]types")
        bad += note("types", types.figures(folder / "types"), measured)
    finally:
        shutil.rmtree(folder)
    figures = derive(measured)
    write(figures, measured, options)
    show(figures, measured)
    if bad:
        console.print(f"[red]{bad:.0f} answers were not as they should be")
    return 1 if bad else 0


def measure(folder: Path, running: MeasuredSystem, options: argparse.Namespace, measured: Measured) -> float:
    """Takes every figure in turn, round after round, so that a noisy minute does not fall on one of them alone."""
    count, demo = options.requests, running.demo
    steps: dict[str, Callable[[], dict[str, float]]] = {
        "soap_addmessage": lambda: accepting.soap(folder, running.edge, demo, count),
        "naive_addmessage": lambda: accepting.naive(folder, demo, count // 3),
        "grpc_addmessage": lambda: accepting.unary(folder, running, count),
        "grpc_empty": lambda: accepting.empty(folder, demo, count),
        "grpc_addmessages_100": lambda: accepting.unary(folder, running, count * 4, accepting.BATCH),
        "lane": lambda: lane.lane(folder, running, count),
        "upload_mtom": lambda: upload.upload(running, options.upload_mib, upload.MTOM),
        "upload_base64": lambda: upload.upload(running, options.upload_mib // 4, upload.INLINE),
        "plain_copy": lambda: upload.plain_copy(folder, options.upload_mib),
        "page": lambda: run_json("benchmarks.page"),
    }
    bad = 0.0
    for number in range(options.rounds):
        for name, step in steps.items():
            console.print(f"[dim]round {number + 1} of {options.rounds}: {name.replace('_', ' ')}")
            lane.settle(running)
            with nullcontext() if name == "lane" else running.accepting_alone():
                result = step()
            bad += note(name, result, measured)
    return bad


def note(name: str, result: dict[str, float], measured: Measured) -> float:
    """Adds figures to those that were measured; returns how many answers were not as they should be."""
    bad = result.pop("bad", 0)
    for key, value in result.items():
        measured.setdefault(f"{name}.{key}", []).append(value)
    return bad


def derive(measured: Measured) -> dict[str, float]:
    """Returns the promised figures; rates are compared within a round, as the machine's speed drifts."""
    soap, naive = measured["soap_addmessage.per_second"], measured["naive_addmessage.per_second"]
    unary, empty = measured["grpc_addmessage.per_second"], measured["grpc_empty.per_second"]
    return {
        "soap_addmessage_vs_naive": ratio(soap, naive),
        "grpc_addmessage_vs_empty": ratio(unary, empty),
        "batch_vs_unary": ratio(measured["grpc_addmessages_100.per_second"], unary),
        "page_of_100_courses_vs_stock_spyne": ratio(measured["page.stock_spyne_ms"], measured["page.ours_ms"]),
        "lane_messages_per_s": statistics.median(measured["lane.per_second"]),
        "all_types_messages_per_s": statistics.median(measured["types.per_second"]),
        "slowest_type_vs_median": slowest_type(measured),
        "upload_mtom_mib_per_s": statistics.median(measured["upload_mtom.mib_per_s"]),
        "upload_base64_mib_per_s": statistics.median(measured["upload_base64.mib_per_s"]),
        "upload_rss_growth_mib": max(measured["upload_mtom.rss_growth_mib"] + measured["upload_base64.rss_growth_mib"]),
    }


def slowest_type(measured: Measured) -> float:
    """Returns what the slowest message type costs, in costs of the median."""
    costs = [values[0] for name, values in measured.items() if name.startswith("types.") and name.endswith(".cpu_ms")]
    return max(costs) / measured["types.median_cpu_ms"][0]


def ratio(ours: list[float], other: list[float]) -> float:
    """Returns the median of what each round compared."""
    return statistics.median(mine / its for mine, its in zip(ours, other, strict=True))


def write(figures: dict[str, float], measured: Measured, options: argparse.Namespace) -> None:
    """Writes build/bench.json: the figures, and beside them what they were made of."""
    target = Path("build") / "bench.json"
    target.parent.mkdir(exist_ok=True)
    about = {"command": " ".join(["make bench", *sys.argv[1:]]), "machine": machine(), "options": vars(options)}
    target.write_text(json.dumps(figures | {"measured": measured, "about": about}, indent=2) + "\n")


def show(figures: dict[str, float], measured: Measured) -> None:
    """Prints what was measured with its spread, and the promised figures."""
    output = Console()
    table = Table("measured", "median", "least", "most", title=f"Measured on {machine()}")
    for name, values in measured.items():
        table.add_row(
            name,
            *(
                f"{value:,.{1 if value >= 1 else 3}f}"
                for value in (statistics.median(values), min(values), max(values))
            ),
        )
    output.print(table)
    promised = Table("figure", "value", "promise")
    for name, promise in PROMISES.items():
        promised.add_row(name, f"{figures[name]:,.2f}", promise)
    output.print(promised)


PROMISES = {
    "soap_addmessage_vs_naive": "at least 4",
    "grpc_addmessage_vs_empty": "at least 0.5",
    "batch_vs_unary": "at least 5",
    "page_of_100_courses_vs_stock_spyne": "at least 8 times cheaper",
    "lane_messages_per_s": "at least 1,500",
    "all_types_messages_per_s": "at least 1,500",
    "slowest_type_vs_median": "at most 10, or a reason in docs/performance.md",
    "upload_mtom_mib_per_s": "at least 200",
    "upload_base64_mib_per_s": "at least 60",
    "upload_rss_growth_mib": "at most 32",
}


if __name__ == "__main__":
    sys.exit(main())
