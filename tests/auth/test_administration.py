from __future__ import annotations

import asyncio
import base64
import time
import uuid
from collections.abc import Awaitable

import grpc
from google.protobuf.timestamp_pb2 import Timestamp
from organisation.v1 import access_admin_service_pb2 as admin_pb
from organisation.v1 import access_service_pb2 as access_pb

from runtime.errors import error_info
from runtime.paging import encode_page_token
from tests.auth.client import FILE, FOLDER, PAGE, Auth, refusal, timestamp

INVALID = grpc.StatusCode.INVALID_ARGUMENT
NOT_FOUND = grpc.StatusCode.NOT_FOUND


async def test_sites_are_numbered_by_hand_or_after_the_largest(auth: Auth) -> None:
    await auth.site(5)
    assert await auth.site(0) == 6
    request = admin_pb.CreateSiteRequest(site_id=5, name="Again")
    error = await refusal(auth.admin.CreateSite(request, metadata=auth.operator))
    assert error.code() == grpc.StatusCode.ALREADY_EXISTS
    await auth.site(2**31 - 1)
    error = await refusal(auth.admin.CreateSite(admin_pb.CreateSiteRequest(name="Full"), metadata=auth.operator))
    assert error.code() == INVALID


async def test_sites_made_at_once_get_numbers_of_their_own(auth: Auth) -> None:
    made = await asyncio.gather(*(auth.site(0) for _ in range(20)))
    assert sorted(made) == list(range(1, 21))


async def test_a_name_must_be_printable_and_short(auth: Auth) -> None:
    for name in ("", " ", "a" * 201, "a\0b", "line\nfeed", " padded"):
        site = auth.admin.CreateSite(admin_pb.CreateSiteRequest(name=name), metadata=auth.operator)
        partner = auth.admin.CreatePartner(admin_pb.CreatePartnerRequest(name=name), metadata=auth.operator)
        for call in (site, partner):
            error = await refusal(call)
            info = error_info(error)
            assert error.code() == INVALID
            assert info is not None
            assert (info.reason, dict(info.metadata)) == ("INVALID_FIELD", {"field": "name"})


async def test_partners_names_are_unique(auth: Auth) -> None:
    await auth.partner("Acme")
    assert (await refusal(auth.partner("Acme"))).code() == grpc.StatusCode.ALREADY_EXISTS
    await auth.partner("acme")


async def test_lists_come_in_pages(auth: Auth) -> None:
    partners = [await auth.partner(f"P{number}") for number in range(5)]
    sites = [await auth.site(number) for number in (3, 1, 2)]
    seen: list[int] = []
    token = ""
    while True:
        page = await auth.admin.ListPartners(
            admin_pb.ListPartnersRequest(page_size=2, page_token=token), metadata=auth.operator
        )
        seen += [partner.partner_id for partner in page.partners]
        token = page.next_page_token
        if not token:
            break
    assert seen == partners
    first = await auth.admin.ListSites(admin_pb.ListSitesRequest(page_size=2), metadata=auth.operator)
    second = await auth.admin.ListSites(
        admin_pb.ListSitesRequest(page_size=2, page_token=first.next_page_token), metadata=auth.operator
    )
    assert [site.site_id for page in (first, second) for site in page.sites] == sorted(sites)
    assert second.next_page_token == ""


async def test_a_page_token_that_was_not_given_is_refused(auth: Auth) -> None:
    deep = base64.urlsafe_b64encode(b"[" * 100_000).decode()
    for token in ("x", "%%%", deep, encode_page_token("a"), encode_page_token(2**70), encode_page_token(-1)):
        calls = (
            auth.admin.ListSites(admin_pb.ListSitesRequest(page_token=token), metadata=auth.operator),
            auth.admin.ListPartners(admin_pb.ListPartnersRequest(page_token=token), metadata=auth.operator),
            auth.admin.ListCredentials(admin_pb.ListCredentialsRequest(page_token=token), metadata=auth.operator),
            auth.admin.ListAuditEntries(admin_pb.ListAuditEntriesRequest(page_token=token), metadata=auth.operator),
        )
        for call in calls:
            assert (await refusal(call)).code() == INVALID


