from __future__ import annotations

import json
import threading

import pytest
from organisation.v1 import access_admin_service_pb2 as admin_pb
from sqlalchemy import Engine, event, func, insert, select, text
from sqlalchemy.exc import DBAPIError, OperationalError

from runtime.database import open_engine, reading, writing
from runtime.migrations import upgrade
from services.auth import recorder
from services.auth.recorder import Denial, Recorder
from services.auth.service import MIGRATIONS, STORE
from services.auth.tables import audit_entry, secret
from tests.auth.client import FOLDER, PAGE, Auth, refusal, running


async def test_each_change_has_its_entry_with_its_actor(auth: Auth) -> None:
    await auth.site(7)
    partner = await auth.partner("Acme")
    made = await auth.credential(partner, username="acme")
    number = made.credential.credential_id
    await auth.grant(number, PAGE, FOLDER, site_id=7)
    await auth.grant(number, PAGE, site_id=7)
    await auth.allow(7, partner)
    await auth.allow(7, partner)
    await auth.allow(7, partner, allowed=False)
    rotate = admin_pb.RotateSecretRequest(credential_id=number)
    second = await auth.admin.RotateSecret(rotate, metadata=auth.operator)
    retire = admin_pb.RetireSecretRequest(credential_id=number, secret_id=second.secret_id)
    await auth.admin.RetireSecret(retire, metadata=auth.operator)
    take = admin_pb.RevokeTypesRequest(credential_id=number, message_types=[PAGE], site_id=7)
    await auth.admin.RevokeTypes(take, metadata=auth.operator)
    vendor = admin_pb.PutVendorRequest(vendor_id="V", is_content_vendor=True)
    await auth.admin.PutVendor(vendor, metadata=auth.operator)
    await auth.revoke(number)
    await auth.revoke(number)
    entries = await auth.entries()
    assert [(entry.action, entry.subject) for entry in reversed(entries)] == [
        ("site.created", "site:7"),
        ("partner.created", f"partner:{partner}"),
        ("credential.created", f"credential:{number}"),
        ("types.granted", f"credential:{number}"),
        ("site.partner_allowed", "site:7"),
        ("site.partner_denied", "site:7"),
        ("secret.added", f"credential:{number}"),
        ("secret.retired", f"credential:{number}"),
        ("types.revoked", f"credential:{number}"),
        ("vendor.stored", "vendor:V"),
        ("credential.revoked", f"credential:{number}"),
    ]
    assert {entry.actor for entry in entries} == {"operator:ana"}
    granted = next(entry for entry in entries if entry.action == "types.granted")
    assert json.loads(granted.details) == {"message_types": [FOLDER, PAGE], "site_id": 7}
    assert [entry.action for entry in await auth.entries("site:7")] == [
        "site.partner_denied",
        "site.partner_allowed",
        "site.created",
    ]


async def test_a_refused_change_leaves_no_entry(auth: Auth) -> None:
    await refusal(auth.credential(99))
    await refusal(auth.grant(99, FOLDER))
    assert await auth.entries() == []


async def test_denials_are_recorded_with_what_was_asked(auth: Auth) -> None:
    await auth.site(7)
    number = (await auth.credential(await auth.partner("Acme"), 7)).credential.credential_id
    for _ in range(3):
        await auth.authorize(number, "Create.Nothing\0" + "x" * 10_000)
    await auth.grant(number, FOLDER)
    await auth.authorize(number, FOLDER, 8)
    denials = await auth.denials(f"credential:{number}", 2)
    assert {entry.actor for entry in denials} == {f"credential:{number}"}
    details = [json.loads(entry.details) for entry in denials]
    of_site = [detail for detail in details if detail["reason"] == "SITE_NOT_ALLOWED"]
    of_type = [detail for detail in details if detail["reason"] == "TYPE_NOT_GRANTED"]
    assert of_site == [{"message_type": FOLDER, "site_id": 8, "reason": "SITE_NOT_ALLOWED", "count": 1}]
    assert sum(detail["count"] for detail in of_type) == 3
    assert {detail["message_type"] for detail in of_type} == {("Create.Nothing\0" + "x" * 10_000)[:128]}


async def test_what_is_allowed_is_not_in_the_trail(auth: Auth) -> None:
    await auth.site(7)
    number = (await auth.credential(await auth.partner("Acme"), 7)).credential.credential_id
    await auth.grant(number, FOLDER)
    await auth.authorize(number, FOLDER)
    await auth.authorize(number, PAGE)
    denials = await auth.denials(f"credential:{number}", 1)
    assert [json.loads(entry.details)["message_type"] for entry in denials] == [PAGE]


