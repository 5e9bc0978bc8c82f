"""Who may do what, as a partner sees it; and what one partner never sees of another."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from typing import cast

import grpc
import pytest
import requests
from organisation.v1 import access_admin_service_pb2 as pb
from organisation.v1 import access_admin_service_pb2_grpc
from zeep.exceptions import Fault

from tests.end_to_end.conftest import System
from tests.support.partner import Partner, details, message

FOLDER = "Create.Course.Element.Folder"
NOT_GRANTED = (
    "Your security settings don't allow you to perform that operation. "
    "Please contact administration to grant you an access."
)


@pytest.fixture
def stranger(system: System) -> Iterator[tuple[Partner, int]]:
    """Another partner, bound to the other site, and its credential's number."""
    with system.channel("auth") as channel:
        stub = access_admin_service_pb2_grpc.AccessAdminServiceStub(channel)
        metadata = system.operator().metadata()
        name = f"Stranger {uuid.uuid4().hex[:8]}"
        made = stub.CreatePartner(pb.CreatePartnerRequest(name=name), metadata=metadata).partner
        request = pb.CreateCredentialRequest(partner_id=made.partner_id, site_id=system.demo["other_site_id"])
        created = stub.CreateCredential(request, metadata=metadata)
        names = [FOLDER, "Create.MyFiles.File", "Read.Courses", "Read.Course.Elements", "Read.Course.Element"]
        grant = pb.GrantTypesRequest(credential_id=created.credential.credential_id, message_types=names)
        stub.GrantTypes(grant, metadata=metadata)
    opened = Partner(system.edge, created.credential.username, created.secret)
    yield opened, created.credential.credential_id
    opened.close()


def folder(system: System, site_id: int | None = None, title: str = "A folder") -> str:
    course, user = system.demo["courses"][0]["sync_key"], system.demo["users"][0]["sync_key"]
    members = {"CourseSyncKey": course, "UserSyncKey": user, "Title": title}
    return message("CreateCourseElementFolder", members, site_id=site_id)


def fault_of(call: object, *arguments: object) -> str:
    with pytest.raises(Fault) as caught:
        call(*arguments)  # type: ignore[operator]  # zeep's operations have no types
    return str(caught.value.message)


def test_a_credential_of_all_sites_names_its_site(roaming: Partner, system: System) -> None:
    assert fault_of(roaming.add, FOLDER, folder(system)) == "SiteId should be specified to perform the action."
    assert fault_of(roaming.add, FOLDER, folder(system, 999_999)) == "SiteId='999999' is not valid."
    other = system.demo["other_site_id"]
    assert fault_of(roaming.add, FOLDER, folder(system, other)) == (
        "Your security settings don't allow you to perform that operation. "
        f"Please contact administration to grant you an access to site with SiteId='{other}'."
    )
    assert roaming.apply(FOLDER, folder(system, system.demo["site_id"])).Status == "Finished"


def test_a_credential_of_one_site_names_none(partner: Partner, system: System) -> None:
    assert fault_of(partner.add, FOLDER, folder(system, system.demo["site_id"])) == (
        "Your security settings don't allow you to perform that operation. "
        "SiteId can't be specified because you have an access to specific site."
    )


def test_a_type_that_is_not_granted_is_refused_like_one_that_does_not_exist(
    stranger: tuple[Partner, int], partner: Partner, system: System
) -> None:
    other, _ = stranger
    page = partner.type_id("Create.Course.Element.Page")
    assert fault_of(other.data.AddMessage, {"Data": folder(system), "Type": page}) == NOT_GRANTED
    assert fault_of(other.data.AddMessage, {"Data": folder(system), "Type": 123_456}) == NOT_GRANTED


def test_nothing_of_one_partner_is_seen_by_another(
    stranger: tuple[Partner, int], partner: Partner, system: System
) -> None:
    other, _ = stranger
    mine = partner.add(FOLDER, folder(system)).MessageId
    unknown = 2_000_000_000
    assert fault_of(other.data.GetMessageResult, mine) == fault_of(other.data.GetMessageResult, unknown)
    assert other.reads.ReadCourses({}).Total == 0
    for key in (system.demo["courses"][0]["sync_key"], "no such course"):
        text = fault_of(other.reads.ReadCourseElements, {"CourseSyncKey": key})
        assert text == "Course with specified CourseId/CourseSyncKey is not valid."
    result = other.apply(FOLDER, folder(system))
    assert details(result)[0].Type == "Error"
    file_id = partner.upload("mine.txt", b"mine")
    theirs = message("CreateMyFilesFile", {"UserSyncKey": "x", "Visibility": "Public"}, files=file_id)
    assert other.apply("Create.MyFiles.File", theirs).Status == "Errors"


def test_a_wrong_password_and_an_unknown_user_are_refused_alike(system: System) -> None:
    texts = set()
    for username, password in ((system.demo["username"], "wrong"), ("nobody", "wrong")):
        wrong = Partner(system.edge, username, password)
        texts.add(fault_of(wrong.data.GetMessageTypes))
        wrong.close()
    assert texts == {"An error occurred when verifying security for the message."}


def test_a_revoked_credential_is_refused_within_five_seconds(system: System, stranger: tuple[Partner, int]) -> None:
    other, credential_id = stranger
    assert other.data.GetMessageTypes()
    with system.channel("auth") as channel:
        stub = access_admin_service_pb2_grpc.AccessAdminServiceStub(channel)
        request = pb.RevokeCredentialRequest(credential_id=credential_id)
        stub.RevokeCredential(request, metadata=system.operator().metadata())
    deadline = time.monotonic() + 5
    refused = False
    while not refused and time.monotonic() < deadline:
        try:
            other.data.GetMessageTypes()
            time.sleep(0.1)
        except Fault:
            refused = True
    assert refused
    assert fault_of(other.add, FOLDER, folder(system)) == "An error occurred when verifying security for the message."


def test_a_denial_is_in_the_audit_trail_and_leaves_no_message(system: System, partner: Partner) -> None:
    fault_of(partner.add, FOLDER, folder(system, 1))
    deadline = time.monotonic() + 5
    found = False
    with system.channel("auth") as channel:
        stub = access_admin_service_pb2_grpc.AccessAdminServiceStub(channel)
        while not found and time.monotonic() < deadline:
            answer = stub.ListAuditEntries(pb.ListAuditEntriesRequest(), metadata=system.operator().metadata())
            found = any(entry.action == "denied" for entry in answer.entries)
            time.sleep(0.05)
    assert found


def test_partners_do_not_reach_what_is_for_our_services(system: System) -> None:
    with system.channel("auth") as channel:
        stub = access_admin_service_pb2_grpc.AccessAdminServiceStub(channel)
        with pytest.raises(grpc.RpcError) as caught:
            stub.ListPartners(pb.ListPartnersRequest())
    assert cast("grpc.Call", caught.value).code() == grpc.StatusCode.UNAUTHENTICATED


@pytest.mark.parametrize("prefix", ["", "/ContentImport"])
def test_both_paths_serve_their_wsdl(system: System, prefix: str) -> None:
    for service in ("DataService", "ReadDataService", "FileService"):
        for query in ("wsdl", "singleWsdl"):
            answer = requests.get(f"{system.edge}{prefix}/{service}.svc?{query}", timeout=10)
            assert answer.status_code == 200
            assert f"{system.edge}{prefix}/{service}.svc" in answer.text