async def test_a_credential_is_shown_as_it_was_made(auth: Auth) -> None:
    partner = await auth.partner("Acme")
    await auth.site(7)
    end = timestamp(time.time() + 3600)
    made = await auth.credential(
        partner,
        7,
        username="acme",
        expires_at=end,
        security_header_mode=access_pb.SECURITY_HEADER_MODE_OFF,
        organisation_sync_keys=["b", "a"],
    )
    await auth.grant(made.credential.credential_id, PAGE, FOLDER)
    shown = await auth.show(made.credential.credential_id)
    assert (shown.partner_id, shown.site_id, shown.username, shown.expires_at) == (partner, 7, "acme", end)
    assert shown.security_header_mode == access_pb.SECURITY_HEADER_MODE_OFF
    assert [(grant.message_type, grant.HasField("site_id")) for grant in shown.grants] == [
        (FOLDER, False),
        (PAGE, False),
    ]
    assert list(shown.organisation_sync_keys) == ["a", "b"]
    assert len(shown.secrets) == 1
    assert not shown.HasField("revoked_at")
    assert len(made.secret) >= 43


async def test_a_user_name_is_made_when_none_is_given_and_is_never_given_twice(auth: Auth) -> None:
    partner = await auth.partner("Acme")
    made = await auth.credential(partner)
    assert uuid.UUID(made.credential.username)
    await auth.credential(partner, username="acme")
    assert (await refusal(auth.credential(partner, username="acme"))).code() == grpc.StatusCode.ALREADY_EXISTS


async def test_a_credential_with_a_field_out_of_range_is_not_made(auth: Auth) -> None:
    await auth.site(7)
    partner = await auth.partner("Acme")
    many = [str(number) for number in range(20_000)]
    requests = [
        admin_pb.CreateCredentialRequest(username="a" * 129),
        admin_pb.CreateCredentialRequest(username="a\0"),
        admin_pb.CreateCredentialRequest(username=" a"),
        admin_pb.CreateCredentialRequest(username="andre\u0301"),
        admin_pb.CreateCredentialRequest(expires_at=timestamp(1.0)),
        admin_pb.CreateCredentialRequest(expires_at=Timestamp(seconds=2**62)),
        admin_pb.CreateCredentialRequest(expires_at=Timestamp(seconds=2**32, nanos=-1)),
        admin_pb.CreateCredentialRequest(security_header_mode=9),  # type: ignore[arg-type]  # (what the wire may carry)
        admin_pb.CreateCredentialRequest(organisation_sync_keys=["a"]),
        admin_pb.CreateCredentialRequest(organisation_sync_keys=["a\0"], site_id=7),
        admin_pb.CreateCredentialRequest(organisation_sync_keys=[""], site_id=7),
        admin_pb.CreateCredentialRequest(organisation_sync_keys=many, site_id=7),
    ]
    for request in requests:
        request.partner_id = partner
        assert (await refusal(auth.admin.CreateCredential(request, metadata=auth.operator))).code() == INVALID
    listed = await auth.admin.ListCredentials(admin_pb.ListCredentialsRequest(), metadata=auth.operator)
    assert not listed.credentials


async def test_what_a_change_names_must_exist(auth: Auth) -> None:
    partner = await auth.partner("Acme")
    made = await auth.credential(partner)
    credential = made.credential.credential_id
    calls: dict[str, list[Awaitable[object]]] = {
        "partner": [auth.credential(99), auth.allow(1, 99)],
        "site": [auth.credential(partner, 99), auth.allow(99, partner), auth.grant(credential, FOLDER, site_id=99)],
        "credential": [
            auth.revoke(99),
            auth.grant(99, FOLDER),
            auth.admin.RotateSecret(admin_pb.RotateSecretRequest(credential_id=99), metadata=auth.operator),
            auth.admin.RevokeTypes(
                admin_pb.RevokeTypesRequest(credential_id=99, message_types=[FOLDER]), metadata=auth.operator
            ),
        ],
        "secret": [
            auth.admin.RetireSecret(
                admin_pb.RetireSecretRequest(credential_id=credential, secret_id=99), metadata=auth.operator
            )
        ],
    }
    await auth.site(1)
    for kind, attempts in calls.items():
        for call in attempts:
            error = await refusal(call)
            info = error_info(error)
            assert error.code() == NOT_FOUND
            assert info is not None
            assert (info.reason, dict(info.metadata)) == ("NOT_FOUND", {"kind": kind})


