# ruff: noqa: ARG002, N802 (the names and the signatures are gRPC's)
"""AccessAdminService over gRPC: administers access. The actor of each change is the calling token's subject."""

from __future__ import annotations

from collections.abc import Collection

from google.protobuf.timestamp_pb2 import Timestamp
from organisation.v1 import access_admin_service_pb2 as admin
from organisation.v1 import access_admin_service_pb2_grpc

from runtime.caller import current_internal
from runtime.errors import invalid_field
from runtime.interceptor import Context
from runtime.paging import encode_page_token, page_size_of
from services.auth import audit, credentials, grants, listing, partners, sites
from services.auth.explaining import Explainer
from services.auth.keys import Keys
from services.auth.moments import SECOND
from services.auth.refusals import checked_text, key_in
from services.auth.tables import SUBJECT_LENGTH
from services.auth.work import Work


class AccessAdminServicer(access_admin_service_pb2_grpc.AccessAdminServiceServicer):
    """Translates; what it does is in the modules named after the nouns."""

    def __init__(self, work: Work, keys: Keys, known_types: Collection[str], explainer: Explainer) -> None:
        self._work = work
        self._explainer = explainer
        self._keys = keys
        self._known_types = known_types

    async def CreateSite(self, request: admin.CreateSiteRequest, context: Context) -> admin.CreateSiteResponse:
        made = await self._work.change(sites.create, actor(), request.site_id, request.name)
        return admin.CreateSiteResponse(site=made)

    async def ListSites(self, request: admin.ListSitesRequest, context: Context) -> admin.ListSitesResponse:
        size = page_size_of(request.page_size)
        page = await self._work.read(sites.page, key_in(request.page_token), size)
        token = encode_page_token(page[-1].site_id) if len(page) == size else ""
        return admin.ListSitesResponse(sites=page, next_page_token=token)

    async def CreatePartner(self, request: admin.CreatePartnerRequest, context: Context) -> admin.CreatePartnerResponse:
        made = await self._work.change(partners.create, actor(), request.name)
        return admin.CreatePartnerResponse(partner=made)

    async def ListPartners(self, request: admin.ListPartnersRequest, context: Context) -> admin.ListPartnersResponse:
        size = page_size_of(request.page_size)
        page = await self._work.read(partners.page, key_in(request.page_token), size)
        token = encode_page_token(page[-1].partner_id) if len(page) == size else ""
        return admin.ListPartnersResponse(partners=page, next_page_token=token)

    async def PutVendor(self, request: admin.PutVendorRequest, context: Context) -> admin.PutVendorResponse:
        await self._work.change(
            partners.put_vendor, actor(), request.vendor_id, is_content_vendor=request.is_content_vendor
        )
        return admin.PutVendorResponse()

    async def CreateCredential(
        self, request: admin.CreateCredentialRequest, context: Context
    ) -> admin.CreateCredentialResponse:
        new = credentials.NewCredential(
            partner_id=request.partner_id,
            site_id=request.site_id if request.HasField("site_id") else None,
            username=request.username,
            expires_at=moment_of(request.expires_at) if request.HasField("expires_at") else None,
            imported_secret=request.imported_secret,
            security_header_mode=request.security_header_mode,
            organisation_sync_keys=tuple(request.organisation_sync_keys),
        )
        made = await self._work.change(credentials.create, actor(), self._keys, new)
        shown = await self._work.read(listing.one, made.credential_id)
        return admin.CreateCredentialResponse(credential=shown, secret=made.value)

    async def ListCredentials(
        self, request: admin.ListCredentialsRequest, context: Context
    ) -> admin.ListCredentialsResponse:
        size = page_size_of(request.page_size)
        page, more = await self._work.read(listing.page, request.partner_id, key_in(request.page_token), size)
        token = encode_page_token(page[-1].credential_id) if more and page else ""
        return admin.ListCredentialsResponse(credentials=page, next_page_token=token)

    async def RotateSecret(self, request: admin.RotateSecretRequest, context: Context) -> admin.RotateSecretResponse:
        made = await self._work.change(credentials.rotate, actor(), self._keys, request.credential_id)
        return admin.RotateSecretResponse(secret_id=made.secret_id, secret=made.value)

    async def RetireSecret(self, request: admin.RetireSecretRequest, context: Context) -> admin.RetireSecretResponse:
        await self._work.change(credentials.retire, actor(), request.credential_id, request.secret_id)
        return admin.RetireSecretResponse()

    async def RevokeCredential(
        self, request: admin.RevokeCredentialRequest, context: Context
    ) -> admin.RevokeCredentialResponse:
        await self._work.change(credentials.revoke, actor(), request.credential_id)
        return admin.RevokeCredentialResponse()

    async def GrantTypes(self, request: admin.GrantTypesRequest, context: Context) -> admin.GrantTypesResponse:
        site_id = request.site_id if request.HasField("site_id") else None
        names = tuple(request.message_types)
        await self._work.change(grants.grant, actor(), self._known_types, request.credential_id, names, site_id)
        return admin.GrantTypesResponse()

    async def RevokeTypes(self, request: admin.RevokeTypesRequest, context: Context) -> admin.RevokeTypesResponse:
        site_id = request.site_id if request.HasField("site_id") else None
        await self._work.change(grants.revoke, actor(), request.credential_id, tuple(request.message_types), site_id)
        return admin.RevokeTypesResponse()

    async def SetSiteAccess(self, request: admin.SetSiteAccessRequest, context: Context) -> admin.SetSiteAccessResponse:
        await self._work.change(sites.set_access, actor(), request.site_id, request.partner_id, allowed=request.allowed)
        return admin.SetSiteAccessResponse()

    async def ListAuditEntries(
        self, request: admin.ListAuditEntriesRequest, context: Context
    ) -> admin.ListAuditEntriesResponse:
        size = page_size_of(request.page_size)
        subject = checked_text("subject", request.subject, SUBJECT_LENGTH) if request.subject else ""
        page = await self._work.read(audit.page, subject, key_in(request.page_token), size)
        token = encode_page_token(page[-1].entry_id) if len(page) == size else ""
        return admin.ListAuditEntriesResponse(entries=page, next_page_token=token)

    async def ExplainAccess(self, request: admin.ExplainAccessRequest, context: Context) -> admin.ExplainAccessResponse:
        known_type = request.message_type if request.message_type in self._known_types else None
        return admin.ExplainAccessResponse(explanations=await self._explainer.explain(request, known_type))


def actor() -> str:
    return current_internal().subject


def moment_of(stamp: Timestamp) -> int:
    """Returns a timestamp in microseconds; INVALID_ARGUMENT for one that protobuf does not allow."""
    if not 0 <= stamp.nanos < 10**9:
        raise invalid_field("expires_at", "expires_at is not a timestamp.")
    return stamp.seconds * SECOND + stamp.nanos // 1000
