from __future__ import annotations

import asyncio
import time
import uuid

import grpc
from organisation.v1 import access_admin_service_pb2 as admin_pb
from organisation.v1 import access_service_pb2 as access_pb

from runtime.errors import error_info
from tests.auth.client import Auth, eventually, refusal, running, timestamp

TEXT = "An error occurred when verifying security for the message."


async def test_a_secret_is_exchanged_for_a_token_of_its_credential(auth: Auth) -> None:
    partner = await auth.partner("Acme")
    await auth.site(7)
    mode = access_pb.SECURITY_HEADER_MODE_OPTIONAL
    made = await auth.credential(partner, 7, username="acme", security_header_mode=mode)
    answer = await auth.authenticate("acme", made.secret)
    assert answer.credential_id == made.credential.credential_id
    assert answer.security_header_mode == mode
    assert 100 < answer.expires_at.seconds - time.time() <= 121


async def test_every_cause_of_refusal_reads_the_same(auth: Auth) -> None:
    secret = (await auth.credential(await auth.partner("Acme"), username="acme")).secret
    attempts = [
        ("nobody", secret),
        ("acme", "wrong"),
        ("acme", ""),
        ("acme", secret + "x"),
        ("ACME", secret),
        (" acme", secret),
        ("acme\0", secret),
        ("acme", "\0"),
        ("", secret),
        ("", ""),
        ("a" * 100_000, secret),
        ("acme", secret + " " * 1_000_000),
        ("' OR 1=1 --", secret),
    ]
    for username, password in attempts:
        error = await refusal(auth.authenticate(username, password))
        info = error_info(error)
        assert (error.code(), error.details()) == (grpc.StatusCode.UNAUTHENTICATED, TEXT)
        assert info is not None
        assert (info.reason, dict(info.metadata)) == ("UNAUTHENTICATED", {})


async def test_a_user_name_in_another_unicode_form_is_unknown(auth: Auth) -> None:
    made = await auth.credential(await auth.partner("Acme"), username="andr\u00e9")
    await auth.authenticate("andr\u00e9", made.secret)
    error = await refusal(auth.authenticate("andre\u0301", made.secret))
    assert error.details() == TEXT


async def test_both_secrets_work_while_clients_move_and_a_third_is_refused(auth: Auth) -> None:
    made = await auth.credential(await auth.partner("Acme"), username="acme")
    number = made.credential.credential_id
    rotate = admin_pb.RotateSecretRequest(credential_id=number)
    second = await auth.admin.RotateSecret(rotate, metadata=auth.operator)
    await auth.authenticate("acme", made.secret)
    await auth.authenticate("acme", second.secret)
    error = await refusal(auth.admin.RotateSecret(rotate, metadata=auth.operator))
    assert error.code() == grpc.StatusCode.FAILED_PRECONDITION
    first_id = made.credential.secrets[0].secret_id
    retire = admin_pb.RetireSecretRequest(credential_id=number, secret_id=first_id)
    await auth.admin.RetireSecret(retire, metadata=auth.operator)
    assert (await refusal(auth.authenticate("acme", made.secret))).details() == TEXT
    await auth.authenticate("acme", second.secret)
    third = await auth.admin.RotateSecret(rotate, metadata=auth.operator)
    await auth.authenticate("acme", third.secret)
    assert third.secret_id not in {first_id, second.secret_id}


async def test_a_secret_of_another_credential_cannot_be_retired(auth: Auth) -> None:
    partner = await auth.partner("Acme")
    mine, other = await auth.credential(partner, username="mine"), await auth.credential(partner, username="other")
    request = admin_pb.RetireSecretRequest(
        credential_id=mine.credential.credential_id, secret_id=other.credential.secrets[0].secret_id
    )
    error = await refusal(auth.admin.RetireSecret(request, metadata=auth.operator))
    assert error.code() == grpc.StatusCode.NOT_FOUND
    await auth.authenticate("other", other.secret)


