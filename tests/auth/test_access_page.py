"""The table of cases in docs/access.md, line by line: by Authorize and by ExplainAccess, which must agree."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import grpc
import pytest
from organisation.v1 import access_admin_service_pb2 as admin_pb
from organisation.v1 import platform_service_pb2 as platform_pb
from organisation.v1 import platform_service_pb2_grpc

from runtime.errors import error_info
from runtime.ports import free_port
from runtime.server import Endpoint
from runtime.settings import ServiceSettings
from services.auth.decisions import RULES
from tests.auth.client import FOLDER, PAGE, SERVICE_KEY, Auth, refusal, running
from tests.support.hosting import hosted

PAGE_FILE = Path(__file__).parents[2] / "docs" / "access.md"
TYPES = {"granted": FOLDER, "unknown": "Create.Nothing", "none": ""}


@dataclass(frozen=True)
class Case:
    """A line of the table."""

    credential: str
    granted: str
    allowed_on: str
    asked_type: str
    site: str
    organisation: str
    answer: str
    text: str


def cases() -> list[Case]:
    lines = PAGE_FILE.read_text().partition("### The cases")[2].partition("## What is in sight")[0].splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    return [Case(*row) for row in rows[2:]]


class Platform(platform_service_pb2_grpc.PlatformServiceServicer):
    """Site 7 has two schools, none below another."""

    name = "processor"

    async def CheckOrganisation(  # noqa: N802 (the rpc's name)
        self, request: platform_pb.CheckOrganisationRequest, context: object
    ) -> platform_pb.CheckOrganisationResponse:
        key = request.organisation_sync_key
        exists = request.site_id == 7 and key in ("school-a", "school-b")
        is_seen = exists and (not request.narrowed_to or key in request.narrowed_to)
        return platform_pb.CheckOrganisationResponse(exists=exists, is_seen=is_seen)

    def endpoints(self) -> list[Endpoint]:
        descriptor = platform_pb.DESCRIPTOR.services_by_name["PlatformService"]
        return [Endpoint(descriptor, platform_service_pb2_grpc.add_PlatformServiceServicer_to_server, self)]

    async def start(self) -> None: ...

    async def check(self) -> None: ...

    async def stop(self) -> None: ...


@asynccontextmanager
async def beside_a_processor(database_url: str) -> AsyncIterator[Auth]:
    address = f"127.0.0.1:{free_port()}"
    settings = ServiceSettings(service_key=SERVICE_KEY, listen=address, auth_address=address, drain_seconds=0.2)
    async with (
        hosted(settings, Platform()),  # type: ignore[abstract]  # the rpc that is asked for is enough here
        running(database_url, processor_address=address) as auth,
    ):
        await auth.site(7)
        await auth.site(8)
        yield auth


async def prepared(auth: Auth, case: Case, name: str) -> int:
    """Returns the credential of a line."""
    partner = await auth.partner(name)
    narrowed_to = case.credential.partition("narrowed to ")[2]
    bound = 7 if case.credential.startswith("site 7") else None
    made = await auth.credential(partner, bound, organisation_sync_keys=narrowed_to.split() or None)
    number = made.credential.credential_id
    await auth.grant(number, PAGE)
    if case.granted != "nowhere":
        await auth.grant(number, FOLDER, site_id=None if case.granted == "everywhere" else int(case.granted[3:]))
    for site in case.allowed_on.replace("-", "").replace(",", " ").split():
        await auth.allow(int(site), partner)
    if "revoked" in case.credential:
        await auth.revoke(number)
    return number


def asked(case: Case) -> dict[str, object]:
    site = None if case.site == "-" else int(case.site)
    organisation = "" if case.organisation == "-" else case.organisation
    return {"message_type": TYPES[case.asked_type], "site_id": site, "organisation_sync_key": organisation}


async def explained(auth: Auth, **fields: object) -> list[admin_pb.AccessExplanation]:
    request = admin_pb.ExplainAccessRequest(**fields)  # type: ignore[arg-type]  # (any field)
    return list((await auth.admin.ExplainAccess(request, metadata=auth.operator)).explanations)


async def authorized(auth: Auth, credential_id: int, case: Case) -> tuple[str, str]:
    """Returns the answer of Authorize, in the words of the table."""
    site = None if case.site == "-" else int(case.site)
    try:
        answer = await auth.authorize(credential_id, TYPES[case.asked_type], site)
    except grpc.aio.AioRpcError as error:
        info = error_info(error)
        return (info.reason if info else ""), str(error.details())
    return (f"site {answer.site_id}" if answer.allowed else answer.reason), answer.text


async def test_the_table_of_cases_is_what_auth_answers(database_url: str) -> None:
    lines = cases()
    assert len(lines) > 20
    verdicts: set[tuple[str, int]] = set()
    async with beside_a_processor(database_url) as auth:
        for number, case in enumerate(lines):
            credential = await prepared(auth, case, f"Partner {number}")
            (one,) = await explained(auth, credential_id=credential, **asked(case))
            answer = f"site {one.site_id}" if one.allowed else one.reason
            assert (answer, one.text) == (case.answer, case.text), case
            if case.organisation == "-":
                assert await authorized(auth, credential, case) == (case.answer, case.text), case
            assert [step.rule for step in one.steps] == [name for name, _ in RULES]
            assert all(bool(step.finding) == bool(step.verdict) for step in one.steps)
            verdicts.update((step.rule, step.verdict) for step in one.steps)
    # Every rule passes in some line and denies in some, so that no rule is without its case.
    asked_for = (admin_pb.ACCESS_VERDICT_PASSED, admin_pb.ACCESS_VERDICT_DENIED)
    assert verdicts >= {(name, verdict) for name, _ in RULES for verdict in asked_for}


@pytest.mark.parametrize("name", [name for name, _ in RULES])
def test_the_page_names_every_rule(name: str) -> None:
    assert f"**{name}**" in PAGE_FILE.read_text()


async def test_a_partner_is_explained_credential_by_credential(auth: Auth) -> None:
    await auth.site(7)
    partner, other = await auth.partner("Acme"), await auth.partner("Other")
    numbers = [(await auth.credential(partner, site)).credential.credential_id for site in (7, None)]
    await auth.credential(other, 7)
    await auth.grant(numbers[0], FOLDER)
    found = await explained(auth, partner_id=partner, message_type=FOLDER)
    assert [(one.credential_id, one.allowed, one.reason) for one in found] == [
        (numbers[0], True, ""),
        (numbers[1], False, "TYPE_NOT_GRANTED"),
    ]
    assert {one.partner_id for one in found} == {partner}
    empty = await auth.partner("Empty")
    assert await explained(auth, partner_id=empty) == []
    assert [entry.action for entry in await auth.entries() if entry.action == "denied"] == []


async def test_what_cannot_be_explained_is_refused(auth: Auth) -> None:
    await auth.site(7)
    made = await auth.credential(await auth.partner("Acme"), 7)
    number = made.credential.credential_id
    cases: list[tuple[dict[str, object], grpc.StatusCode]] = [
        ({}, grpc.StatusCode.INVALID_ARGUMENT),
        ({"credential_id": 999}, grpc.StatusCode.NOT_FOUND),
        ({"credential_id": -(2**63)}, grpc.StatusCode.NOT_FOUND),
        ({"partner_id": 2**63 - 1}, grpc.StatusCode.NOT_FOUND),
        ({"credential_id": number, "organisation_sync_key": "a\0b"}, grpc.StatusCode.INVALID_ARGUMENT),
        ({"credential_id": number, "organisation_sync_key": "x" * 5000}, grpc.StatusCode.INVALID_ARGUMENT),
        # No processor runs beside this auth.
        ({"credential_id": number, "organisation_sync_key": "school-a"}, grpc.StatusCode.UNAVAILABLE),
    ]
    for fields, code in cases:
        error = await refusal(auth.admin.ExplainAccess(admin_pb.ExplainAccessRequest(**fields), metadata=auth.operator))  # type: ignore[arg-type]
        assert error.code() == code, fields
    for message_type in ("a\0b", "x" * 50_000):
        (one,) = await explained(auth, credential_id=number, message_type=message_type)
        assert one.reason == "TYPE_NOT_GRANTED"
