from __future__ import annotations

import grpc

from runtime.errors import error_info
from tests.auth.client import FILE, FOLDER, PAGE, Auth, refusal

NOT_GRANTED = (
    "Your security settings don't allow you to perform that operation. "
    "Please contact administration to grant you an access."
)
SITE_REQUIRED = "SiteId should be specified to perform the action."
SITE_NOT_ALLOWED = (
    "Your security settings don't allow you to perform that operation. "
    "SiteId can't be specified because you have an access to specific site."
)
SITE_DENIED = (
    "Your security settings don't allow you to perform that operation. "
    "Please contact administration to grant you an access to site with SiteId='8'."
)


async def bound(auth: Auth, *, name: str = "Acme", site_id: int = 7, **fields: object) -> tuple[int, int]:
    """Returns partner and credential, bound to a new site."""
    await auth.site(site_id)
    partner = await auth.partner(name)
    made = await auth.credential(partner, site_id, **fields)
    return partner, made.credential.credential_id


async def unbound(auth: Auth) -> tuple[int, int]:
    """Returns partner and credential for all sites, of which there are 7, let in, and 8, not."""
    await auth.site(7)
    await auth.site(8)
    partner = await auth.partner("Acme")
    await auth.allow(7, partner)
    made = await auth.credential(partner)
    return partner, made.credential.credential_id


async def test_a_granted_type_is_allowed_on_the_credentials_site(auth: Auth) -> None:
    partner, credential = await bound(auth)
    await auth.grant(credential, FOLDER)
    answer = await auth.authorize(credential)
    assert (answer.allowed, answer.site_id, answer.partner_id) == (True, 7, partner)
    assert (answer.reason, answer.text) == ("", "")


async def test_a_narrowed_credential_tells_its_organisations(auth: Auth) -> None:
    _, credential = await bound(auth, organisation_sync_keys=["school-b", "school-a", "school-a"])
    await auth.grant(credential, FOLDER)
    assert list((await auth.authorize(credential)).organisation_sync_keys) == ["school-a", "school-b"]


async def test_a_type_that_is_not_granted_or_unknown_reads_the_same(auth: Auth) -> None:
    _, credential = await bound(auth)
    await auth.grant(credential, FOLDER)
    for message_type in (PAGE, "Create.Nothing", "#4711", "*", "x" * 50_000, "a\0b"):
        answer = await auth.authorize(credential, message_type)
        assert (answer.allowed, answer.site_id, answer.reason) == (False, 0, "TYPE_NOT_GRANTED")
        assert answer.text == NOT_GRANTED


async def test_without_a_type_only_the_site_is_asked_about(auth: Auth) -> None:
    _, credential = await bound(auth)
    answer = await auth.authorize(credential, "")
    assert (answer.allowed, answer.site_id) == (True, 7)


async def test_a_site_bound_credential_may_name_no_site_not_even_its_own(auth: Auth) -> None:
    _, credential = await bound(auth)
    await auth.site(8)
    await auth.grant(credential, FOLDER)
    for site_id in (7, 8, 999, 0, -1):
        answer = await auth.authorize(credential, FOLDER, site_id)
        assert (answer.reason, answer.text) == ("SITE_NOT_ALLOWED", SITE_NOT_ALLOWED)


async def test_an_all_sites_credential_is_told_what_is_wrong_with_the_site(auth: Auth) -> None:
    _, credential = await unbound(auth)
    await auth.grant(credential, FOLDER)
    cases = [
        (None, "SITE_REQUIRED", SITE_REQUIRED),
        (999, "SITE_UNKNOWN", "SiteId='999' is not valid."),
        (0, "SITE_UNKNOWN", "SiteId='0' is not valid."),
        (-(2**31), "SITE_UNKNOWN", "SiteId='-2147483648' is not valid."),
        (8, "SITE_DENIED", SITE_DENIED),
    ]
    for site_id, reason, text in cases:
        for message_type in (FOLDER, ""):
            answer = await auth.authorize(credential, message_type, site_id)
            assert (answer.allowed, answer.reason, answer.text) == (False, reason, text)


async def test_the_type_is_asked_about_before_the_site(auth: Auth) -> None:
    _, credential = await unbound(auth)
    for site_id in (None, 999, 8, 7):
        assert (await auth.authorize(credential, FOLDER, site_id)).reason == "TYPE_NOT_GRANTED"


async def test_a_grant_may_hold_on_one_site_alone(auth: Auth) -> None:
    partner, credential = await unbound(auth)
    await auth.allow(8, partner)
    await auth.grant(credential, FOLDER, site_id=7)
    await auth.grant(credential, PAGE)
    assert (await auth.authorize(credential, FOLDER, 7)).allowed
    assert (await auth.authorize(credential, FOLDER, 8)).text == NOT_GRANTED
    assert (await auth.authorize(credential, FOLDER)).text == SITE_REQUIRED
    assert (await auth.authorize(credential, PAGE, 8)).site_id == 8
    assert await auth.granted(credential) == [FOLDER, PAGE]


async def test_a_site_administrators_word_can_be_taken_back(auth: Auth) -> None:
    partner, credential = await unbound(auth)
    await auth.grant(credential, FOLDER)
    assert (await auth.authorize(credential, FOLDER, 7)).allowed
    await auth.allow(7, partner, allowed=False)
    assert (await auth.authorize(credential, FOLDER, 7)).reason == "SITE_DENIED"


async def test_two_credentials_see_nothing_of_each_other(auth: Auth) -> None:
    first_partner, first = await bound(auth, name="First", site_id=1)
    second_partner, second = await bound(auth, name="Second", site_id=2)
    await auth.grant(first, FOLDER)
    await auth.grant(second, PAGE, FILE)
    assert (await auth.granted(first), await auth.granted(second)) == ([FOLDER], [FILE, PAGE])
    allowed = await auth.authorize(first, FOLDER), await auth.authorize(second, PAGE)
    assert [(answer.site_id, answer.partner_id) for answer in allowed] == [(1, first_partner), (2, second_partner)]
    granted_to_the_other = await auth.authorize(first, PAGE)
    unknown_to_all = await auth.authorize(first, "Create.Nothing")
    assert granted_to_the_other.SerializeToString() == unknown_to_all.SerializeToString()
    site_of_the_other = await auth.authorize(first, FOLDER, 2)
    no_site = await auth.authorize(first, FOLDER, 999)
    assert site_of_the_other.SerializeToString() == no_site.SerializeToString()


async def test_access_to_a_site_is_its_own_partners_alone(auth: Auth) -> None:
    _, credential = await unbound(auth)
    other = await auth.credential(await auth.partner("Other"))
    await auth.grant(credential, FOLDER)
    await auth.grant(other.credential.credential_id, FOLDER)
    assert (await auth.authorize(credential, FOLDER, 7)).allowed
    assert (await auth.authorize(other.credential.credential_id, FOLDER, 7)).reason == "SITE_DENIED"


async def test_a_credential_that_does_not_exist_is_not_authenticated(auth: Auth) -> None:
    for credential_id in (999, 0, -1, 2**63 - 1):
        for call in (auth.authorize(credential_id), auth.granted(credential_id)):
            error = await refusal(call)
            info = error_info(error)
            assert error.code() == grpc.StatusCode.UNAUTHENTICATED
            assert info is not None
            assert info.reason == "UNAUTHENTICATED"
