"""What a call that brings a roster sends: its heading, and pieces in chunks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator

from organisation.v1 import platform_service_pb2

from lms.roster.kinds import BY_NAME
from lms.roster.pieces import Kept, Piece, Sent, Whole
from lms.roster.storing import Limit
from runtime.errors import invalid_field
from services.processor.roster_feed import CHUNK_ROWS, RosterFeed
from services.processor.roster_import import Order
from services.processor.roster_rows import ROWS

MOST_ROWS = 10_000


def order_of(heading: platform_service_pb2.RosterHeading) -> Order:
    """Returns what a heading asks for; INVALID_ARGUMENT for a limit that is none."""
    percent = heading.max_deleted_percent if heading.HasField("max_deleted_percent") else None
    if percent is not None and not 0 <= percent <= 100:
        raise invalid_field("heading.max_deleted_percent", "A per cent is from 0 to 100.")
    exempt = frozenset(kind_of("heading.unlimited_kinds", kind) for kind in heading.unlimited_kinds)
    return Order(heading.site_id, heading.source, Limit(percent, exempt), heading.dry_run)


async def send(
    requests: AsyncIterator[platform_service_pb2.ImportRosterRequest], feed: RosterFeed, ended: Callable[[], bool]
) -> None:
    """Sends all rows to the feed."""
    chunk: list[Piece] = []
    async for request in requests:
        chunk.extend(pieces_of(request))
        if len(chunk) >= CHUNK_ROWS:
            await feed.put(chunk, ended)
            chunk = []
    await feed.put(chunk, ended)


def pieces_of(request: platform_service_pb2.ImportRosterRequest) -> Iterator[Piece]:
    """Yields what a request brings; INVALID_ARGUMENT for a second heading, an unknown kind, or nothing."""
    item = request.WhichOneof("item")
    if item == "rows":
        if len(request.rows.rows) > MOST_ROWS:
            raise invalid_field("rows", f"At most {MOST_ROWS} rows can come in one message.")
        for one in request.rows.rows:
            yield piece_of(one, one.WhichOneof("item"))
    else:
        yield piece_of(request, item)


def piece_of(request: platform_service_pb2.ImportRosterRequest, item: str | None) -> Piece:
    make = ROWS.get(item)
    if item is not None and make is not None:
        return Sent(make(getattr(request, item)), request.line, tuple(request.keep))
    if item == "kept":
        return Kept(kind_of("kept.kind", request.kept.kind), request.kept.sync_key)
    if item == "whole":
        return Whole(kind_of("whole.kind", request.whole.kind))
    raise invalid_field("item", "Each request after the heading must be a row.")


def kind_of(field: str, name: str) -> str:
    """Returns the name of a kind; INVALID_ARGUMENT for another."""
    if name not in BY_NAME:
        raise invalid_field(field, f"'{name[:32]}' is no kind of row.")
    return name
