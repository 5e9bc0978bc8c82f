"""The demo site: two sites, a partner with two credentials that may do everything, the people of nine planets."""

from __future__ import annotations

from typing import Any

import grpc
from organisation.v1 import access_admin_service_pb2 as pb
from organisation.v1 import access_admin_service_pb2_grpc, platform_service_pb2, platform_service_pb2_grpc
from pydantic import SecretStr

from catalogue.loader import load_catalogue
from cli.data_folder import DataFolder, write_json
from cli.provision_notes import provision_notes
from cli.provision_projects import provision_projects
from cli.roster import import_roster
from cli.samples import samples_folder
from runtime.channels import open_blocking_channel
from runtime.settings import Settings
from runtime.tokens import InternalIdentity, Metadata

ROSTER = "oneroster/planets-oneroster-1.1-bulk.zip"
VENDOR = "demo-vendor"
SHOWN = 50
TIMEOUT = 60


def provision_demo(folder: DataFolder, address: str) -> None:
    """Provisions the demo site once; a folder that has its demo.json is left as it is. Secrets go there alone."""
    if folder.demo.exists():
        return
    key = folder.key("service")
    with open_blocking_channel(address, Settings(service_key=SecretStr(key))) as channel:
        metadata = InternalIdentity("operator:demo", key).metadata()
        write_json(folder.demo, provision(channel, channel, metadata))


def provision(auth: grpc.Channel, processor: grpc.Channel, metadata: Metadata) -> dict[str, Any]:
    """Makes the demo site over auth's and the processor's channel; returns what demo.json says of it."""
    access = provision_access(access_admin_service_pb2_grpc.AccessAdminServiceStub(auth), metadata)
    heading = platform_service_pb2.RosterHeading(site_id=access["site_id"])
    _, source = import_roster(processor, metadata, samples_folder() / ROSTER, heading)
    platform = platform_service_pb2_grpc.PlatformServiceStub(processor)
    projects = provision_projects(platform, metadata, source, access["site_id"])
    provision_notes(platform, metadata, access["site_id"])
    return access | projects | platform_entities(platform, metadata, access["site_id"])


def provision_access(stub: access_admin_service_pb2_grpc.AccessAdminServiceStub, metadata: Metadata) -> dict[str, Any]:
    """Makes sites, partner, vendor, credentials and grants; returns what demo.json says of them."""
    call: dict[str, Any] = {"metadata": metadata, "timeout": TIMEOUT}
    site = stub.CreateSite(pb.CreateSiteRequest(name="Planets school district"), **call).site
    other = stub.CreateSite(pb.CreateSiteRequest(name="Another school"), **call).site
    partner = stub.CreatePartner(pb.CreatePartnerRequest(name="Demo partner"), **call).partner
    stub.PutVendor(pb.PutVendorRequest(vendor_id=VENDOR, is_content_vendor=True), **call)
    bound = stub.CreateCredential(
        pb.CreateCredentialRequest(partner_id=partner.partner_id, site_id=site.site_id), **call
    )
    everywhere = stub.CreateCredential(pb.CreateCredentialRequest(partner_id=partner.partner_id), **call)
    names = [message_type.name for message_type in load_catalogue().types]
    for made in (bound, everywhere):
        stub.GrantTypes(pb.GrantTypesRequest(credential_id=made.credential.credential_id, message_types=names), **call)
    stub.SetSiteAccess(
        pb.SetSiteAccessRequest(site_id=site.site_id, partner_id=partner.partner_id, allowed=True), **call
    )
    return {
        "username": bound.credential.username,
        "password": bound.secret,
        "all_sites_username": everywhere.credential.username,
        "all_sites_password": everywhere.secret,
        "site_id": site.site_id,
        "other_site_id": other.site_id,
        "vendor_id": VENDOR,
    }


def platform_entities(
    stub: platform_service_pb2_grpc.PlatformServiceStub, metadata: Metadata, site_id: int
) -> dict[str, Any]:
    """Returns the first courses and people of the site, by their two keys."""
    courses = stub.ListCourses(
        platform_service_pb2.ListCoursesRequest(site_id=site_id, page_size=SHOWN), metadata=metadata, timeout=TIMEOUT
    ).courses
    people = stub.ListPeople(
        platform_service_pb2.ListPeopleRequest(site_id=site_id, page_size=SHOWN), metadata=metadata, timeout=TIMEOUT
    ).people
    return {
        "courses": [{"id": course.id, "sync_key": course.sync_key} for course in courses],
        "users": [{"id": person.id, "sync_key": person.sync_key} for person in people],
    }
