from __future__ import annotations

import base64
import json
import time

import grpc
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from organisation.v1 import access_admin_service_pb2 as admin_pb
from organisation.v1 import access_service_pb2 as access_pb

from runtime.caller import PartnerCaller
from runtime.errors import error_info
from runtime.tokens import PARTNER_ISSUER, TokenVerifier
from tests.auth.client import SERVICE_KEY, Auth, bearer, refusal


async def signing_key(auth: Auth) -> access_pb.SigningKey:
    return (await auth.access.GetSigningKeys(access_pb.GetSigningKeysRequest())).keys[0]


async def token_of(auth: Auth, site_id: int | None) -> tuple[str, int, int]:
    """Returns a token with its credential and partner."""
    partner = await auth.partner("Acme")
    made = await auth.credential(partner, site_id, username="acme")
    answer = await auth.authenticate("acme", made.secret)
    return answer.token, made.credential.credential_id, partner


@pytest.mark.parametrize("site_id", [7, None])
async def test_the_services_verifier_reads_the_token(auth: Auth, site_id: int | None) -> None:
    await auth.site(7)
    token, credential, partner = await token_of(auth, site_id)
    key = await signing_key(auth)

    async def fetch() -> dict[str, bytes]:
        return {key.key_id: key.public_key}

    caller = await TokenVerifier(SERVICE_KEY, fetch).verify(f"Bearer {token}")
    assert caller == PartnerCaller(credential, partner, site_id)


async def test_a_partners_token_opens_nothing_of_auths(auth: Auth) -> None:
    token, credential, _ = await token_of(auth, None)
    metadata = bearer(token)
    calls = (
        auth.access.Authorize(access_pb.AuthorizeRequest(credential_id=credential), metadata=metadata),
        auth.access.ListGrantedTypes(access_pb.ListGrantedTypesRequest(credential_id=credential), metadata=metadata),
        auth.access.GetVendor(access_pb.GetVendorRequest(vendor_id="v"), metadata=metadata),
        auth.access.GetExtension(access_pb.GetExtensionRequest(extension_id=5009), metadata=metadata),
        auth.admin.CreateSite(admin_pb.CreateSiteRequest(name="Mine"), metadata=metadata),
        auth.admin.ListCredentials(admin_pb.ListCredentialsRequest(), metadata=metadata),
        auth.admin.RotateSecret(admin_pb.RotateSecretRequest(credential_id=credential), metadata=metadata),
        auth.admin.GrantTypes(admin_pb.GrantTypesRequest(credential_id=credential), metadata=metadata),
        auth.admin.ListAuditEntries(admin_pb.ListAuditEntriesRequest(), metadata=metadata),
    )
    for call in calls:
        error = await refusal(call)
        info = error_info(error)
        assert error.code() == grpc.StatusCode.PERMISSION_DENIED
        assert info is not None
        assert info.reason == "WRONG_AUDIENCE"


async def test_a_forged_token_is_no_token(auth: Auth) -> None:
    token, credential, partner = await token_of(auth, None)
    key = await signing_key(auth)
    claims = {"iss": PARTNER_ISSUER, "sub": str(credential), "partner": partner, "exp": int(time.time()) + 60}
    internal = claims | {"iss": "organisation-api/internal", "sub": "operator:eve"}
    header, body, signature = token.split(".")
    other_body = part(claims | {"sub": str(credential + 1)})
    stranger = Ed25519PrivateKey.generate()
    forged = [
        f"{part({'alg': 'none', 'kid': key.key_id})}.{body}.",
        f"{part({'alg': 'none'})}.{part(internal)}.",
        f"{header}.{other_body}.{signature}",
        f"{header}.{body}.",
        jwt.encode(internal, key.public_key, algorithm="HS256", headers={"kid": key.key_id}),
        jwt.encode(claims, key.public_key, algorithm="HS256", headers={"kid": key.key_id}),
        jwt.encode(claims, stranger, algorithm="EdDSA", headers={"kid": key.key_id}),
        jwt.encode(claims, stranger, algorithm="EdDSA", headers={"kid": "0" * 16}),
        jwt.encode(claims, stranger, algorithm="EdDSA"),
        jwt.encode(claims, SERVICE_KEY, algorithm="HS256"),
        "a.b.c",
        "",
    ]
    for attempt in forged:
        request = access_pb.AuthorizeRequest(credential_id=credential)
        error = await refusal(auth.access.Authorize(request, metadata=bearer(attempt)))
        assert error.code() == grpc.StatusCode.UNAUTHENTICATED, attempt


def part(value: dict[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")