async def test_a_revoked_credential_is_refused_everywhere(auth: Auth) -> None:
    await auth.site(7)
    made = await auth.credential(await auth.partner("Acme"), 7, username="acme")
    number = made.credential.credential_id
    await auth.revoke(number)
    await auth.revoke(number)
    for call in (auth.authenticate("acme", made.secret), auth.authorize(number), auth.granted(number)):
        error = await refusal(call)
        assert (error.code(), error.details()) == (grpc.StatusCode.UNAUTHENTICATED, TEXT)
    rotate = auth.admin.RotateSecret(admin_pb.RotateSecretRequest(credential_id=number), metadata=auth.operator)
    assert (await refusal(rotate)).code() == grpc.StatusCode.FAILED_PRECONDITION


async def test_a_credential_ends_by_itself(auth: Auth) -> None:
    end = time.time() + 1.2
    made = await auth.credential(await auth.partner("Acme"), username="acme", expires_at=timestamp(end))
    answer = await auth.authenticate("acme", made.secret)
    assert answer.expires_at.seconds <= end
    await asyncio.sleep(end - time.time() + 0.01)
    for call in (auth.authenticate("acme", made.secret), auth.authorize(made.credential.credential_id)):
        assert (await refusal(call)).code() == grpc.StatusCode.UNAUTHENTICATED


async def test_an_imported_guid_stays_the_password(auth: Auth) -> None:
    guid = str(uuid.uuid4()).upper()
    made = await auth.credential(await auth.partner("Acme"), username="acme", imported_secret=guid)
    assert made.secret == guid
    await auth.authenticate("acme", guid)
    assert (await refusal(auth.authenticate("acme", guid.lower()))).details() == TEXT


async def test_a_password_that_is_no_random_guid_is_not_imported(auth: Auth) -> None:
    partner = await auth.partner("Acme")
    nil = "00000000-0000-0000-0000-000000000000"
    for value in (
        "hunter2",
        nil,
        "11111111-2222-3333-1111-111111111111",
        "f" * 32,
        "\u0661" * 32,
        " " + str(uuid.uuid4()),
    ):
        error = await refusal(auth.credential(partner, imported_secret=value))
        assert error.code() == grpc.StatusCode.INVALID_ARGUMENT
        assert value not in (error.details() or "")


async def test_the_last_use_of_a_secret_is_kept_without_a_write_per_call(auth: Auth) -> None:
    made = await auth.credential(await auth.partner("Acme"), username="acme")
    number = made.credential.credential_id
    assert not made.credential.secrets[0].HasField("last_used_at")
    await auth.authenticate("acme", made.secret)

    async def look() -> admin_pb.Secret:
        return (await auth.show(number)).secrets[0]

    first = await eventually(look, lambda secret: secret.HasField("last_used_at"))
    assert abs(first.last_used_at.seconds - time.time()) < 60
    await auth.authenticate("acme", made.secret)
    await asyncio.sleep(0.3)
    assert (await look()).last_used_at == first.last_used_at


async def test_no_secret_is_in_the_database(database_url: str) -> None:
    async with running(database_url) as auth:
        made = await auth.credential(await auth.partner("Acme"), username="acme")
        await auth.authenticate("acme", made.secret)
        shown = str(await auth.show(made.credential.credential_id)) + str(await auth.entries())
        assert made.secret not in shown


async def test_replicas_and_restarts_agree_on_keys_and_secrets(database_url: str) -> None:
    async with running(database_url) as first:
        made = await first.credential(await first.partner("Acme"), username="acme")
        keys = await first.access.GetSigningKeys(access_pb.GetSigningKeysRequest())
    async with running(database_url) as second:
        await second.authenticate("acme", made.secret)
        assert await second.access.GetSigningKeys(access_pb.GetSigningKeysRequest()) == keys
    async with running(database_url, auth_key="another auth key that is long enough") as foreign:
        assert (await refusal(foreign.authenticate("acme", made.secret))).details() == TEXT
        assert await foreign.access.GetSigningKeys(access_pb.GetSigningKeysRequest()) != keys
