"""Ingest and processor are killed under synchronous messages, between record and apply too: each is applied once."""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import replace
from pathlib import Path

import grpc
import pysqlite3
import pytest
from organisation.v1 import data_service_pb2, message_admin_service_pb2, message_admin_service_pb2_grpc

from runtime.tokens import InternalIdentity
from tests.crash.facts import judge, read_facts
from tests.crash.load import EventSender
from tests.crash.test_crash import LANES, kill_under_load, make_senders, sqlite_system
from tests.support.composed import ComposedSystem

KILLS = 10
EVENT = "Create.Calendar.Event"


def wait_until_ended(system: ComposedSystem) -> None:
    """Returns when no message is in the queue."""
    identity = InternalIdentity("operator:test", system.service_key)
    waiting = data_service_pb2.MessageFilter(statuses=[data_service_pb2.DATA_MESSAGE_STATUS_IN_QUEUE])
    request = message_admin_service_pb2.SearchMessagesRequest(filter=waiting, page_size=1)
    deadline = time.monotonic() + 60
    with grpc.insecure_channel(system.address("ingest")) as channel:
        stub = message_admin_service_pb2_grpc.MessageAdminServiceStub(channel)
        while stub.SearchMessages(request, metadata=identity.metadata(), timeout=20, wait_for_ready=True).messages:
            assert time.monotonic() < deadline, "messages are not applied"
            time.sleep(0.1)


def forget_inbox(folder: Path, messages: int) -> None:
    """Makes log and content forget each credential's last messages: what the inbox is there to prevent."""
    log = pysqlite3.connect(str(folder / "messages.sqlite"))
    content = pysqlite3.connect(str(folder / "content.sqlite"))
    for credential_id, last in log.execute("SELECT credential_id, last_message_id FROM credential_sequence").fetchall():
        forgotten = (credential_id, last - messages)
        of_credential = "credential_id = ? AND message_id > ?"
        log.execute(f"DELETE FROM detail WHERE {of_credential}", forgotten)
        log.execute(f"UPDATE message SET status = 1, ended_at = NULL WHERE {of_credential}", forgotten)
        log.execute(
            "INSERT INTO unapplied (credential_id, message_id, organisations, due_at) "
            f"SELECT credential_id, message_id, '[]', 0 FROM message WHERE {of_credential}",
            forgotten,
        )
        content.execute(f"DELETE FROM inbox WHERE {of_credential}", forgotten)
    for store in (log, content):
        store.commit()
        store.close()


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_kills_under_synchronous_messages_lose_double_and_reorder_nothing(tmp_path: Path) -> None:
    system = sqlite_system(tmp_path)
    system.start()
    senders = make_senders(system, EventSender, EVENT)
    asyncio.run(kill_under_load(system, senders, random.Random(11), KILLS))
    system.wait_until_ready()
    wait_until_ended(system)
    system.stop()
    facts = read_facts(tmp_path, senders, "calendar_event")
    assert len(facts.answered) > KILLS * LANES
    assert judge(facts).clean, judge(facts)

    # The negative control, as for lanes.
    forget_inbox(tmp_path, messages=5)
    system.start()
    wait_until_ended(system)
    system.stop()
    assert judge(read_facts(tmp_path, senders, "calendar_event")).doubled >= LANES
    assert judge(replace(facts, elements=facts.elements[1:])).lost == 1
