"""What an import did, or would do: counts by kind, examples, and what was refused."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Final

import typer
from organisation.v1 import platform_service_pb2 as pb

from cli.output import print_rows
from cli.roster_rows import KINDS
from oneroster.roster import Roster

COUNTS: Final = ("created", "changed", "unchanged", "deleted", "refused")
SHOWN_REFUSALS: Final = 20
ACTIONS: Final = {
    pb.ROSTER_ACTION_CREATED: "create",
    pb.ROSTER_ACTION_CHANGED: "change",
    pb.ROSTER_ACTION_DELETED: "delete",
}
FILES: Final = {kind: f"{name}.csv" for name, kinds in KINDS.items() for kind in kinds}
COLUMNS: Final = {
    "sync_key": "sourcedId",
    "parent_sync_key": "parentSourcedId",
    "start_date": "startDate",
    "end_date": "endDate",
    "given_name": "givenName",
    "family_name": "familyName",
    ("organisation", "title"): "name",
    ("organisation", "kind"): "type",
    ("term", "kind"): "type",
    ("course", "code"): "classCode",
    ("assessment_item", "title"): "scoreScaleValue",
}
"""The columns of fields whose names differ, of every kind or of one."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A refused row or file; `line` is 0, and the texts are empty, where they are not known."""

    file: str
    line: int
    column: str
    kind: str
    key: str
    text: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        row = f"{self.kind} {self.key}: " if self.kind else ""
        return f"{place}: {row}{self.text}" if place else f"{row}{self.text}"


def show_report(report: pb.ImportRosterResponse, source: Roster, *, dry_run: bool, as_json: bool) -> None:
    """Prints counts, and of a dry run examples; refusals go to standard error, but for JSON."""
    counts = counts_with(source, report)
    if as_json:
        show_json(report, source, counts, dry_run=dry_run)
        return
    print_rows(["kind", *COUNTS], [[one.kind, *(str(getattr(one, name)) for name in COUNTS)] for one in counts])
    if dry_run and report.examples:
        sys.stdout.write("\n")
        rows = [[ACTIONS[one.action], one.kind, one.sync_key, one.text] for one in report.examples]
        print_rows(["would", "kind", "key", "what"], rows)
    refused = list(refusals(report, source))
    for one in refused[:SHOWN_REFUSALS]:
        sys.stderr.write(f"{one}\n")
    more = sum(count.refused for count in counts) - SHOWN_REFUSALS
    if more > 0:
        sys.stderr.write(f"… and {more} more\n")


def show_json(report: pb.ImportRosterResponse, source: Roster, counts: list[pb.RosterCount], *, dry_run: bool) -> None:
    """Prints one object a line; `record` says which of the four it is."""
    for count in counts:
        numbers = {name: getattr(count, name) for name in COUNTS}
        show_record("count", {"kind": count.kind, **numbers, "dry_run": dry_run})
    for one in report.examples:
        values = {"action": ACTIONS[one.action], "kind": one.kind, "key": one.sync_key, "line": one.line}
        show_record("example", {**values, "text": one.text})
    for refused in refusals(report, source):
        show_record("refusal", asdict(refused))
    for excess in report.excesses:
        values = {"kind": excess.kind, "deleted": excess.deleted, "present": excess.present}
        show_record("excess", values)


def show_record(record: str, values: dict[str, object]) -> None:
    typer.echo(json.dumps({"record": record, **values}, ensure_ascii=False))


def refusals(report: pb.ImportRosterResponse, source: Roster) -> Iterator[Refused]:
    """Yields what the reader refused, and then the platform."""
    for problem in source.problems:
        yield Refused(problem.file, problem.line, problem.column, "", "", problem.text)
    for one in report.refusals:
        column = COLUMNS.get((one.kind, one.field), COLUMNS.get(one.field, one.field))
        yield Refused(FILES.get(one.kind, ""), one.line, column, one.kind, one.sync_key, one.text)


def counts_with(source: Roster, report: pb.ImportRosterResponse) -> list[pb.RosterCount]:
    """Returns the counts of the processor's report with what the reader refused."""
    counts = {kind: pb.RosterCount(kind=kind) for kinds in KINDS.values() for kind in kinds}
    for count in report.counts:
        counts[count.kind].CopyFrom(count)
    for name, kinds in KINDS.items():
        for kind in kinds[:1] or ("course",):
            counts[kind].refused += source.refused.get(name, 0)
    told = {count.kind for count in report.counts}
    return [count for kind, count in counts.items() if kind in told or count.refused]
