from __future__ import annotations

import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from organisation.v1.platform_service_pb2_grpc import PlatformServiceStub
from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError

from runtime.channels import open_channel
from runtime.database import open_engine, reading, writing
from runtime.migrations import upgrade
from services.files.expiry import Expiry
from services.files.index import FileIndex
from services.files.local_blobs import LocalBlobs
from services.files.model import Holder, StoredFile, now_ms
from services.files.reservations import Reservations
from services.files.service import MIGRATIONS, STORE, build
from services.files.settings import FilesSettings
from services.files.sweeper import Sweeper
from services.files.tables import metadata, reservation_table
from tests.files.client import stored, until
from tests.files.peers import INTERNAL, Peers
from tests.support.hosting import hosted

DAY = 24 * 3600 * 1000


class Store:
    """The parts of the service that need no server."""

    def __init__(self, url: str, folder: Path) -> None:
        self.engine: Engine = open_engine(url)
        upgrade(self.engine, STORE, MIGRATIONS)
        self.blobs = LocalBlobs(folder)
        self.blobs.prepare()
        self.index = FileIndex(self.engine)
        self.reservations = Reservations(self.engine, 14 * DAY)
        self.expiry = Expiry(self.engine)
        self.sweeper = Sweeper(self.blobs, self.index, self.reservations, self.expiry, INTERNAL)

    def add(self, age_days: float = 0, site_id: int = 3) -> str:
        blob = self.blobs.begin()
        blob.write(b"hello")
        made = now_ms() - int(age_days * DAY)
        sha256 = blob.place()
        self.index.add(
            StoredFile(blob.file_id, site_id, 7, "a.txt", 5, sha256, "text/plain", made, made + 14 * DAY), None
        )
        blob.finish()
        return blob.file_id

    def held(self) -> dict[str, str]:
        with reading(self.engine) as connection:
            rows = connection.execute(select(reservation_table.c.file_id, reservation_table.c.state))
            return {row.file_id: row.state for row in rows}


@pytest.fixture
def store(database_url: str, tmp_path: Path) -> Iterator[Store]:
    store = Store(database_url, tmp_path / "blobs")
    yield store
    store.engine.dispose()


def test_the_migrations_make_what_the_tables_say(store: Store) -> None:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": f"alembic_version_{STORE}"})
        assert compare_metadata(context, metadata) == []


def test_the_sweep_removes_row_and_bytes_of_what_has_expired_and_nothing_else(store: Store) -> None:
    young, old, reserved, used = store.add(13.9), store.add(14.1), store.add(13), store.add(13)
    holder = Holder(7, 1, 3)
    assert store.reservations.reserve({holder: [reserved]}, now_ms())[holder].keys() == {reserved}
    assert store.reservations.confirm({Holder(7, 2, 3): [used]}, now_ms()) == set()
    later = now_ms() + 2 * DAY
    assert store.expiry.mark(now_ms()) == 1
    store.sweeper.remove()
    assert stored(store.blobs.folder) == sorted([young, reserved, used])
    assert store.index.known([young, old, reserved, used]) == {young, reserved, used}
    assert store.expiry.mark(later) == 1
    assert store.index.find(young, now_ms()) is None


def test_a_crash_between_the_steps_is_healed_by_the_next_sweep(store: Store) -> None:
    marked_only, without_bytes = store.add(15), store.add(15)
    store.expiry.mark(now_ms())
    store.blobs.delete(without_bytes)
    store.sweeper.remove()
    assert stored(store.blobs.folder) == []
    assert store.index.known([marked_only, without_bytes]) == set()


def test_a_reservation_and_the_sweep_never_both_win(store: Store) -> None:
    with ThreadPoolExecutor(2) as pool:
        for message_id in range(1, 21):
            file_id = store.add(13.9999)
            marked = pool.submit(store.expiry.mark, now_ms() + DAY)
            holder = Holder(7, message_id, 3)
            found = pool.submit(store.reservations.reserve, {holder: [file_id]}, now_ms())
            assert (marked.result(), bool(found.result()[holder])) in ((1, False), (0, True))


def test_the_database_itself_keeps_the_row_of_a_held_file(store: Store) -> None:
    file_id = store.add()
    store.reservations.reserve({Holder(7, 1, 3): [file_id]}, now_ms())
    with pytest.raises(IntegrityError), writing(store.engine) as connection:
        connection.exec_driver_sql("DELETE FROM file")


