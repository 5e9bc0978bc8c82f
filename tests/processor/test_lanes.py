"""The apply loop: order, atomicity, fences, crashes, poison and failures that pass."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, update

from lms.tables import element, progress, result
from runtime.server import Host
from services.processor.handler import own_handlers
from services.processor.service import ProcessorService
from tests.processor.added_type import HANDLER, NOTE, note, write_type
from tests.processor.conftest import Platform, settings_for
from tests.processor.messages import FILE, FOLDER, PACKAGE, WHERE, file, folder, message
from tests.processor.peers import Lane, Peers


@pytest.fixture
async def notes(
    content_url: str, engine: Engine, peers_host: tuple[Peers, str], tmp_path: Path
) -> AsyncIterator[Platform]:
    """A platform with one more message type."""
    peers, address = peers_host
    more = {
        "catalogue_path": write_type(tmp_path / "types"),
        "processor_workers": 1,
        "processor_retries": 3,
        "processor_batch_messages": 100,
        "processor_turn_milliseconds": 60_000,
    }
    settings = settings_for(content_url, address, **more)
    host = Host(settings, [ProcessorService(settings, [*own_handlers(), HANDLER])])
    await host.start()
    yield Platform(peers, engine, host)
    await host.stop()


def put_all(platform: Platform, *messages: tuple[str, str]) -> Lane:
    lane = platform.lane
    lane.leased = True
    for message_type, data in messages:
        platform.peers.lanes.put(lane, message_type, data)
    lane.leased = False
    return lane


def titles(platform: Platform) -> list[str]:
    return platform.values(select(element.c.title).order_by(element.c.id))


async def test_an_added_type_needs_a_folder_and_a_handler_alone(notes: Platform) -> None:
    outcome = await notes.send(NOTE, note("hello"))
    assert outcome.details == [("Note", "Note created", "note-1", "INFO")]
    assert titles(notes) == ["hello"]


async def test_messages_are_applied_in_order(notes: Platform) -> None:
    """The claims are of 100 and 150 messages; the second takes two turns."""
    lane = put_all(notes, *[(NOTE, note(f"n{number:03}")) for number in range(250)])
    await notes.outcome(lane, 250)
    assert titles(notes) == [f"n{number:03}" for number in range(250)]
    assert notes.values(select(result.c.lane_seq).order_by(result.c.lane_seq)) == list(range(1, 251))
    assert lane.fence == 2
    assert lane.kept == 1


@pytest.mark.parametrize("poison", ["boom", "break"])
async def test_a_message_that_breaks_us_ends_in_errors_and_leaves_no_trace(notes: Platform, poison: str) -> None:
    lane = put_all(notes, (NOTE, note("a")), (NOTE, note(poison)), (FOLDER, folder("b", key="b")), (NOTE, note("c")))
    outcomes = [await notes.outcome(lane, place) for place in range(1, 5)]
    assert [outcome.status for outcome in outcomes] == ["Finished", "Errors", "Finished", "Finished"]
    text = outcomes[1].texts[0]
    assert text.startswith("The message could not be processed. Reference: ")
    assert "secret" not in text
    assert titles(notes) == ["a", "b", "c"]


async def test_a_failure_that_passes_is_tried_again_and_at_last_given_up(notes: Platform) -> None:
    lane = put_all(notes, (NOTE, note("a")), (NOTE, note("full")), (NOTE, note("b")))
    outcomes = [await notes.outcome(lane, place) for place in range(1, 4)]
    assert [outcome.status for outcome in outcomes] == ["Finished", "Errors", "Finished"]
    assert titles(notes) == ["a", "b"]
    assert [rest for rest in lane.rests if rest] == [1, 1, 2, 4]


async def test_a_peer_that_is_away_is_waited_for_without_counting(notes: Platform) -> None:
    notes.peers.files.away = 6
    file_id = notes.peers.files.add(5, "a.txt")
    lane = put_all(notes, (NOTE, note("a")), (FILE, message(FILE, WHERE, files=file(file_id))))
    assert (await notes.outcome(lane, 2)).status == "Finished"
    assert [rest for rest in lane.rests if rest] == [2] * 6


async def test_results_that_were_not_reported_are_reported_by_the_next_claim(platform: Platform) -> None:
    platform.peers.lanes.lose_reports = 1
    file_id = platform.peers.files.add(5, "a.txt")
    lane = put_all(platform, (FOLDER, folder("a", key="k")), (FILE, message(FILE, WHERE, files=file(file_id))))
    outcomes = [await platform.outcome(lane, place) for place in (1, 2)]
    assert [(outcome.status, len(outcome.details)) for outcome in outcomes] == [("Finished", 1)] * 2
    assert outcomes[0].details == [("Folder", "Folder created", "k", "INFO")]
    assert titles(platform) == ["a", "a.txt"]
    assert platform.peers.files.confirmed[11, 2] == [file_id]


async def test_a_worker_whose_claim_is_stale_applies_nothing(platform: Platform) -> None:
    await platform.send(FOLDER, folder("a"))
    with platform.engine.begin() as connection:
        connection.execute(update(progress).values(fence=100))
    lane = put_all(platform, (FOLDER, folder("b")))
    lanes = platform.peers.lanes
    while lane.fence < 2:
        await platform.send(FOLDER, folder("x", where="<CourseId>8</CourseId><UserId>3</UserId>"), Lane(7, 17, 5))
    assert titles(platform).count("b") == 0
    lane.leased, lane.fence = False, 100
    assert (await platform.outcome(lanes.lanes[1], 2)).status == "Finished"
    assert titles(platform).count("b") == 1


@pytest.mark.parametrize("stale", [False, True])
async def test_a_lease_is_prolonged_while_a_package_is_read(
    content_url: str, engine: Engine, peers_host: tuple[Peers, str], stale: bool
) -> None:
    """A worker that learns by it that the lane is another's drops everything."""
    peers, address = peers_host
    settings = settings_for(content_url, address, processor_lease_seconds=2)
    host = Host(settings, [ProcessorService(settings, own_handlers())])
    await host.start()
    platform = Platform(peers, engine, host)
    peers.files.seconds_a_piece, peers.lanes.stale = 0.4, stale
    file_id = peers.files.add(5, "a.zip", b"no zip" * 200_000)
    lane = put_all(platform, (FOLDER, folder("a")), (PACKAGE, message(PACKAGE, WHERE, files=file(file_id))))
    if stale:
        async with asyncio.timeout(10):
            while not peers.lanes.renewals:  # noqa: ASYNC110 (a counter of the peer's)
                await asyncio.sleep(0.01)
    else:
        assert (await platform.outcome(lane, 2)).status == "Errors"
    await host.stop()
    assert peers.lanes.renewals >= 1
    assert titles(platform) == ([] if stale else ["a"])


