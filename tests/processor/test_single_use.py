"""A file of FileStreamService is for one element, whoever races; beside the real files service."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Engine, delete, select, update

from lms.tables import element, element_file, file_use, my_file, result
from runtime.database import open_engine, reading, writing
from runtime.ports import free_port
from runtime.server import Host
from services.files.index import FileIndex
from services.files.model import Holder, StoredFile, now_ms
from services.files.reservations import Reservations
from services.files.service import build as build_files
from services.files.settings import FilesSettings
from services.files.tables import CONFIRMED, RESERVED, reservation_table
from services.processor.handler import own_handlers
from services.processor.service import ProcessorService
from tests.processor.conftest import KEY, Outcome, Platform, settings_for
from tests.processor.messages import CREATE, DELETE, FILE, MY_FILE, PAGE, UPDATE, USER, WHERE, file, message
from tests.processor.peers import Lane, Peers
from tests.processor.test_extensions import change, create, stored_file
from tests.processor.world import SITE

TEXT = "File matching the supplied GUID is already used by another element."
DAY = 24 * 3600 * 1000
MINE = f"{USER}<Visibility>Public</Visibility>"


@dataclass
class Both:
    """A processor with two workers and a files service, each with a store of its own."""

    platform: Platform
    files: Engine
    one: Lane
    other: Lane

    def add(self, *, single_use: bool = True) -> str:
        """Uploads a file; returns its id."""
        now = now_ms()
        file_id = str(uuid4())
        stored = StoredFile(
            file_id, SITE, 11, "a.txt", 5, b"h" * 32, "text/plain", now, now + 14 * DAY, single_use=single_use
        )
        FileIndex(self.files).add(stored, None)
        return file_id

    async def send(self, message_type: str, data: str, lane: Lane | None = None) -> Outcome:
        return await self.platform.send(message_type, data, lane or self.one)

    async def send_together(self, *sent: tuple[Lane, str, str]) -> list[Outcome]:
        """Puts messages in such that those of a lane come in one batch, and the lanes at once."""
        self.one.leased = self.other.leased = True
        places = []
        for lane, message_type, data in sent:
            self.platform.peers.lanes.put(lane, message_type, data)
            places.append((lane, len(lane.messages)))
        self.one.leased = self.other.leased = False
        return [await self.platform.outcome(lane, place, 60) for lane, place in places]

    def users(self, file_id: str) -> int:
        return len(self.platform.rows(select(file_use).where(file_use.c.file_id == file_id)))

    def held(self, file_id: str) -> list[tuple[int, str]]:
        """Returns credential and state of each reservation."""
        columns = (reservation_table.c.credential_id, reservation_table.c.state)
        with reading(self.files) as connection:
            rows = connection.execute(select(*columns).where(reservation_table.c.file_id == file_id).order_by(*columns))
            return [(row.credential_id, row.state) for row in rows]

    def unsettle(self) -> None:
        """Makes it so that no message has told files of its end."""
        with writing(self.files) as connection:
            connection.execute(update(reservation_table).values(state=RESERVED, reserved_at=1))


@pytest.fixture
async def both(
    database_url: str,
    engine: Engine,
    peers_host: tuple[Peers, str],
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> AsyncIterator[Both]:
    """The files' store is of the same engine as content's."""
    peers, address = peers_host
    files_url = f"sqlite:///{tmp_path / 'files.sqlite'}" if database_url.startswith("sqlite") else database_url
    listens = f"127.0.0.1:{free_port()}", f"127.0.0.1:{free_port()}"
    files_settings = FilesSettings(
        service_key=KEY,
        listen=listens[0],
        auth_address=address,
        processor_address=listens[1],
        database_url=files_url,
        files_store_url=f"file://{tmp_path / 'blobs'}",
        drain_seconds=1,
    )
    settings = settings_for(database_url, address, processor_workers=2)
    settings = settings.model_copy(update={"listen": listens[1], "files_address": listens[0]})
    hosts = (
        Host(files_settings, [build_files(files_settings)]),
        Host(settings, [ProcessorService(settings, own_handlers())]),
    )
    for host in hosts:
        await host.start()
    files_engine = open_engine(files_url)
    yield Both(Platform(peers, engine, hosts[1]), files_engine, Lane(1, 11, SITE), Lane(2, 12, SITE))
    files_engine.dispose()
    for host in reversed(hosts):
        await host.stop()


def element_of(*file_ids: str, where: str = WHERE) -> str:
    return message(FILE, where, files="".join(file(one) for one in file_ids))


def extension_of(file_id: str, key: str = "ext-1") -> str:
    return create(stored_file("a.txt", file_id), 5009, keys=[key])


def page_of(*blocks: tuple[str, ...]) -> str:
    written = [
        "".join(
            f"<FileContents><FileContent><FileId>{number}</FileId><Location>{one}</Location></FileContent></FileContents>"
            for number, one in enumerate(block, 1)
        )
        for block in blocks
    ]
    sets = "".join(f"<ContentBlockSet>{one}</ContentBlockSet>" for one in written)
    content = f"<Content><PageContent><ContentBlockSets>{sets}</ContentBlockSets></PageContent></Content>"
    return message(PAGE, f"{WHERE}<Title>P</Title>{content}")


def refused(entity: str = "File") -> Outcome:
    return Outcome("Errors", [(entity, TEXT, "", "ERROR")])


async def test_a_second_element_is_refused_in_either_lane_and_by_every_type(both: Both) -> None:
    file_id = both.add()
    assert (await both.send(FILE, element_of(file_id))).status == "Finished"
    for lane in (both.one, both.other):
        assert await both.send(FILE, element_of(file_id.upper()), lane) == refused()
        assert await both.send(MY_FILE, message(MY_FILE, MINE, files=file(file_id)), lane) == refused()
        assert await both.send(PAGE, page_of((file_id,)), lane) == refused("Page")
        assert await both.send(CREATE, extension_of(file_id), lane) == refused("ExtensionInstance")
    assert both.users(file_id) == 1
    assert both.held(file_id) == [(11, CONFIRMED)]


async def test_a_personal_file_uses_it_too(both: Both) -> None:
    file_id = both.add()
    assert (await both.send(MY_FILE, message(MY_FILE, MINE, files=file(file_id)))).status == "Finished"
    assert await both.send(CREATE, extension_of(file_id), both.other) == refused("ExtensionInstance")
    assert await both.send(MY_FILE, message(MY_FILE, MINE, files=file(file_id))) == refused()
    assert len(both.platform.rows(select(my_file))) == 1


async def test_a_file_for_many_is_used_by_many(both: Both) -> None:
    file_id = both.add(single_use=False)
    sent = [(lane, FILE, element_of(file_id, file_id)) for lane in (both.one, both.other) for _ in range(3)]
    assert [outcome.status for outcome in await both.send_together(*sent)] == ["Finished"] * 6
    assert both.users(file_id) == 12


async def test_of_a_batch_the_first_message_has_it(both: Both) -> None:
    file_id = both.add()
    outcomes = await both.send_together(*[(both.one, FILE, element_of(file_id))] * 3)
    assert [outcome.status for outcome in outcomes] == ["Finished", "Errors", "Errors"]
    assert outcomes[1:] == [refused()] * 2
    assert both.users(file_id) == 1


async def test_of_two_lanes_at_once_exactly_one_has_it(both: Both) -> None:
    files = [both.add() for _ in range(12)]
    lanes = (both.one, both.other)
    outcomes = await both.send_together(*((lane, FILE, element_of(one)) for one in files for lane in lanes))
    for place, file_id in enumerate(files):
        pair = outcomes[2 * place : 2 * place + 2]
        assert sorted(outcome.status for outcome in pair) == ["Errors", "Finished"]
        assert refused() in pair
        assert both.users(file_id) == 1
    assert len(both.platform.rows(select(element_file))) == len(files)


async def test_lanes_that_name_files_in_each_others_order_do_not_wait_for_ever(both: Both) -> None:
    first, second = both.add(), both.add()
    outcomes = await both.send_together(
        (both.one, FILE, element_of(first, second)), (both.other, FILE, element_of(second, first))
    )
    assert sorted(outcome.status for outcome in outcomes) == ["Errors", "Finished"]
    assert (both.users(first), both.users(second)) == (1, 1)


async def test_one_element_may_name_it_twice_and_two_elements_may_not(both: Both) -> None:
    file_id = both.add()
    assert await both.send(FILE, element_of(file_id, "{" + file_id.upper() + "}")) == refused()
    assert await both.send(MY_FILE, message(MY_FILE, MINE, files=file(file_id) * 2)) == refused()
    assert both.platform.rows(select(element)) == []
    assert (await both.send(PAGE, page_of((file_id, file_id), (file_id,)))).status == "Finished"
    assert {row.element_id for row in both.platform.rows(select(file_use))} == {
        row.id for row in both.platform.rows(select(element))
    }


async def test_a_list_with_one_used_file_makes_nothing(both: Both) -> None:
    used, good = both.add(), both.add()
    await both.send(FILE, element_of(used))
    assert await both.send(FILE, element_of(good, used)) == refused()
    assert both.users(good) == 0
    assert (await both.send(FILE, element_of(good), both.other)).status == "Finished"


async def test_a_message_that_failed_leaves_it_to_the_next_even_of_the_same_batch(both: Both) -> None:
    file_id = both.add()
    failing = element_of(file_id, where=USER)
    outcomes = await both.send_together(
        (both.one, FILE, failing), (both.one, FILE, element_of(file_id)), (both.one, FILE, element_of(file_id))
    )
    assert [outcome.status for outcome in outcomes] == ["Errors", "Finished", "Errors"]
    assert TEXT not in outcomes[0].texts
    assert outcomes[2] == refused()
    another = both.add()
    await both.send(FILE, element_of(another, where=USER))
    assert (await both.send(FILE, element_of(another), both.other)).status == "Finished"


async def test_an_element_keeps_it_through_its_own_update_and_a_second_does_not_get_it(both: Both) -> None:
    file_id = both.add()
    own = change(f"<Content>{stored_file('b.txt', file_id)}</Content>")
    outcomes = await both.send_together((both.one, CREATE, extension_of(file_id)), (both.one, UPDATE, own))
    assert [outcome.status for outcome in outcomes] == ["Finished", "Finished"]
    assert (await both.send(UPDATE, own, both.other)).status == "Finished"
    assert both.users(file_id) == 1
    assert both.held(file_id) == [(12, CONFIRMED)]
    second = both.add()
    await both.send(CREATE, extension_of(second, "ext-2"))
    theirs = change(f"<Content>{stored_file('b.txt', file_id)}</Content>", "ext-2")
    assert await both.send(UPDATE, theirs) == refused("ExtensionInstance")
    assert (both.users(file_id), both.users(second)) == (1, 1)


async def test_what_an_element_let_go_is_free_and_what_a_deleted_one_has_is_not(both: Both) -> None:
    old, new = both.add(), both.add()
    away = change(f"<Content>{stored_file('b.txt', new)}</Content>")
    outcomes = await both.send_together(
        (both.one, CREATE, extension_of(old)), (both.one, UPDATE, away), (both.one, FILE, element_of(old))
    )
    assert [outcome.status for outcome in outcomes] == ["Finished"] * 3
    gone = message(DELETE, f"<ContentSyncKey>ext-1</ContentSyncKey>{USER}<Reason>old</Reason>")
    assert (await both.send(DELETE, gone)).status == "Finished"
    assert await both.send(FILE, element_of(new), both.other) == refused()


async def test_a_message_that_is_tried_again_is_not_refused_for_its_own_sake(both: Both) -> None:
    """Its worker was killed between reserving and the transaction."""
    file_id = both.add()
    reservations = Reservations(both.files, 14 * DAY)
    reservations.reserve(Holder(11, 1, SITE), [file_id], 1)
    assert (await both.send(FILE, element_of(file_id))).status == "Finished"
    assert both.held(file_id) == [(11, CONFIRMED)]


async def test_a_lost_report_refuses_nobody_twice(both: Both) -> None:
    both.platform.peers.lanes.lose_reports = 1
    file_id = both.add()
    outcomes = await both.send_together(*[(both.one, FILE, element_of(file_id))] * 2)
    assert [outcome.status for outcome in outcomes] == ["Finished", "Errors"]
    assert await both.send(FILE, element_of(file_id), both.other) == refused()
    assert len(both.platform.rows(select(result))) == 3
    assert both.users(file_id) == 1


@pytest.mark.parametrize("same_lane", [True, False])
async def test_a_worker_killed_after_the_transaction_changes_nothing(both: Both, same_lane: bool) -> None:
    """Neither what it used nor what it let go was ever told to files."""
    lane = both.one if same_lane else both.other
    used, unused = both.add(), both.add()
    await both.send(FILE, element_of(used))
    await both.send(FILE, element_of(unused, where=USER))
    Reservations(both.files, 14 * DAY).reserve(Holder(11, 2, SITE), [unused], 1)
    both.unsettle()
    assert await both.send(FILE, element_of(used), lane) == refused()
    assert (await both.send(FILE, element_of(unused), lane)).status == "Finished"


async def test_a_message_waits_for_one_of_another_credential_that_has_not_ended(both: Both) -> None:
    file_id = both.add()
    Reservations(both.files, 14 * DAY).reserve(Holder(99, 1, SITE), [file_id], 1)
    both.platform.peers.lanes.put(both.one, FILE, element_of(file_id))
    await both.one.reported()
    await both.one.reported()
    assert (both.one.outcomes, set(both.one.rests)) == ({}, {2})
    with writing(both.files) as connection:
        connection.execute(delete(reservation_table))
    assert (await both.platform.outcome(both.one, 1)).status == "Finished"
