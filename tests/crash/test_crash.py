"""Ingest and processor are killed under load: nothing lost, nothing twice, nothing out of order."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import grpc
import pysqlite3
import pytest
from organisation.v1 import access_admin_service_pb2 as pb
from organisation.v1 import access_admin_service_pb2_grpc, message_admin_service_pb2, message_admin_service_pb2_grpc

from cli.provision import provision
from runtime.tokens import InternalIdentity
from tests.crash.facts import Element, judge, read_facts
from tests.crash.load import Sender
from tests.support.composed import ComposedSystem

KILLS = 20
LANES = 6
REWOUND = "SELECT credential_id, message_id FROM message WHERE lane_id = ? AND lane_seq > ?"
STORES = ("access", "messages", "content", "files")


def sqlite_system(folder: Path) -> ComposedSystem:
    databases = {store: f"sqlite:///{folder / store}.sqlite" for store in STORES}
    return ComposedSystem(folder, databases, "memory://", {"ORGAPI_WORKERS": "1"})


def make_senders(
    system: ComposedSystem, make: type[Sender] = Sender, message_type: str = "Create.Course.Element.Folder"
) -> list[Sender]:
    """Provisions the demo site and one credential a lane, which may send the type that its senders send."""
    metadata = InternalIdentity("operator:test", system.service_key).metadata()
    with (
        grpc.insecure_channel(system.address("auth")) as auth,
        grpc.insecure_channel(system.address("processor")) as processor,
    ):
        demo = provision(auth, processor, metadata)
        stub = access_admin_service_pb2_grpc.AccessAdminServiceStub(auth)
        made = stub.CreatePartner(pb.CreatePartnerRequest(name="Crash"), metadata=metadata).partner
        senders = []
        for lane in range(LANES):
            request = pb.CreateCredentialRequest(partner_id=made.partner_id, site_id=demo["site_id"])
            created = stub.CreateCredential(request, metadata=metadata)
            credential = created.credential
            grant = pb.GrantTypesRequest(credential_id=credential.credential_id, message_types=[message_type])
            stub.GrantTypes(grant, metadata=metadata)
            course, user = demo["courses"][lane]["sync_key"], demo["users"][lane]["sync_key"]
            senders.append(make(credential.credential_id, credential.username, created.secret, course, user))
    return senders


async def kill_under_load(
    system: ComposedSystem, senders: Sequence[Sender], chance: random.Random, kills: int = KILLS
) -> None:
    """Sends from every lane while ingest and processor are killed in turn and started again."""
    stopping = asyncio.Event()
    auth, ingest = system.address("auth"), system.address("ingest")
    sending = [asyncio.create_task(sender.send(auth, ingest, stopping)) for sender in senders]
    for kill in range(kills):
        victim = ("ingest", "processor")[kill % 2]
        answered = sum(len(sender.answered) for sender in senders)
        while sum(len(sender.answered) for sender in senders) == answered:  # noqa: ASYNC110 (other tasks count)
            await asyncio.sleep(0.01)
        await asyncio.sleep(chance.uniform(0.05, 0.35))
        await asyncio.to_thread(system.kill, victim)
        system.start_service(victim)
    stopping.set()
    await asyncio.gather(*sending)


def wait_until_applied(system: ComposedSystem) -> None:
    """Returns when nothing waits in any lane."""
    identity = InternalIdentity("operator:test", system.service_key)
    deadline = time.monotonic() + 60
    request = message_admin_service_pb2.ListLanesRequest(waiting_only=True)
    with grpc.insecure_channel(system.address("ingest")) as channel:
        stub = message_admin_service_pb2_grpc.MessageAdminServiceStub(channel)
        while stub.ListLanes(request, metadata=identity.metadata(), timeout=20, wait_for_ready=True).lanes:
            assert time.monotonic() < deadline, "lanes are not applied"
            time.sleep(0.1)


def forget_progress(folder: Path, messages: int) -> None:
    """Makes log and content forget their last messages: what the high-water mark is there to prevent."""
    log = pysqlite3.connect(str(folder / "messages.sqlite"))
    for lane_id, head in log.execute("SELECT lane_id, head FROM lane").fetchall():
        log.execute("UPDATE lane SET head = ? WHERE lane_id = ?", (head - messages, lane_id))
        rewound = (lane_id, head - messages)
        log.execute(f"DELETE FROM detail WHERE (credential_id, message_id) IN ({REWOUND})", rewound)
        log.execute("UPDATE message SET status = 1, ended_at = NULL WHERE lane_id = ? AND lane_seq > ?", rewound)
    log.commit()
    log.close()
    content = pysqlite3.connect(str(folder / "content.sqlite"))
    for lane_id, last in content.execute("SELECT lane_id, last_seq FROM progress").fetchall():
        content.execute("UPDATE progress SET last_seq = ? WHERE lane_id = ?", (last - messages, lane_id))
        content.execute("DELETE FROM result WHERE lane_id = ? AND lane_seq > ?", (lane_id, last - messages))
    content.commit()
    content.close()


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_twenty_kills_under_load_lose_double_and_reorder_nothing(tmp_path: Path) -> None:
    system = sqlite_system(tmp_path)
    system.start()
    senders = make_senders(system)
    asyncio.run(kill_under_load(system, senders, random.Random(7)))
    system.wait_until_ready()
    wait_until_applied(system)
    system.stop()
    facts = read_facts(tmp_path, senders)
    assert len(facts.answered) > KILLS * LANES
    assert judge(facts).clean, judge(facts)

    # The negative control: the same checker, the same system, with its protection taken away.
    forget_progress(tmp_path, messages=5)
    system.start()
    wait_until_applied(system)
    system.stop()
    assert judge(read_facts(tmp_path, senders)).doubled >= LANES
    assert judge(replace(facts, elements=facts.elements[1:])).lost == 1
    assert judge(replace(facts, elements=swapped(facts.elements))).reordered >= 1


def swapped(elements: Sequence[Element]) -> list[Element]:
    """Returns the elements as if the first and the last of one credential had changed places."""
    first = elements[0]
    last = next(element for element in reversed(elements) if element.credential_id == first.credential_id)
    rest = [element for element in elements if element not in (first, last)]
    return [replace(first, number=last.number), *rest, replace(last, number=first.number)]