async def test_an_unreadable_document_ends_in_errors(platform: Platform) -> None:
    lane = put_all(platform, (FOLDER, "<Message"), (FOLDER, folder("a")))
    assert (await platform.outcome(lane, 2)).status == "Finished"
    outcome = await platform.outcome(lane, 1)
    assert outcome.status == "Errors"
    assert outcome.texts[0].startswith("Invalid format / parameters (different to specified schema).")


async def test_lanes_of_two_workers_are_applied_side_by_side(
    content_url: str, engine: Engine, peers_host: tuple[Peers, str]
) -> None:
    peers, address = peers_host
    settings = settings_for(content_url, address, processor_workers=2)
    host = Host(settings, [ProcessorService(settings, own_handlers())])
    await host.start()
    platform = Platform(peers, engine, host)
    lanes = [Lane(number, 10 + number, 5) for number in range(1, 5)]
    for number in range(40):
        for lane in lanes:
            peers.lanes.put(lane, FOLDER, folder(f"{lane.lane_id}-{number:02}"))
    for lane in lanes:
        await platform.outcome(lane, 40)
    for lane in lanes:
        own = [title for title in titles(platform) if title.startswith(f"{lane.lane_id}-")]
        assert own == [f"{lane.lane_id}-{number:02}" for number in range(40)]
    await host.stop()
