"""More than one ingest process, restarts, and databases that go away."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import grpc
import pytest
from organisation.v1 import data_service_pb2 as pb
from sqlalchemy import create_engine, make_url, text, update

from runtime.database import open_engine, writing
from runtime.migrations import upgrade
from runtime.ports import free_port
from services.ingest.service import MIGRATIONS, STORE
from services.ingest.settings import IngestSettings
from services.ingest.tables import LAST_MESSAGE_ID, credential_sequence
from tests.ingest.client import finished, folder, refusal, running, serving, settings_of
from tests.ingest.peers import KEY, hosted_auth
from tests.support.valkey import ValkeyServer


async def test_two_processes_on_one_database_keep_sequence_and_lanes_gap_free(postgres_url: str) -> None:
    async with hosted_auth() as auth:
        settings = settings_of(postgres_url, auth.address)
        async with serving(settings, auth.access) as one, serving(settings, auth.access) as two:
            sends = [
                side.add(credential, folder(f"{at}", site), request_id=f"{at % 30}" if at % 3 == 0 else "")
                for at in range(60)
                for side in (one, two)
                for credential, site in ((one.bound, None), (one.everywhere, 3), (one.everywhere, 4))
            ]
            answers = await asyncio.gather(*sends, return_exceptions=True)
            fresh = {answer.message_id for answer in answers if isinstance(answer, pb.DataMessageResult)}
            refused = [answer for answer in answers if isinstance(answer, grpc.aio.AioRpcError)]
            assert {error.code() for error in refused} <= {grpc.StatusCode.ALREADY_EXISTS}
            for credential in (one.bound, one.everywhere):
                listed = await two.data.ListMessages(
                    pb.ListMessagesRequest(page_size=1000), metadata=credential.metadata()
                )
                ids = [message.message_id for message in listed.messages]
                assert ids == list(range(len(ids), 0, -1))
                assert max(fresh) >= len(ids)
            claims = await asyncio.gather(*(side.claim(most=1000) for side in (one, two, one, two)))
            assert len({claim.lane_id for claim in claims} - {0}) == 3
            for claim in claims:
                assert [one.lane_seq for one in claim.messages] == list(range(1, len(claim.messages) + 1))
                assert [one.message_id for one in claim.messages] == sorted(one.message_id for one in claim.messages)
            await one.report(next(claim for claim in claims if claim.lane_id), [finished(1)])


async def test_a_waiting_claim_hears_of_work_that_another_process_accepted(postgres_url: str, tmp_path: Path) -> None:
    valkey = ValkeyServer(tmp_path / "valkey")
    valkey.start()
    try:
        async with hosted_auth() as auth:
            settings = settings_of(postgres_url, auth.address, volatile_url=valkey.url)
            async with serving(settings, auth.access) as one, serving(settings, auth.access) as two:
                waiting = asyncio.create_task(two.claim(wait=20_000))
                await asyncio.sleep(0.3)
                await one.add(one.bound)
                claim = await waiting
                assert claim.messages[0].message_id == 1
                await two.report(claim)
                valkey.stop()
                waiting = asyncio.create_task(two.claim(wait=20_000))
                await one.add(one.bound)
                assert (await waiting).messages[0].message_id == 2
    finally:
        valkey.stop()


async def test_a_lost_database_connection_is_a_fault_to_retry_and_then_mended(postgres_url: str) -> None:
    async with running(postgres_url) as ingest:
        await ingest.add(ingest.bound)
        admin = create_engine(make_url(postgres_url).set(drivername="postgresql+psycopg"))
        with admin.connect() as connection:
            connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE pid <> pg_backend_pid() AND datname = current_database()"
                )
            )
        admin.dispose()
        ids = []
        for _ in range(3):
            try:
                ids.append((await ingest.add(ingest.bound)).message_id)
            except grpc.aio.AioRpcError as error:
                assert error.code() == grpc.StatusCode.UNAVAILABLE  # noqa: PT017 (it may succeed as well)
        assert ids
        assert ids == list(range(2, 2 + len(ids)))
        assert (await ingest.claim()).messages[0].lane_seq == 1


async def test_one_message_that_the_store_refuses_does_not_hold_back_the_others(database_url: str) -> None:
    async with running(database_url) as ingest:
        await ingest.add(ingest.bound)
        engine = open_engine(database_url)
        trigger = (
            "CREATE TRIGGER no BEFORE INSERT ON message WHEN NEW.credential_id = 8 BEGIN SELECT RAISE(ABORT, 'no'); END"
            if engine.dialect.name == "sqlite"
            else "ALTER TABLE message ADD CONSTRAINT no CHECK (credential_id <> 8)"
        )
        with writing(engine) as connection:
            connection.execute(text(trigger))
        engine.dispose()
        sends = [ingest.add(credential) for _ in range(10) for credential in (ingest.bound, ingest.other)]
        answers = await asyncio.gather(*sends, return_exceptions=True)
        accepted = [answer.message_id for answer in answers if isinstance(answer, pb.DataMessageResult)]
        failed = [answer for answer in answers if isinstance(answer, grpc.aio.AioRpcError)]
        assert sorted(accepted) == list(range(2, 12))
        assert {error.code() for error in failed} == {grpc.StatusCode.INTERNAL}


async def test_a_credential_that_has_used_up_its_numbers_is_told_so(database_url: str) -> None:
    async with running(database_url) as ingest:
        await ingest.add(ingest.bound)
        engine = open_engine(database_url)
        with writing(engine) as connection:
            connection.execute(update(credential_sequence).values(last_message_id=LAST_MESSAGE_ID - 1))
        engine.dispose()
        assert (await ingest.add(ingest.bound)).message_id == LAST_MESSAGE_ID
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await ingest.add(ingest.bound)
        assert refusal(caught)[:2] == ("FAILED_PRECONDITION", "MESSAGE_IDS_EXHAUSTED")
        assert [one.message_id for one in (await ingest.claim()).messages] == [1, LAST_MESSAGE_ID]


async def test_it_runs_from_the_environment_alone(tmp_path: Path) -> None:
    async with hosted_auth() as auth:
        port = free_port()
        environment = os.environ | {
            "ORGAPI_SERVICE_KEY": KEY,
            "ORGAPI_LISTEN": f"127.0.0.1:{port}",
            "ORGAPI_AUTH_ADDRESS": auth.address,
            "ORGAPI_DATABASE_URL": f"sqlite:///{tmp_path / 'messages.sqlite'}",
        }
        process = await asyncio.create_subprocess_exec(sys.executable, "-m", "services.ingest", env=environment)
        try:
            async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
                await asyncio.wait_for(channel.channel_ready(), 20)
        finally:
            process.send_signal(signal.SIGTERM)
            code = await asyncio.wait_for(process.wait(), 20)
        assert code == 0


def test_what_waits_at_shutdown_is_written(tmp_path: Path) -> None:
    """Sends without waiting, stops, and looks what was acknowledged."""

    async def session() -> tuple[list[int], IngestSettings]:
        async with hosted_auth() as auth:
            settings = settings_of(f"sqlite:///{tmp_path / 'messages.sqlite'}", auth.address)
            async with serving(settings, auth.access) as ingest:
                await ingest.add(ingest.bound)
                sends = [asyncio.create_task(ingest.add(ingest.bound)) for _ in range(50)]
                await asyncio.wait(sends, return_when=asyncio.FIRST_COMPLETED)
            answers = await asyncio.gather(*sends, return_exceptions=True)
            return [one.message_id for one in answers if isinstance(one, pb.DataMessageResult)], settings

    acknowledged, settings = asyncio.run(session())
    engine = open_engine(settings.database_url)
    upgrade(engine, STORE, MIGRATIONS)
    with writing(engine) as connection:
        stored = connection.execute(text("SELECT message_id FROM message")).scalars().all()
    engine.dispose()
    assert acknowledged
    assert set(acknowledged) <= set(stored)
    assert sorted(stored) == list(range(1, len(stored) + 1))