async def test_extensions_are_known_unknown_or_take_no_files(auth: Auth) -> None:
    seen = {}
    for extension_id in (5009, 5010, 1, 0, -5009):
        request = access_pb.GetExtensionRequest(extension_id=extension_id)
        answer = await auth.access.GetExtension(request, metadata=auth.service)
        seen[extension_id] = (answer.exists, answer.supports_file_upload)
    unknown = (False, False)
    assert seen == {5009: (True, True), 5010: (True, False), 1: unknown, 0: unknown, -5009: unknown}


async def test_vendors_are_known_unknown_or_of_no_content(auth: Auth) -> None:
    for vendor_id, is_content_vendor in (("V1", True), ("V2", True), ("V2", False)):
        request = admin_pb.PutVendorRequest(vendor_id=vendor_id, is_content_vendor=is_content_vendor)
        await auth.admin.PutVendor(request, metadata=auth.operator)
    seen = {}
    for vendor_id in ("V1", "V2", "v1", "V3", "", "V" * 50_000, "V1\0"):
        answer = await auth.access.GetVendor(access_pb.GetVendorRequest(vendor_id=vendor_id), metadata=auth.service)
        seen[vendor_id[:3]] = (answer.exists, answer.is_content_vendor)
    unknown = (False, False)
    assert seen == {
        "V1": (True, True),
        "V2": (True, False),
        "v1": unknown,
        "V3": unknown,
        "": unknown,
        "VVV": unknown,
        "V1\0": unknown,
    }
    for vendor_id in ("", "V" * 37, "V\0"):
        request = admin_pb.PutVendorRequest(vendor_id=vendor_id)
        assert (await refusal(auth.admin.PutVendor(request, metadata=auth.operator))).code() == INVALID


async def test_grants_come_and_go(auth: Auth) -> None:
    partner = await auth.partner("Acme")
    await auth.site(7)
    credential = (await auth.credential(partner)).credential.credential_id
    await auth.grant(credential, FOLDER, PAGE, FOLDER)
    await auth.grant(credential, FOLDER, FILE, site_id=7)
    await auth.grant(credential, FOLDER, site_id=7)

    async def take(site_id: int | None) -> list[tuple[str, int]]:
        request = admin_pb.RevokeTypesRequest(
            credential_id=credential, message_types=[FOLDER, "Unknown.Type"], site_id=site_id
        )
        await auth.admin.RevokeTypes(request, metadata=auth.operator)
        return [(grant.message_type, grant.site_id) for grant in (await auth.show(credential)).grants]

    assert await take(None) == [(FILE, 7), (FOLDER, 7), (PAGE, 0)]
    assert await take(7) == [(FILE, 7), (PAGE, 0)]
    assert await take(7) == [(FILE, 7), (PAGE, 0)]


async def test_only_types_of_the_catalogue_are_granted(auth: Auth) -> None:
    credential = (await auth.credential(await auth.partner("Acme"))).credential.credential_id
    for name in ("*", "Create.Nothing", "", "create.course.element.folder", "a\0", "x" * 200):
        assert (await refusal(auth.grant(credential, FOLDER, name))).code() == INVALID
    assert (await refusal(auth.grant(credential))).code() == INVALID
    assert await auth.granted(credential) == []


async def test_a_site_bound_credential_is_granted_nothing_elsewhere(auth: Auth) -> None:
    await auth.site(7)
    await auth.site(8)
    credential = (await auth.credential(await auth.partner("Acme"), 7)).credential.credential_id
    assert (await refusal(auth.grant(credential, FOLDER, site_id=8))).code() == INVALID
    await auth.grant(credential, FOLDER, site_id=7)
    assert (await auth.authorize(credential, FOLDER)).allowed


async def test_a_request_of_a_hundred_thousand_names_is_answered(auth: Auth) -> None:
    credential = (await auth.credential(await auth.partner("Acme"))).credential.credential_id
    await auth.grant(credential, *([FOLDER] * 100_000))
    error = await refusal(auth.grant(credential, *(f"Type.{number}" for number in range(100_000))))
    assert error.code() == INVALID
    assert len(error.details() or "") < 200
    assert await auth.granted(credential) == [FOLDER]
