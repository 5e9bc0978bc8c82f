from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import grpc
import jwt
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from organisation.v1 import access_service_pb2 as pb
from organisation.v1 import access_service_pb2_grpc

from runtime.caller import InternalCaller
from runtime.channels import open_channel
from runtime.errors import ServiceError, busy, error_info
from runtime.ports import free_port
from runtime.settings import ServiceSettings
from runtime.tokens import InternalIdentity
from tests.runtime.doubles import KEY, AccessDouble, partner_token
from tests.support.hosting import hosted


@asynccontextmanager
async def running(service: AccessDouble) -> AsyncIterator[grpc.aio.Channel]:
    address = f"127.0.0.1:{free_port()}"
    settings = ServiceSettings(service_key=KEY, listen=address, auth_address=address)
    async with hosted(settings, service), open_channel(address, settings) as channel:
        yield channel


async def code_of(call: grpc.aio.UnaryUnaryCall[pb.AuthorizeRequest, pb.AuthorizeResponse]) -> tuple[str, str]:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call
    info = error_info(caught.value)
    assert info is not None
    return caught.value.code().name, info.reason


async def test_an_internal_rpc_is_for_our_own_services_alone() -> None:
    service = AccessDouble()
    async with running(service) as channel:
        stub = access_service_pb2_grpc.AccessServiceStub(channel)
        ask = pb.AuthorizeRequest()
        identity = InternalIdentity("service:ingest", KEY)
        assert (await stub.Authorize(ask, metadata=identity.metadata())).allowed
        assert service.servicer.callers == [InternalCaller("service:ingest")]
        assert await code_of(stub.Authorize(ask)) == ("UNAUTHENTICATED", "UNAUTHENTICATED")
        assert await code_of(stub.Authorize(ask, metadata=partner_token())) == ("PERMISSION_DENIED", "WRONG_AUDIENCE")


@pytest.mark.parametrize(
    "forged",
    [
        (("authorization", "Bearer " + jwt.encode({"sub": "service:x"}, "", algorithm="none")),),
        InternalIdentity("service:x", "another key of thirty-two letters!").metadata(),
        partner_token(exp=1),
        partner_token(iss="somebody"),
        (("authorization", "Basic YTpi"),),
        (("authorization", "Bearer " + "x" * 5000),),
    ],
    ids=["unsigned", "foreign-key", "expired", "foreign-issuer", "basic", "junk"],
)
async def test_a_forged_token_is_refused(forged: tuple[tuple[str, str], ...]) -> None:
    async with running(AccessDouble()) as channel:
        stub = access_service_pb2_grpc.AccessServiceStub(channel)
        answer = await code_of(stub.Authorize(pb.AuthorizeRequest(), metadata=forged))
        assert answer == ("UNAUTHENTICATED", "UNAUTHENTICATED")


class SlowToCheck(AccessDouble):
    """Its check holds something on a thread for a while, as one that asks a database does."""

    def __init__(self) -> None:
        super().__init__()
        self.holds = threading.Event()
        self.held_at_the_end = True

    def hold(self) -> None:
        self.holds.set()
        time.sleep(0.5)
        self.holds.clear()

    async def check(self) -> None:
        await asyncio.to_thread(self.hold)

    async def stop(self) -> None:
        self.held_at_the_end = self.holds.is_set()


async def test_a_check_under_way_ends_before_its_service_stops() -> None:
    service = SlowToCheck()
    async with running(service):
        assert await asyncio.to_thread(service.holds.wait, 10)
    assert not service.held_at_the_end


def raises(error: Exception) -> Callable[[], None]:
    def behaviour() -> None:
        raise error

    return behaviour


async def test_what_goes_wrong_becomes_a_status_with_its_reason_and_no_inner_detail() -> None:
    service = AccessDouble()
    async with running(service) as channel:
        stub = access_service_pb2_grpc.AccessServiceStub(channel)
        metadata = InternalIdentity("service:ingest", KEY).metadata()
        service.servicer.behaviour = raises(busy())
        call = stub.Authorize(pb.AuthorizeRequest(), metadata=metadata)
        assert await code_of(call) == ("RESOURCE_EXHAUSTED", "BUSY")
        service.servicer.behaviour = raises(ZeroDivisionError("secret"))
        call = stub.Authorize(pb.AuthorizeRequest(), metadata=metadata)
        assert await code_of(call) == ("INTERNAL", "INTERNAL")
        assert "secret" not in str(await call.details())


async def test_health_tells_the_truth_and_needs_no_token() -> None:
    service = AccessDouble()
    async with running(service) as channel:
        stub = health_pb2_grpc.HealthStub(channel)
        for name in ("", "organisation.v1.AccessService"):
            answer = await stub.Check(health_pb2.HealthCheckRequest(service=name))
            assert answer.status == health_pb2.HealthCheckResponse.SERVING
        service.ready = False
        deadline = time.monotonic() + 10
        while answer.status == health_pb2.HealthCheckResponse.SERVING and time.monotonic() < deadline:
            answer = await stub.Check(health_pb2.HealthCheckRequest())
        assert answer.status == health_pb2.HealthCheckResponse.NOT_SERVING


async def test_reflection_lists_the_services_without_a_token() -> None:
    async with running(AccessDouble()) as channel:
        stub = reflection_pb2_grpc.ServerReflectionStub(channel)
        call = stub.ServerReflectionInfo(iter([reflection_pb2.ServerReflectionRequest(list_services="")]))
        answer = await call.read()
        names = [service.name for service in answer.list_services_response.service]
        assert "organisation.v1.AccessService" in names


def test_an_error_carries_its_metadata() -> None:
    error: ServiceError = busy(7)
    assert error.metadata == {"retry_after_seconds": "7"}
