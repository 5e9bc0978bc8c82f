# ruff: noqa: ARG002, N802 (the names and the signatures are gRPC's)
"""AccessService over gRPC: who a caller is, and what that caller may do."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from organisation.v1 import access_service_pb2 as access
from organisation.v1 import access_service_pb2_grpc

from runtime.interceptor import Context
from services.auth import logins, queries
from services.auth.decisions import Asked
from services.auth.keys import Keys
from services.auth.moments import now, timestamp
from services.auth.recorder import Denial, Recorder
from services.auth.tables import KEY_LENGTH
from services.auth.tokens import TokenIssuer
from services.auth.work import Work


class AccessServicer(access_service_pb2_grpc.AccessServiceServicer):
    """Translates, and hands denials to the recorder after deciding."""

    def __init__(
        self,
        work: Work,
        recorder: Recorder,
        keys: Keys,
        issuer: TokenIssuer,
        known_types: Collection[str],
        extensions: Mapping[int, bool],
    ) -> None:
        """extensions: by number, whether they support file upload."""
        self._work = work
        self._recorder = recorder
        self._keys = keys
        self._issuer = issuer
        self._known_types = known_types
        self._extensions = extensions

    async def Authenticate(self, request: access.AuthenticateRequest, context: Context) -> access.AuthenticateResponse:
        at = now()
        login = await self._work.read(logins.authenticate, self._keys, request.username, request.password, at)
        if login.use_is_news:
            self._recorder.used(login.secret_id, at)
        token, ends = self._issuer.issue(login, at)
        return access.AuthenticateResponse(
            token=token,
            expires_at=timestamp(ends),
            credential_id=login.credential_id,
            security_header_mode=access.SecurityHeaderMode.ValueType(login.security_header_mode),
        )

    async def GetSigningKeys(
        self, request: access.GetSigningKeysRequest, context: Context
    ) -> access.GetSigningKeysResponse:
        key = access.SigningKey(key_id=self._keys.key_id, public_key=self._keys.public)
        return access.GetSigningKeysResponse(keys=[key])

    async def Authorize(self, request: access.AuthorizeRequest, context: Context) -> access.AuthorizeResponse:
        site_id = request.site_id if request.HasField("site_id") else None
        known_type = request.message_type if request.message_type in self._known_types else None
        asked = Asked(site_id, any_type=not request.message_type)
        answer = await self._work.read(queries.authorize, request.credential_id, known_type, asked, now())
        decision = answer.decision
        if not decision.allowed:
            named = request.message_type[:KEY_LENGTH]
            self._recorder.denied(Denial(request.credential_id, named, site_id, decision.reason))
        return access.AuthorizeResponse(
            allowed=decision.allowed,
            site_id=decision.site_id,
            partner_id=answer.partner_id,
            reason=decision.reason,
            text=decision.text,
            organisation_sync_keys=answer.organisation_sync_keys,
        )

    async def ListGrantedTypes(
        self, request: access.ListGrantedTypesRequest, context: Context
    ) -> access.ListGrantedTypesResponse:
        names = await self._work.read(queries.granted_types, request.credential_id, now())
        return access.ListGrantedTypesResponse(message_types=[name for name in names if name in self._known_types])

    async def GetVendor(self, request: access.GetVendorRequest, context: Context) -> access.GetVendorResponse:
        found = await self._work.read(queries.content_vendor, request.vendor_id)
        return access.GetVendorResponse(exists=found is not None, is_content_vendor=bool(found))

    async def GetExtension(self, request: access.GetExtensionRequest, context: Context) -> access.GetExtensionResponse:
        found = self._extensions.get(request.extension_id)
        return access.GetExtensionResponse(exists=found is not None, supports_file_upload=bool(found))
