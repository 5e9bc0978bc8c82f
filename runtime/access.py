"""Asks auth for decisions; permissions are kept for at most 3 seconds, denials not at all (decision 11)."""

from __future__ import annotations

import time
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import TypeVar

import grpc
from organisation.v1 import access_service_pb2, access_service_pb2_grpc, error_reason_pb2

from runtime.errors import PREFIX, ServiceError, invalid_field, unauthenticated
from runtime.tokens import InternalIdentity

KEEP_SECONDS = 3.0
TIMEOUT_SECONDS = 5.0
CACHE_SIZE = 10_000

Key = tuple[int, str, int | None]
A = TypeVar("A")


@dataclass(frozen=True, slots=True)
class Permission:
    """Leave to act on a site."""

    site_id: int
    partner_id: int
    organisation_sync_keys: tuple[str, ...] = ()
    """Organisations that the credential is narrowed to; none: all of the site's."""


class AccessClient:
    """Decides by asking auth, for the original credential of a request."""

    def __init__(self, channel: grpc.aio.Channel, identity: InternalIdentity) -> None:
        self._stub = access_service_pb2_grpc.AccessServiceStub(channel)
        self._identity = identity
        self._kept: dict[Key, tuple[Permission, float]] = {}
        self._types: dict[int, tuple[tuple[str, ...], float]] = {}

    async def authorize(self, credential_id: int, message_type: str, site_id: int | None) -> Permission:
        """Returns the permission; raises PERMISSION_DENIED with the exact text of contract section 9.

        message_type "" asks only whether the credential may act on the site.
        """
        key = (credential_id, message_type, site_id)
        kept = self._kept.get(key)
        if kept is not None and kept[1] > time.monotonic():
            return kept[0]
        asked_at = time.monotonic()
        request = access_service_pb2.AuthorizeRequest(
            credential_id=credential_id, message_type=message_type, site_id=site_id
        )
        answer = await asked(self._stub.Authorize(request, metadata=self._identity.metadata(), timeout=TIMEOUT_SECONDS))
        if not answer.allowed:
            self._kept.pop(key, None)
            raise denial(answer, site_id)
        permission = Permission(answer.site_id, answer.partner_id, tuple(answer.organisation_sync_keys))
        if len(self._kept) >= CACHE_SIZE:
            self._kept.clear()
        self._kept[key] = (permission, asked_at + KEEP_SECONDS)
        return permission

    async def check_extension(self, extension_id: int) -> None:
        """Raises INVALID_ARGUMENT for an extension that does not exist, or that takes no files."""
        request = access_service_pb2.GetExtensionRequest(extension_id=extension_id)
        answer = await self._stub.GetExtension(request, metadata=self._identity.metadata(), timeout=TIMEOUT_SECONDS)
        if not answer.exists:
            raise invalid_field("extension_id", "Extension with specified ExtensionId is not valid.")
        if not answer.supports_file_upload:
            raise invalid_field("extension_id", "Extension with specified ExtensionId does not support file upload.")

    async def require_living(self, credential_id: int) -> None:
        """Raises UNAUTHENTICATED once the credential was revoked or has expired, though its token may live on."""
        await self.granted_types(credential_id)

    async def granted_types(self, credential_id: int) -> tuple[str, ...]:
        """Returns the dotted names that the credential may use, over all its sites, sorted."""
        kept = self._types.get(credential_id)
        if kept is not None and kept[1] > time.monotonic():
            return kept[0]
        asked_at = time.monotonic()
        request = access_service_pb2.ListGrantedTypesRequest(credential_id=credential_id)
        answer = await asked(
            self._stub.ListGrantedTypes(request, metadata=self._identity.metadata(), timeout=TIMEOUT_SECONDS)
        )
        if len(self._types) >= CACHE_SIZE:
            self._types.clear()
        names = tuple(answer.message_types)
        self._types[credential_id] = (names, asked_at + KEEP_SECONDS)
        return names


async def asked(call: Awaitable[A]) -> A:
    """Returns auth's answer; UNAUTHENTICATED, for a credential that was revoked or has expired, goes to the caller."""
    try:
        return await call
    except grpc.aio.AioRpcError as error:
        if error.code() == grpc.StatusCode.UNAUTHENTICATED:
            raise unauthenticated() from error
        raise


def denial(answer: access_service_pb2.AuthorizeResponse, site_id: int | None) -> ServiceError:
    """Returns a denial as the caller sees it."""
    reason = error_reason_pb2.ErrorReason.Value(PREFIX + answer.reason)
    metadata = {} if site_id is None else {"site_id": str(site_id)}
    return ServiceError(grpc.StatusCode.PERMISSION_DENIED, reason, answer.text, metadata)
