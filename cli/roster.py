"""`orgapi roster`: people and courses, from OneRoster 1.1 CSV (decision 18 says what becomes of what)."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import grpc
import typer
from organisation.v1 import platform_service_pb2 as pb
from organisation.v1 import platform_service_pb2_grpc
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from cli.connection import connect
from cli.output import fail, print_rows, reported
from cli.roster_rows import counts_with, roster_items
from oneroster.problems import RosterError
from oneroster.roster import Roster, read_roster
from runtime.tokens import Metadata

app = typer.Typer(no_args_is_help=True)

TIMEOUT = 3600
SHOWN_REFUSALS = 20


@app.callback()
def roster() -> None:
    """People and courses, from OneRoster files."""


@app.command("import")
@reported
def import_command(
    file: Annotated[Path, typer.Argument(help="A OneRoster 1.1 CSV set: a ZIP file or a folder.", exists=True)],
    site: Annotated[int, typer.Option("--site", help="The site's number.")],
    data: Annotated[
        Path | None, typer.Option("--data", help="Folder of a running `orgapi up`; else ORGAPI_ variables.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Import a roster. Doing it again changes nothing; a report says what was made, changed and refused.

    Ends with status 1 when nothing was imported, or when a whole file was not read. Refused rows alone leave it at 0.
    """
    with connect(data, service="processor") as connection:
        try:
            report, source = import_roster(connection.channel, connection.identity.metadata(), file, site)
        except RosterError as error:
            fail(f"{file}: {error}")
    columns = ["kind", "created", "changed", "unchanged", "deleted", "refused"]
    counts = counts_with(source, report)
    print_rows(columns, [[str(getattr(count, column)) for column in columns] for count in counts], as_json=as_json)
    show_refusals(report, source)
    if source.unread:
        fail(f"Not read: {', '.join(source.unread)}. The other files are imported.")


def import_roster(
    channel: grpc.Channel, metadata: Metadata, file: Path, site_id: int
) -> tuple[pb.ImportRosterResponse, Roster]:
    """Streams a roster to the processor, with its progress on a terminal; raises RosterError, grpc.RpcError."""
    source = read_roster(file)
    stub = platform_service_pb2_grpc.PlatformServiceStub(channel)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.completed:,} rows"))
    console = Console(stderr=True)
    bar = Progress(*columns, TimeElapsedColumn(), console=console, transient=True, disable=not console.is_terminal)
    with bar as progress:
        task = progress.add_task(f"Reading {file.name}", total=None)

        def counted() -> Iterator[pb.ImportRosterRequest]:
            for item in roster_items(source, site_id):
                progress.advance(task)
                yield item

        return stub.ImportRoster(counted(), metadata=metadata, timeout=TIMEOUT), source


def show_refusals(report: pb.ImportRosterResponse, source: Roster) -> None:
    """Says on standard error which rows were refused, by the reader and by the platform."""
    lines = [f"{problem.position}: {problem.text}" for problem in source.problems]
    lines += [f"{refusal.kind} {refusal.sync_key}: {refusal.text}" for refusal in report.refusals]
    for line in lines[:SHOWN_REFUSALS]:
        sys.stderr.write(line + "\n")
    more = source.problem_count + sum(count.refused for count in report.counts) - SHOWN_REFUSALS
    if more > 0:
        sys.stderr.write(f"… and {more} more\n")
