"""Rows of OneRoster on their way to the processor, whatever they become."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from organisation.v1 import platform_service_pb2 as pb

from oneroster.reader import Refused
from oneroster.roster import Roster
from oneroster.tables import Row, Table

Items = Iterator[pb.ImportRosterRequest]


def items(source: Roster, table: Table[Row], kind: str, make: Callable[[Row], pb.ImportRosterRequest]) -> Items:
    """Yields what the rows of one file become, the keys of those that could not be read, and whether that was all."""
    for line, row in source.numbered(table):
        if isinstance(row, Refused):
            yield pb.ImportRosterRequest(kept=pb.RosterKept(kind=kind, sync_key=row.sourced_id))
            continue
        item = make(row)
        item.line = line
        yield item
    if source.is_whole(table.name):
        yield whole(kind)


def whole(kind: str) -> pb.ImportRosterRequest:
    return pb.ImportRosterRequest(whole=pb.RosterWhole(kind=kind))
