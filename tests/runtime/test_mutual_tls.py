from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import cast

import grpc
import pytest
from organisation.v1 import access_service_pb2 as pb
from organisation.v1 import access_service_pb2_grpc, data_service_pb2, data_service_pb2_grpc

from runtime.caller import InternalCaller, PartnerCaller
from runtime.channels import open_blocking_channel, open_channel
from runtime.errors import error_info
from runtime.server import Host
from runtime.settings import ServiceSettings, Settings
from runtime.tokens import InternalIdentity
from tests.runtime.doubles import KEY, AccessDouble, DataDouble, partner_token
from tests.support.certificates import Authority, TlsFields
from tests.support.hosting import hosted

SECONDS = 20

Call = Callable[[str, Settings], Awaitable[bool]]


async def on_the_loop(address: str, settings: Settings) -> bool:
    async with open_channel(address, settings) as channel:
        return await authorize(channel)


async def on_a_thread(address: str, settings: Settings) -> bool:
    def ask() -> bool:
        with open_blocking_channel(address, settings) as channel:
            stub = access_service_pb2_grpc.AccessServiceStub(channel)
            return stub.Authorize(pb.AuthorizeRequest(), metadata=internal(), timeout=SECONDS).allowed

    return await asyncio.to_thread(ask)


async def authorize(channel: grpc.aio.Channel) -> bool:
    stub = access_service_pb2_grpc.AccessServiceStub(channel)
    return (await stub.Authorize(pb.AuthorizeRequest(), metadata=internal(), timeout=SECONDS)).allowed


def internal() -> tuple[tuple[str, str], ...]:
    return InternalIdentity("service:ingest", KEY).metadata()


both_channels = pytest.mark.parametrize("call", [on_the_loop, on_a_thread], ids=["on-the-loop", "on-a-thread"])


@pytest.fixture
def ours(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "ours")


@pytest.fixture
def another(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "another")


def told(tls: TlsFields, auth: Host | None = None) -> ServiceSettings:
    auth_address = "127.0.0.1:1" if auth is None else address_of(auth)
    return ServiceSettings(service_key=KEY, listen="127.0.0.1:0", auth_address=auth_address, **tls)


def believing(tls: TlsFields, authority: Authority) -> TlsFields:
    """Returns the same certificate with trust in an authority that did not sign it."""
    return TlsFields(
        tls_certificate=tls["tls_certificate"], tls_key=tls["tls_key"], tls_authority=authority.certificate
    )


def address_of(host: Host) -> str:
    return f"127.0.0.1:{host.port}"


async def assert_no_connection(call: Awaitable[object]) -> None:
    """Asserts that a call fails below our services, whose refusals all carry an ErrorInfo."""
    with pytest.raises(grpc.RpcError) as caught:
        await call
    assert cast("grpc.Call", caught.value).code() == grpc.StatusCode.UNAVAILABLE
    assert error_info(caught.value) is None


@both_channels
async def test_a_call_succeeds_where_both_sides_have_certificates(call: Call, ours: Authority) -> None:
    service = AccessDouble()
    async with hosted(told(ours.issue("auth")), service) as host:
        assert await call(address_of(host), told(ours.issue("ingest")))
    assert service.servicer.callers == [InternalCaller("service:ingest")]


async def test_a_host_fetches_auths_signing_keys_with_its_certificate(ours: Authority) -> None:
    access, data = AccessDouble(), DataDouble()
    async with (
        hosted(told(ours.issue("auth")), access) as auth,
        hosted(told(ours.issue("ingest"), auth), data) as host,
        open_channel(address_of(host), told(ours.issue("edge"))) as channel,
    ):
        await ask_for_types(channel)
    assert access.servicer.key_fetches == 1
    assert data.servicer.callers == [PartnerCaller(7, 3, 5)]


async def test_keys_of_an_auth_from_another_authority_are_not_fetched(ours: Authority, another: Authority) -> None:
    access, data = AccessDouble(), DataDouble()
    async with (
        hosted(told(believing(another.issue("auth"), ours)), access) as auth,
        hosted(told(ours.issue("ingest"), auth), data) as host,
        open_channel(address_of(host), told(ours.issue("edge"))) as channel,
    ):
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await ask_for_types(channel)
    info = error_info(caught.value)
    assert info is not None
    assert info.reason == "UNAVAILABLE"
    assert (access.servicer.key_fetches, data.servicer.callers) == (0, [])


async def ask_for_types(channel: grpc.aio.Channel) -> None:
    stub = data_service_pb2_grpc.DataServiceStub(channel)
    request = data_service_pb2.GetMessageTypesRequest()
    await stub.GetMessageTypes(request, metadata=partner_token(), timeout=SECONDS)


async def test_a_client_without_a_certificate_is_refused(ours: Authority) -> None:
    service = AccessDouble()
    credentials = grpc.ssl_channel_credentials(ours.certificate.read_bytes())
    async with hosted(told(ours.issue("auth")), service) as host:
        async with grpc.aio.secure_channel(address_of(host), credentials) as channel:
            await assert_no_connection(authorize(channel))
        await assert_serves_alone(host, service, ours)


@both_channels
async def test_a_client_with_a_certificate_from_another_authority_is_refused(
    call: Call, ours: Authority, another: Authority
) -> None:
    service = AccessDouble()
    async with hosted(told(ours.issue("auth")), service) as host:
        await assert_no_connection(call(address_of(host), told(believing(another.issue("ingest"), ours))))
        await assert_serves_alone(host, service, ours)


@both_channels
async def test_a_client_that_talks_in_plain_text_is_refused(call: Call, ours: Authority) -> None:
    service = AccessDouble()
    async with hosted(told(ours.issue("auth")), service) as host:
        await assert_no_connection(call(address_of(host), Settings(service_key=KEY)))
        await assert_serves_alone(host, service, ours)


async def assert_serves_alone(host: Host, service: AccessDouble, authority: Authority) -> None:
    """Asserts that nobody reached the service so far, and that it was there to be reached."""
    assert service.servicer.callers == []
    assert await on_the_loop(address_of(host), told(authority.issue("ingest")))


@both_channels
async def test_a_server_with_a_certificate_from_another_authority_is_refused(
    call: Call, ours: Authority, another: Authority
) -> None:
    service = AccessDouble()
    async with hosted(told(believing(another.issue("auth"), ours)), service) as host:
        await assert_no_connection(call(address_of(host), told(ours.issue("ingest"))))
        assert service.servicer.callers == []
        assert await call(address_of(host), told(believing(ours.issue("ingest"), another)))


@both_channels
async def test_a_server_with_a_certificate_for_another_address_is_refused(call: Call, ours: Authority) -> None:
    service = AccessDouble()
    async with hosted(told(ours.issue("auth", "127.0.0.2")), service) as host:
        await assert_no_connection(call(address_of(host), told(ours.issue("ingest"))))
    assert service.servicer.callers == []


@both_channels
async def test_a_server_without_certificates_is_refused(call: Call, ours: Authority) -> None:
    service = AccessDouble()
    async with hosted(ServiceSettings(service_key=KEY, listen="127.0.0.1:0"), service) as host:
        await assert_no_connection(call(address_of(host), told(ours.issue("ingest"))))
    assert service.servicer.callers == []
