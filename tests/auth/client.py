"""A running auth service, and calls to it by real stubs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

import grpc
from google.protobuf.timestamp_pb2 import Timestamp
from organisation.v1 import access_admin_service_pb2 as admin_pb
from organisation.v1 import access_admin_service_pb2_grpc as admin_grpc
from organisation.v1 import access_service_pb2 as access_pb
from organisation.v1 import access_service_pb2_grpc as access_grpc

from runtime.ports import free_port
from runtime.server import Host
from runtime.tokens import InternalIdentity, Metadata
from services.auth.service import AuthService
from services.auth.settings import AuthSettings

SERVICE_KEY = "a service key that is long enough for tests"
AUTH_KEY = "an auth key that is long enough for these tests"
FOLDER = "Create.Course.Element.Folder"
PAGE = "Create.Course.Element.Page"
FILE = "Create.Course.Element.File"
KNOWN_TYPES = frozenset({FOLDER, PAGE, FILE})
EXTENSIONS = {5009: True, 5010: False}

T = TypeVar("T")


def settings_for(database_url: str, **changed: object) -> AuthSettings:
    address = f"127.0.0.1:{free_port()}"
    values: dict[str, object] = {
        "service_key": SERVICE_KEY,
        "auth_key": AUTH_KEY,
        "database_url": database_url,
        "listen": address,
        "auth_address": address,
        "drain_seconds": 1.0,
    }
    return AuthSettings.model_validate(values | changed)


class Auth:
    """Stubs, and the few things that most tests do first."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self.access = access_grpc.AccessServiceStub(channel)
        self.admin = admin_grpc.AccessAdminServiceStub(channel)
        self.service = InternalIdentity("service:test", SERVICE_KEY).metadata()
        self.operator = InternalIdentity("operator:ana", SERVICE_KEY).metadata()

    async def site(self, site_id: int) -> int:
        request = admin_pb.CreateSiteRequest(site_id=site_id, name=f"Site {site_id}")
        return (await self.admin.CreateSite(request, metadata=self.operator)).site.site_id

    async def partner(self, name: str) -> int:
        request = admin_pb.CreatePartnerRequest(name=name)
        return (await self.admin.CreatePartner(request, metadata=self.operator)).partner.partner_id

    async def credential(
        self, partner_id: int, site_id: int | None = None, **fields: object
    ) -> admin_pb.CreateCredentialResponse:
        request = admin_pb.CreateCredentialRequest(partner_id=partner_id, site_id=site_id, **fields)  # type: ignore[arg-type]  # (any field)
        return await self.admin.CreateCredential(request, metadata=self.operator)

    async def grant(self, credential_id: int, *names: str, site_id: int | None = None) -> None:
        request = admin_pb.GrantTypesRequest(credential_id=credential_id, message_types=names, site_id=site_id)
        await self.admin.GrantTypes(request, metadata=self.operator)

    async def allow(self, site_id: int, partner_id: int, *, allowed: bool = True) -> None:
        request = admin_pb.SetSiteAccessRequest(site_id=site_id, partner_id=partner_id, allowed=allowed)
        await self.admin.SetSiteAccess(request, metadata=self.operator)

    async def revoke(self, credential_id: int) -> None:
        request = admin_pb.RevokeCredentialRequest(credential_id=credential_id)
        await self.admin.RevokeCredential(request, metadata=self.operator)

    async def authenticate(self, username: str, password: str) -> access_pb.AuthenticateResponse:
        return await self.access.Authenticate(access_pb.AuthenticateRequest(username=username, password=password))

    async def authorize(
        self, credential_id: int, message_type: str = FOLDER, site_id: int | None = None
    ) -> access_pb.AuthorizeResponse:
        request = access_pb.AuthorizeRequest(credential_id=credential_id, message_type=message_type, site_id=site_id)
        return await self.access.Authorize(request, metadata=self.service)

    async def granted(self, credential_id: int) -> list[str]:
        request = access_pb.ListGrantedTypesRequest(credential_id=credential_id)
        return list((await self.access.ListGrantedTypes(request, metadata=self.service)).message_types)

    async def show(self, credential_id: int) -> admin_pb.Credential:
        token = ""
        while True:
            request = admin_pb.ListCredentialsRequest(page_token=token)
            answer = await self.admin.ListCredentials(request, metadata=self.operator)
            for credential in answer.credentials:
                if credential.credential_id == credential_id:
                    return credential
            token = answer.next_page_token
            assert token

    async def entries(self, subject: str = "") -> list[admin_pb.AuditEntry]:
        request = admin_pb.ListAuditEntriesRequest(subject=subject, page_size=1000)
        return list((await self.admin.ListAuditEntries(request, metadata=self.operator)).entries)

    async def denials(self, subject: str, count: int) -> list[admin_pb.AuditEntry]:
        """Returns the denials on a subject, newest first, once there are so many."""

        async def look() -> list[admin_pb.AuditEntry]:
            return [entry for entry in await self.entries(subject) if entry.action == "denied"]

        return await eventually(look, lambda found: len(found) >= count)


@asynccontextmanager
async def running(database_url: str, **changed: object) -> AsyncIterator[Auth]:
    """Runs the service on a port of its own."""
    settings = settings_for(database_url, **changed)
    host = Host(settings, [AuthService(settings, KNOWN_TYPES, EXTENSIONS)])
    port = await host.start()
    try:
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
            yield Auth(channel)
    finally:
        await host.stop()


async def eventually(look: Callable[[], Awaitable[T]], wanted: Callable[[T], bool]) -> T:
    for _ in range(100):
        found = await look()
        if wanted(found):
            return found
        await asyncio.sleep(0.03)
    raise AssertionError(f"still not so after three seconds: {found}")


async def refusal(call: Awaitable[object]) -> grpc.aio.AioRpcError:
    """Returns the error that a call must end with."""
    try:
        answer = await call
    except grpc.aio.AioRpcError as error:
        return error
    raise AssertionError(f"not refused: {answer}")


def bearer(token: str) -> Metadata:
    return (("authorization", f"Bearer {token}"),)


def timestamp(seconds: float) -> Timestamp:
    stamp = Timestamp()
    stamp.FromMicroseconds(int(seconds * 1_000_000))
    return stamp
