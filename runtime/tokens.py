"""Tokens: a partner's, signed by auth with Ed25519; a service's or operator's, signed with the shared service key."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from jwt.types import Options

from runtime.caller import AUTHORIZATION, CURRENT_REQUEST_ID, REQUEST_ID, Caller, InternalCaller, PartnerCaller
from runtime.errors import unauthenticated

PARTNER_ISSUER = "organisation-api/auth"
INTERNAL_ISSUER = "organisation-api/internal"
INTERNAL_SECONDS = 300
CACHE_SIZE = 10_000
KEY_FETCH_SECONDS = 5.0

Metadata = tuple[tuple[str, str], ...]
KeySource = Callable[[], Awaitable[Mapping[str, bytes]]]
"""Fetches auth's public keys: key id -> 32 raw bytes."""


class InternalIdentity:
    """Proves to our own services who calls: "service:ingest" or "operator:ana"."""

    def __init__(self, subject: str, service_key: str) -> None:
        self.subject = subject
        self._key = service_key
        self._authorization = ""
        self._renew_at = 0.0

    def metadata(self) -> Metadata:
        """Returns the metadata to send with a call: token and current request id."""
        now = time.time()
        if now >= self._renew_at:
            claims = {"iss": INTERNAL_ISSUER, "sub": self.subject, "iat": int(now), "exp": int(now) + INTERNAL_SECONDS}
            self._authorization = "Bearer " + jwt.encode(claims, self._key, algorithm="HS256")
            self._renew_at = now + INTERNAL_SECONDS / 2
        request_id = CURRENT_REQUEST_ID.get()
        token = (AUTHORIZATION, self._authorization)
        return (token, (REQUEST_ID, request_id)) if request_id else (token,)


class TokenVerifier:
    """Turns the authorization of a call into its caller. Verified tokens are remembered until they end."""

    def __init__(self, service_key: str, fetch_keys: KeySource) -> None:
        self._service_key = service_key
        self._fetch_keys = fetch_keys
        self._keys: dict[str, Ed25519PublicKey] = {}
        self._fetched_at = float("-inf")
        self._known: dict[str, tuple[Caller, float]] = {}

    async def verify(self, authorization: str) -> Caller:
        """Returns who sent "Bearer TOKEN"; raises UNAUTHENTICATED for anything that is not in order."""
        known = self._known.get(authorization)
        if known is not None and known[1] > time.time():
            return known[0]
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise unauthenticated()
        try:
            caller, expires = await self._decode(token)
        except (jwt.PyJWTError, KeyError, ValueError) as error:
            raise unauthenticated() from error
        if len(self._known) >= CACHE_SIZE:
            self._known.clear()
        self._known[authorization] = (caller, expires)
        return caller

    async def _decode(self, token: str) -> tuple[Caller, float]:
        header = jwt.get_unverified_header(token)
        required: Options = {"require": ["exp", "sub", "iss"]}
        if header.get("alg") == "HS256":
            claims = jwt.decode(
                token, self._service_key, algorithms=["HS256"], issuer=INTERNAL_ISSUER, options=required
            )
            return InternalCaller(claims["sub"]), float(claims["exp"])
        key = await self._public_key(str(header.get("kid")))
        claims = jwt.decode(token, key, algorithms=["EdDSA"], issuer=PARTNER_ISSUER, options=required)
        site = claims.get("site")
        caller = PartnerCaller(int(claims["sub"]), int(claims["partner"]), None if site is None else int(site))
        return caller, float(claims["exp"])

    async def _public_key(self, key_id: str) -> Ed25519PublicKey:
        """Fetches the keys anew for an unknown id, but not more often than every few seconds."""
        if key_id not in self._keys and time.monotonic() - self._fetched_at > KEY_FETCH_SECONDS:
            fetched = await self._fetch_keys()
            self._fetched_at = time.monotonic()
            self._keys = {name: Ed25519PublicKey.from_public_bytes(raw) for name, raw in fetched.items()}
        return self._keys[key_id]
