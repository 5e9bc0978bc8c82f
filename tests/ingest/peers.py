"""Auth as ingest needs it: a small service on a port of its own that says what a test puts in."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from organisation.v1 import access_service_pb2 as access
from organisation.v1 import access_service_pb2_grpc

from runtime.errors import unauthenticated
from runtime.ports import free_port
from runtime.server import Endpoint
from runtime.settings import ServiceSettings
from runtime.tokens import PARTNER_ISSUER, InternalIdentity, Metadata
from tests.support.hosting import hosted

KEY = "k" * 32
PRIVATE = Ed25519PrivateKey.generate()
PUBLIC = PRIVATE.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
INTERNAL = InternalIdentity("service:test", KEY)

FOLDER = "Create.Course.Element.Folder"
REFUSED = "Your security settings don't allow you to perform that operation."
TYPE_NOT_GRANTED = f"{REFUSED} Please contact administration to grant you an access."
SITE_REQUIRED = "SiteId should be specified to perform the action."
SITE_NOT_ALLOWED = f"{REFUSED} SiteId can't be specified because you have an access to specific site."


@dataclass
class Credential:
    """One of a partner's; site_id None: of all sites, of which it may act on those in sites."""

    credential_id: int
    site_id: int | None
    partner_id: int = 1
    sites: tuple[int, ...] = ()
    types: tuple[str, ...] = (FOLDER, "Create.Course.Element.Page", "Read.Courses")
    organisations: tuple[str, ...] = ()
    revoked: bool = False

    def metadata(self) -> Metadata:
        claims = {
            "iss": PARTNER_ISSUER,
            "sub": str(self.credential_id),
            "partner": self.partner_id,
            "exp": int(time.time()) + 600,
        }
        if self.site_id is not None:
            claims["site"] = self.site_id
        token = jwt.encode(claims, PRIVATE, algorithm="EdDSA", headers={"kid": "one"})
        return (("authorization", f"Bearer {token}"),)


@dataclass
class AccessPeer(access_service_pb2_grpc.AccessServiceServicer):
    """Stands for auth; `denials` are those that auth would record."""

    credentials: dict[int, Credential] = field(default_factory=dict)
    denials: list[tuple[int, str, str]] = field(default_factory=list)

    def add(self, credential: Credential) -> Credential:
        self.credentials[credential.credential_id] = credential
        return credential

    def living(self, credential_id: int) -> Credential:
        credential = self.credentials[credential_id]
        if credential.revoked:
            raise unauthenticated()
        return credential

    async def Authenticate(self, request: object, context: object) -> access.AuthenticateResponse:  # noqa: N802 (gRPC)
        raise unauthenticated()

    async def GetVendor(self, request: object, context: object) -> access.GetVendorResponse:  # noqa: N802 (gRPC)
        return access.GetVendorResponse()

    async def GetExtension(self, request: object, context: object) -> access.GetExtensionResponse:  # noqa: N802 (gRPC)
        return access.GetExtensionResponse()

    async def GetSigningKeys(self, request: object, context: object) -> access.GetSigningKeysResponse:  # noqa: N802 (gRPC)
        return access.GetSigningKeysResponse(keys=[access.SigningKey(key_id="one", public_key=PUBLIC)])

    async def ListGrantedTypes(  # noqa: N802 (gRPC)
        self, request: access.ListGrantedTypesRequest, context: object
    ) -> access.ListGrantedTypesResponse:
        return access.ListGrantedTypesResponse(message_types=self.living(request.credential_id).types)

    async def Authorize(self, request: access.AuthorizeRequest, context: object) -> access.AuthorizeResponse:  # noqa: N802 (gRPC)
        credential = self.living(request.credential_id)
        named = request.site_id if request.HasField("site_id") else None
        reason, text = self.decide(credential, request.message_type, named)
        if reason:
            self.denials.append((request.credential_id, request.message_type, reason))
            return access.AuthorizeResponse(reason=reason, text=text)
        return access.AuthorizeResponse(
            allowed=True,
            site_id=credential.site_id or named or 0,
            partner_id=credential.partner_id,
            organisation_sync_keys=credential.organisations,
        )

    def decide(self, credential: Credential, message_type: str, named: int | None) -> tuple[str, str]:
        if message_type not in credential.types:
            return "TYPE_NOT_GRANTED", TYPE_NOT_GRANTED
        if credential.site_id is not None:
            return ("", "") if named is None else ("SITE_NOT_ALLOWED", SITE_NOT_ALLOWED)
        if named is None:
            return "SITE_REQUIRED", SITE_REQUIRED
        if named not in credential.sites:
            return "SITE_UNKNOWN", f"SiteId='{named}' is not valid."
        return "", ""


class Auth:
    """The peer as a service."""

    name = "auth"

    def __init__(self) -> None:
        self.access = AccessPeer()
        self.address = f"127.0.0.1:{free_port()}"

    def endpoints(self) -> list[Endpoint]:
        descriptor = access.DESCRIPTOR.services_by_name["AccessService"]
        return [Endpoint(descriptor, access_service_pb2_grpc.add_AccessServiceServicer_to_server, self.access)]

    async def start(self) -> None: ...

    async def check(self) -> None: ...

    async def stop(self) -> None: ...


@asynccontextmanager
async def hosted_auth() -> AsyncIterator[Auth]:
    auth = Auth()
    settings = ServiceSettings(service_key=KEY, listen=auth.address, auth_address=auth.address, drain_seconds=0.2)
    async with hosted(settings, auth):
        yield auth