async def test_denials_that_wait_are_written_at_the_end(database_url: str) -> None:
    async with running(database_url) as auth:
        await auth.site(7)
        number = (await auth.credential(await auth.partner("Acme"), 7)).credential.credential_id
        await auth.authorize(number, PAGE)
    engine = open_engine(database_url)
    with reading(engine) as connection:
        query = select(func.count()).where(audit_entry.c.action == "denied")
        assert connection.execute(query).scalar_one() == 1
    engine.dispose()


@pytest.fixture
def store(database_url: str) -> Engine:
    engine = open_engine(database_url)
    upgrade(engine, STORE, MIGRATIONS)
    return engine


def count_denials(engine: Engine) -> int:
    with reading(engine) as connection:
        found: list[str] = list(connection.execute(select(audit_entry.c.details)).scalars())
    return sum(json.loads(details)["count"] for details in found)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET actor = 'operator:eve'",
        "DELETE FROM audit_entry",
        "DELETE FROM audit_entry WHERE entry_id = 1",
    ],
)
def test_the_trail_cannot_be_rewritten(store: Engine, statement: str) -> None:
    entry = {"at": 1, "actor": "operator:ana", "action": "a", "subject": "site:1", "details": "{}"}
    with writing(store) as connection:
        connection.execute(insert(audit_entry), entry)
    with pytest.raises(DBAPIError, match="the audit trail only grows"), writing(store) as connection:
        connection.execute(text(statement))
    other = {
        "sqlite": "INSERT OR REPLACE INTO audit_entry VALUES (1, 1, 'operator:eve', 'a', 'site:1', '{}')",
        "postgresql": "TRUNCATE audit_entry",
    }[store.dialect.name]
    with pytest.raises(DBAPIError, match="the audit trail only grows"), writing(store) as connection:
        connection.execute(text(other))
    with reading(store) as connection:
        assert connection.execute(select(audit_entry.c.actor)).scalars().all() == ["operator:ana"]
    store.dispose()


def test_a_third_live_secret_is_impossible_in_the_schema(store: Engine) -> None:
    with writing(store) as connection:
        connection.execute(text("INSERT INTO partner (name, created_at) VALUES ('P', 1)"))
        connection.execute(
            text(
                "INSERT INTO credential (partner_id, username, security_header_mode, created_at)"
                " SELECT partner_id, 'u', 0, 1 FROM partner"
            )
        )
        owner = connection.execute(text("SELECT credential_id FROM credential")).scalar_one()
    rows = [{"credential_id": owner, "slot": slot, "digest": bytes(32), "created_at": 1} for slot in (1, 2, 3, 1)]
    with writing(store) as connection:
        connection.execute(insert(secret), rows[:2])
    for row in rows[2:]:
        with pytest.raises(DBAPIError), writing(store) as connection:
            connection.execute(insert(secret), row)
    store.dispose()


def test_denials_beyond_the_capacity_are_only_counted(store: Engine) -> None:
    writer = Recorder(store, capacity=10)
    for number in range(1000):
        writer.denied(Denial(1, "T", number, "SITE_UNKNOWN"))
        writer.denied(Denial(1, "T", 0, "SITE_UNKNOWN"))
    writer.start()
    writer.stop()
    assert not writer.is_running()
    with reading(store) as connection:
        assert connection.execute(select(func.count()).select_from(audit_entry)).scalar_one() == 10
    assert count_denials(store) == 1010
    store.dispose()


def test_denials_wait_for_a_database_that_fails(store: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "RETRY_SECONDS", 0.01)
    failed = threading.Event()
    healthy = threading.Event()

    def fail(*_: object) -> None:
        if not healthy.is_set():
            failed.set()
            raise OperationalError("INSERT", {}, Exception("disk full"))

    event.listen(store, "before_cursor_execute", fail)
    writer = Recorder(store, capacity=10)
    writer.start()
    writer.denied(Denial(1, "T", None, "TYPE_NOT_GRANTED"))
    assert failed.wait(5)
    healthy.set()
    writer.denied(Denial(1, "T", 5, "TYPE_NOT_GRANTED"))
    for _ in range(300):
        if count_denials(store) == 2:
            break
        threading.Event().wait(0.01)
    writer.stop()
    assert count_denials(store) == 2
    store.dispose()
