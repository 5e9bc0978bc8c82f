"""The services around the one under test: small ones, that say what a test puts in."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from organisation.soap.v1.annotations_pb2 import operation_contract
from organisation.v1 import access_service_pb2 as access
from organisation.v1 import access_service_pb2_grpc, platform_service_pb2_grpc, read_data_service_pb2
from organisation.v1 import platform_service_pb2 as platform

from runtime.errors import unauthenticated
from runtime.ports import free_port
from runtime.server import Endpoint
from runtime.settings import ServiceSettings
from runtime.tokens import PARTNER_ISSUER, InternalIdentity, Metadata
from tests.support.hosting import hosted

KEY = "k" * 32
PRIVATE = Ed25519PrivateKey.generate()
PUBLIC = PRIVATE.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

METHODS = read_data_service_pb2.DESCRIPTOR.services_by_name["ReadDataService"].methods
READS = tuple(method.GetOptions().Extensions[operation_contract].message_type for method in METHODS)
DENIED = "Your security settings don't allow you to perform that operation."


@dataclass
class Credential:
    """One of a partner's; site_id None: of all sites, of which it may act on those in sites."""

    credential_id: int
    site_id: int | None
    sites: set[int] = field(default_factory=set)
    organisations: tuple[str, ...] = ()
    is_revoked: bool = False
    types: tuple[str, ...] = ("", *READS)

    def metadata(self) -> Metadata:
        claims = {"iss": PARTNER_ISSUER, "sub": str(self.credential_id), "partner": 1, "exp": int(time.time()) + 600}
        if self.site_id is not None:
            claims["site"] = self.site_id
        token = jwt.encode(claims, PRIVATE, algorithm="EdDSA", headers={"kid": "one"})
        return (("authorization", f"Bearer {token}"),)


INTERNAL = InternalIdentity("service:test", KEY)


class AccessPeer(access_service_pb2_grpc.AccessServiceServicer):
    """Stands for auth."""

    def __init__(self) -> None:
        self.credentials: dict[int, Credential] = {}
        self.asked: list[tuple[int, str, int | None]] = []

    def add(self, credential: Credential) -> Credential:
        self.credentials[credential.credential_id] = credential
        return credential

    async def GetSigningKeys(self, request: object, context: object) -> access.GetSigningKeysResponse:  # noqa: N802 (gRPC)
        return access.GetSigningKeysResponse(keys=[access.SigningKey(key_id="one", public_key=PUBLIC)])

    async def Authorize(self, request: access.AuthorizeRequest, context: object) -> access.AuthorizeResponse:  # noqa: N802 (gRPC)
        named = request.site_id if request.HasField("site_id") else None
        self.asked.append((request.credential_id, request.message_type, named))
        credential = self.living(request.credential_id)
        if request.message_type not in credential.types:
            return access.AuthorizeResponse(reason="TYPE_NOT_GRANTED", text=DENIED)
        if credential.site_id is not None:
            if named is not None:
                return access.AuthorizeResponse(reason="SITE_NOT_ALLOWED", text=DENIED)
            return self.allowed(credential, credential.site_id)
        if named is None:
            return access.AuthorizeResponse(
                reason="SITE_REQUIRED", text="SiteId should be specified to perform the action."
            )
        if named not in credential.sites:
            return access.AuthorizeResponse(reason="SITE_DENIED", text=DENIED)
        return self.allowed(credential, named)

    async def ListGrantedTypes(  # noqa: N802 (gRPC)
        self, request: access.ListGrantedTypesRequest, context: object
    ) -> access.ListGrantedTypesResponse:
        types = self.living(request.credential_id).types
        return access.ListGrantedTypesResponse(message_types=[one for one in types if one])

    def living(self, credential_id: int) -> Credential:
        credential = self.credentials[credential_id]
        if credential.is_revoked:
            raise unauthenticated()
        return credential

    async def GetExtension(self, request: access.GetExtensionRequest, context: object) -> access.GetExtensionResponse:  # noqa: N802 (gRPC)
        found = {5009: True, 5010: False}.get(request.extension_id)
        return access.GetExtensionResponse(exists=found is not None, supports_file_upload=bool(found))

    def allowed(self, credential: Credential, site_id: int) -> access.AuthorizeResponse:
        return access.AuthorizeResponse(
            allowed=True, site_id=site_id, partner_id=1, organisation_sync_keys=credential.organisations
        )


class PlatformPeer(platform_service_pb2_grpc.PlatformServiceServicer):
    """Stands for the processor: messages by (credential, message) and the files that their content uses."""

    def __init__(self) -> None:
        self.ended: dict[tuple[int, int], list[str]] = {}
        self.asked: list[tuple[int, int]] = []

    async def GetFileUse(self, request: platform.GetFileUseRequest, context: object) -> platform.GetFileUseResponse:  # noqa: N802 (gRPC)
        keys = [(message.credential_id, message.message_id) for message in request.messages]
        self.asked += keys
        return platform.GetFileUseResponse(
            uses=[platform.FileUse(ended=key in self.ended, file_ids=self.ended.get(key, ())) for key in keys]
        )


class Peers:
    """Auth and the processor on one address."""

    name = "peers"

    def __init__(self) -> None:
        self.access = AccessPeer()  # type: ignore[abstract]  # the rpcs that are asked for are enough here
        self.platform = PlatformPeer()  # type: ignore[abstract]  # as above
        self.processor: platform_service_pb2_grpc.PlatformServiceServicer = self.platform
        self.address = f"127.0.0.1:{free_port()}"

    def endpoints(self) -> list[Endpoint]:
        return [
            Endpoint(
                access.DESCRIPTOR.services_by_name["AccessService"],
                access_service_pb2_grpc.add_AccessServiceServicer_to_server,
                self.access,
            ),
            Endpoint(
                platform.DESCRIPTOR.services_by_name["PlatformService"],
                platform_service_pb2_grpc.add_PlatformServiceServicer_to_server,
                self.processor,
            ),
        ]

    async def start(self) -> None: ...

    async def check(self) -> None: ...

    async def stop(self) -> None: ...


@asynccontextmanager
async def hosted_peers(
    processor: platform_service_pb2_grpc.PlatformServiceServicer | None = None,
) -> AsyncIterator[Peers]:
    """Runs auth and the processor; `processor` stands in the place of PlatformPeer."""
    peers = Peers()
    peers.processor = processor or peers.platform
    async with hosted(ServiceSettings(service_key=KEY, listen=peers.address, auth_address=peers.address), peers):
        yield peers
