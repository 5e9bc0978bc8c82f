"""Passwords are checked by auth; one that was found right is believed for a moment, under a key that hides it."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from organisation.v1.access_service_pb2 import AuthenticateResponse, SecurityHeaderMode

from edge.wsse import UsernameToken

CACHE_SIZE = 10_000
TOKEN_MARGIN_SECONDS = 10.0

Authenticate = Callable[[str, str, str], Awaitable[AuthenticateResponse]]
"""Asks auth: user name, password, request id. Raises grpc.RpcError."""


@dataclass(frozen=True, slots=True)
class VerifiedCaller:
    """A credential whose password was right, and the token that stands for it."""

    token: str
    credential_id: int
    security_header_mode: SecurityHeaderMode.ValueType


class Credentials:
    """Remembers right passwords for seconds, by a MAC whose key only this process has; wrong ones never.

    Of many requests with one unknown password at once, one asks auth and the others wait for its answer. For one
    event loop.
    """

    def __init__(self, authenticate: Authenticate, keep_seconds: float) -> None:
        self._authenticate = authenticate
        self._keep_seconds = keep_seconds
        self._key = secrets.token_bytes(32)
        self._kept: dict[bytes, tuple[VerifiedCaller, float]] = {}
        self._asking: dict[bytes, asyncio.Future[VerifiedCaller]] = {}

    def known(self, token: UsernameToken) -> VerifiedCaller | None:
        """Returns whom the token stands for, where its password was found right a moment ago."""
        kept = self._kept.get(self._cache_key(token))
        return kept[0] if kept is not None and kept[1] > time.monotonic() else None

    async def verify(self, token: UsernameToken, request_id: str) -> VerifiedCaller:
        """Asks auth whom the token stands for; raises its grpc.RpcError (UNAUTHENTICATED: a wrong password)."""
        key = self._cache_key(token)
        asking = self._asking.get(key)
        if asking is None:
            asking = asyncio.ensure_future(self._ask(key, token, request_id))
            self._asking[key] = asking
            asking.add_done_callback(lambda _: self._asking.pop(key, None))
        # Shielded: who asked first may go away while others wait for the same answer.
        return await asyncio.shield(asking)

    def forget(self, token: UsernameToken) -> None:
        """Drops what is believed of a password, since a service refused its token."""
        self._kept.pop(self._cache_key(token), None)

    async def _ask(self, key: bytes, token: UsernameToken, request_id: str) -> VerifiedCaller:
        asked_at = time.monotonic()
        answer = await self._authenticate(token.username, token.password, request_id)
        caller = VerifiedCaller(answer.token, answer.credential_id, answer.security_header_mode)
        lifetime = answer.expires_at.ToSeconds() - time.time() - TOKEN_MARGIN_SECONDS
        if len(self._kept) >= CACHE_SIZE:
            self._kept.clear()
        self._kept[key] = (caller, asked_at + min(self._keep_seconds, lifetime))
        return caller

    def _cache_key(self, token: UsernameToken) -> bytes:
        name = token.username.encode()
        message = len(name).to_bytes(4, "big") + name + token.password.encode()
        # BLAKE2b is a MAC by itself (RFC 7693), and takes a third of an HMAC's time.
        return hashlib.blake2b(message, key=self._key, digest_size=32).digest()