async def test_unconfirmed_reservations_are_settled_by_what_the_processor_says(store: Store, peers: Peers) -> None:
    used, dropped, pending, fresh = (store.add() for _ in range(4))
    long_ago = now_ms() - 2 * 3600 * 1000
    store.reservations.reserve({Holder(7, 1, 3): [used, dropped]}, long_ago)
    store.reservations.reserve({Holder(7, 2, 3): [pending]}, long_ago)
    store.reservations.reserve({Holder(7, 3, 3): [fresh]}, now_ms())
    peers.platform.ended = {(7, 1): [used.upper()], (7, 3): []}
    channel = open_channel(peers.address, FilesSettings(service_key="k" * 32, database_url="", files_store_url=""))
    await store.sweeper.settle(PlatformServiceStub(channel), now_ms() - 3600 * 1000)
    await channel.close()
    assert peers.platform.asked == [(7, 1), (7, 2)]
    assert store.held() == {used: "confirmed", pending: "reserved", fresh: "reserved"}


async def test_nothing_is_let_go_while_the_processor_does_not_answer(store: Store) -> None:
    file_id = store.add()
    store.reservations.reserve({Holder(7, 1, 3): [file_id]}, 1)
    channel = open_channel("127.0.0.1:1", FilesSettings(service_key="k" * 32, database_url="", files_store_url=""))
    with pytest.raises(grpc.aio.AioRpcError):
        await store.sweeper.settle(PlatformServiceStub(channel), now_ms())
    await channel.close()
    assert store.held() == {file_id: "reserved"}


def test_asking_goes_through_all_holders_page_by_page(store: Store) -> None:
    file_id = store.add()
    for message_id in range(1, 8):
        store.reservations.reserve({Holder(7, message_id, 3): [file_id]}, 1)
    store.reservations.reserve({Holder(6, 9, 3): [file_id]}, 1)
    seen: list[Holder] = []
    after = (0, 0)
    while page := store.reservations.unsettled(2, after, 3):
        seen += page
        after = (page[-1].credential_id, page[-1].message_id)
    assert [(holder.credential_id, holder.message_id) for holder in seen] == [(6, 9), *((7, n) for n in range(1, 8))]


async def test_start_up_removes_what_a_killed_process_left(
    settings: FilesSettings, store: Store, tmp_path: Path
) -> None:
    kept = store.add()
    leftover = store.blobs.begin()
    leftover.write(b"half")
    leftover.abandon()
    placed = store.blobs.begin()
    placed.place()
    placed.abandon()
    (tmp_path / "blobs" / "incoming" / "not ours").write_bytes(b"")
    async with hosted(settings, build(settings)):
        assert stored(tmp_path / "blobs") == [kept]


async def test_the_service_sweeps_by_itself(
    settings: FilesSettings, store: Store, tmp_path: Path, peers: Peers
) -> None:
    quick = settings.model_copy(update={"files_sweep_seconds": 0.05, "files_settle_seconds": 0.01})
    async with hosted(quick, build(quick)):
        expired, freed = store.add(15), store.add(15)
        store.reservations.reserve({Holder(7, 1, 3): [freed]}, 1)
        await until(lambda: expired not in stored(tmp_path / "blobs"))
        peers.platform.ended = {(7, 1): [str(uuid.uuid4())]}
        await until(lambda: stored(tmp_path / "blobs") == [])


async def test_the_service_is_not_ready_without_its_folder(settings: FilesSettings, tmp_path: Path) -> None:
    service = build(settings)
    async with hosted(settings, service):
        await service.check()
        (tmp_path / "blobs" / "incoming").rmdir()
        with pytest.raises(OSError, match="cannot be written"):
            await service.check()
        (tmp_path / "blobs" / "incoming").mkdir()


@pytest.mark.parametrize("url", ["/data", "s3://bucket", "file://host/data", "file:data", ""])
def test_a_store_that_is_no_folder_is_refused_at_once(url: str) -> None:
    with pytest.raises(ValueError, match="ORGAPI_FILES_STORE_URL"):
        build(FilesSettings(service_key="k" * 32, database_url="sqlite:///x", files_store_url=url))
