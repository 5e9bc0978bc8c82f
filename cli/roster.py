"""`orgapi roster`: people and courses, from OneRoster CSV (decision 18 says what becomes of what)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import grpc
import typer
from organisation.v1 import platform_service_pb2 as pb
from organisation.v1 import platform_service_pb2_grpc

from cli.connection import AsJson, Data, connect
from cli.output import describe, fail, reported
from cli.roster_progress import Reading, shown
from cli.roster_report import show_report
from cli.roster_rows import KINDS, roster_items
from oneroster.problems import RosterError
from oneroster.roster import Roster, read_roster
from runtime.errors import error_info
from runtime.tokens import Metadata

app = typer.Typer(no_args_is_help=True)

TIMEOUT = 3600
LOOK_SECONDS = 0.2
MOST_DELETED = 10
HINT = "--dry-run shows what; --allow-delete KIND or a larger --max-delete lets it through."


@app.callback()
def roster() -> None:
    """People and courses, from OneRoster files."""


@app.command("import")
@reported
def import_command(
    file: Annotated[Path, typer.Argument(help="A OneRoster 1.1 or 1.2 CSV set: a ZIP file or a folder.", exists=True)],
    site: Annotated[int, typer.Option("--site", help="The site's number.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what it would do; nothing is stored.")] = False,
    max_delete: Annotated[
        int,
        typer.Option(
            "--max-delete",
            min=0,
            max=100,
            help="Refuse it when it would delete more than this per cent of the rows of a kind.",
        ),
    ] = MOST_DELETED,
    allow_delete: Annotated[
        list[str] | None, typer.Option("--allow-delete", help="A kind that --max-delete is not for; may be repeated.")
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Import a roster. Doing it again changes nothing; a report says what was made, changed, deleted and refused.

    A file that the manifest calls bulk deletes what it lacks, a delta file what it says; see docs/roster.md.

    Ends with status 1 when nothing was imported, or when a whole file was not read. Refused rows alone leave it at 0.
    """
    heading = pb.RosterHeading(
        site_id=site, dry_run=dry_run, max_deleted_percent=max_delete, unlimited_kinds=kinds(allow_delete or [])
    )
    with connect(data, service="processor") as connection:
        try:
            report, source = import_roster(connection.channel, connection.identity.metadata(), file, heading)
        except RosterError as error:
            fail(f"{file}: {error}")
        except grpc.RpcError as error:
            info = error_info(error)
            if info is not None and info.reason == "ROSTER_DELETES_TOO_MUCH":
                fail(f"{describe(error)} {HINT}")
            raise
    show_report(report, source, dry_run=dry_run, as_json=as_json)
    end(report, source, dry_run=dry_run)


def kinds(names: list[str]) -> list[str]:
    """Returns names of kinds; a parameter error for another."""
    known = [kind for one in KINDS.values() for kind in one]
    for name in names:
        if name not in known:
            raise typer.BadParameter(f"'{name}' is none of {', '.join(known)}.", param_hint="--allow-delete")
    return names


def end(report: pb.ImportRosterResponse, source: Roster, *, dry_run: bool) -> None:
    """Ends with status 1 and a reason, where there is one."""
    if report.excesses:
        told = ", ".join(f"{one.deleted} of {one.present} ({one.kind})" for one in report.excesses)
        fail(f"The import would be refused, as it would delete more than it may: {told}. {HINT}")
    if source.unread:
        rest = "would be" if dry_run else "are"
        fail(f"Not read: {', '.join(source.unread)}. The other files {rest} imported.")


def import_roster(
    channel: grpc.Channel, metadata: Metadata, file: Path, heading: pb.RosterHeading
) -> tuple[pb.ImportRosterResponse, Roster]:
    """Streams a roster to the processor and shows how far it is; raises RosterError, grpc.RpcError."""
    source = read_roster(file)
    heading.source = f"OneRoster {source.manifest.version}: {file.name}"
    stub = platform_service_pb2_grpc.PlatformServiceStub(channel)
    sending = Sending(source, heading)
    call = stub.ImportRoster.future(sending.requests(), metadata=metadata, timeout=TIMEOUT)
    sending.begin(call)
    with shown() as display:
        while True:
            try:
                return call.result(timeout=LOOK_SECONDS), source
            except grpc.FutureTimeoutError:
                display.update(sending.reading)
            except (grpc.FutureCancelledError, grpc.RpcError):
                if sending.error is not None:
                    raise sending.error from None
                raise


class Sending:
    """Reads a set on gRPC's thread; what is wrong with the set ends the call before the roster seems whole."""

    def __init__(self, source: Roster, heading: pb.RosterHeading) -> None:
        self.reading = Reading(source)
        self.error: RosterError | None = None
        self._heading = heading
        self._source = source
        self._call: grpc.Future[pb.ImportRosterResponse] | None = None
        self._begun = threading.Event()

    def begin(self, call: grpc.Future[pb.ImportRosterResponse]) -> None:
        """Says which call it is."""
        self._call = call
        self._begun.set()

    def requests(self) -> Iterator[pb.ImportRosterRequest]:
        try:
            for item in roster_items(self._source, self._heading):
                self.reading.rows += len(item.rows.rows)
                yield item
        except RosterError as error:
            self.error = error
            self._begun.wait()
            if self._call is not None:
                self._call.cancel()
        self.reading.ended = True
