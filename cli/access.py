"""`orgapi access`: sites, partners, vendors, credentials, grants and the audit trail."""

from pathlib import Path
from typing import Annotated

import typer
from organisation.v1 import access_admin_service_pb2 as pb
from organisation.v1.access_admin_service_pb2_grpc import AccessAdminServiceStub

from catalogue.loader import load_catalogue
from cli import access_credentials
from cli.access_explain import explain
from cli.connection import Actor, AsJson, Data, connect, pages
from cli.output import fail, print_rows, reported

app = typer.Typer(no_args_is_help=True)
site_app = typer.Typer(no_args_is_help=True)
partner_app = typer.Typer(no_args_is_help=True)
vendor_app = typer.Typer(no_args_is_help=True)
app.add_typer(site_app, name="site", help="Customers of the platform.")
app.add_typer(partner_app, name="partner", help="Companies that integrate.")
app.add_typer(vendor_app, name="vendor", help="Vendors of content.")
app.add_typer(access_credentials.app, name="credential", help="User names and their secrets.")
app.command("explain")(explain)

CredentialId = Annotated[int, typer.Argument(help="The credential's number.", show_default=False)]
Types = Annotated[list[str] | None, typer.Argument(help="Dotted names of message types.", show_default=False)]
AllTypes = Annotated[bool, typer.Option("--all", help="Every type of the catalogue.")]
CataloguePath = Annotated[
    Path | None,
    typer.Option(envvar="ORGAPI_CATALOGUE_PATH", help="Folder of types that the deployment adds, for --all."),
]


@app.callback()
def access() -> None:
    """Partners, credentials, grants, sites, vendors and the audit trail."""


@site_app.command("create")
@reported
def create_site(
    name: Annotated[str, typer.Argument(help="Its name.", show_default=False)],
    site_id: Annotated[int, typer.Option("--id", min=0, help="Its number; 0 takes the next.")] = 0,
    data: Data = None,
    actor: Actor = None,
    as_json: AsJson = False,
) -> None:
    """Register a site."""
    with connect(data, actor=actor) as connection:
        stub = AccessAdminServiceStub(connection.channel)
        site = connection.ask(stub.CreateSite, pb.CreateSiteRequest(site_id=site_id, name=name)).site
    print_rows(["site", "name"], [[str(site.site_id), site.name]], as_json=as_json)


@site_app.command("list")
@reported
def list_sites(data: Data = None, as_json: AsJson = False) -> None:
    """List sites by number."""
    with connect(data) as connection:
        stub = AccessAdminServiceStub(connection.channel)
        found = pages(lambda token: connection.ask(stub.ListSites, pb.ListSitesRequest(page_token=token)))
        rows = [[str(site.site_id), site.name] for page in found for site in page.sites]
    print_rows(["site", "name"], rows, as_json=as_json)


@partner_app.command("create")
@reported
def create_partner(
    name: Annotated[str, typer.Argument(help="Its name, unique.", show_default=False)],
    data: Data = None,
    actor: Actor = None,
    as_json: AsJson = False,
) -> None:
    """Register a partner."""
    with connect(data, actor=actor) as connection:
        stub = AccessAdminServiceStub(connection.channel)
        partner = connection.ask(stub.CreatePartner, pb.CreatePartnerRequest(name=name)).partner
    print_rows(["partner", "name"], [[str(partner.partner_id), partner.name]], as_json=as_json)


@partner_app.command("list")
@reported
def list_partners(data: Data = None, as_json: AsJson = False) -> None:
    """List partners by number."""
    with connect(data) as connection:
        stub = AccessAdminServiceStub(connection.channel)
        found = pages(lambda token: connection.ask(stub.ListPartners, pb.ListPartnersRequest(page_token=token)))
        rows = [[str(partner.partner_id), partner.name] for page in found for partner in page.partners]
    print_rows(["partner", "name"], rows, as_json=as_json)


@vendor_app.callback()
def vendor() -> None:
    """Vendors of content."""


@vendor_app.command("put")
@reported
def put_vendor(
    vendor_id: Annotated[str, typer.Argument(help="Its id, as messages name it.", show_default=False)],
    content: Annotated[bool, typer.Option(help="Whether messages may name it as the vendor of content.")] = True,
    data: Data = None,
    actor: Actor = None,
) -> None:
    """Register a vendor, or change whether it is a content vendor."""
    with connect(data, actor=actor) as connection:
        stub = AccessAdminServiceStub(connection.channel)
        connection.ask(stub.PutVendor, pb.PutVendorRequest(vendor_id=vendor_id, is_content_vendor=content))


@app.command("grant")
@reported
def grant(
    credential_id: CredentialId,
    types: Types = None,
    every: AllTypes = False,
    site: Annotated[int | None, typer.Option(help="On this site only; else wherever the credential may act.")] = None,
    catalogue_path: CataloguePath = None,
    data: Data = None,
    actor: Actor = None,
) -> None:
    """Grant message types to a credential."""
    names = chosen(types, catalogue_path, every=every)
    with connect(data, actor=actor) as connection:
        stub = AccessAdminServiceStub(connection.channel)
        request = pb.GrantTypesRequest(credential_id=credential_id, message_types=names, site_id=site)
        connection.ask(stub.GrantTypes, request)


@app.command("ungrant")
@reported
def ungrant(
    credential_id: CredentialId,
    types: Types = None,
    every: AllTypes = False,
    site: Annotated[int | None, typer.Option(help="Grants of this site; else those that hold everywhere.")] = None,
    catalogue_path: CataloguePath = None,
    data: Data = None,
    actor: Actor = None,
) -> None:
    """Take grants back."""
    names = chosen(types, catalogue_path, every=every)
    with connect(data, actor=actor) as connection:
        stub = AccessAdminServiceStub(connection.channel)
        request = pb.RevokeTypesRequest(credential_id=credential_id, message_types=names, site_id=site)
        connection.ask(stub.RevokeTypes, request)


def chosen(types: list[str] | None, catalogue_path: Path | None, *, every: bool) -> list[str]:
    """Returns the named types, or all of the catalogue."""
    if bool(types) == every:
        fail("Name message types, or give --all.")
    if types:
        return types
    return [known.name for known in load_catalogue(catalogue_path).types]


SiteId = Annotated[int, typer.Argument(help="The site's number.", show_default=False)]
PartnerId = Annotated[int, typer.Argument(help="The partner's number.", show_default=False)]


@app.command("allow-site")
@reported
def allow_site(site: SiteId, partner: PartnerId, data: Data = None, actor: Actor = None) -> None:
    """Let a partner's all-sites credentials act on a site."""
    set_site_access(site, partner, data, actor, allowed=True)


@app.command("deny-site")
@reported
def deny_site(site: SiteId, partner: PartnerId, data: Data = None, actor: Actor = None) -> None:
    """Let a partner's all-sites credentials act on a site no longer."""
    set_site_access(site, partner, data, actor, allowed=False)


def set_site_access(site: int, partner: int, data: Path | None, actor: str | None, *, allowed: bool) -> None:
    with connect(data, actor=actor) as connection:
        stub = AccessAdminServiceStub(connection.channel)
        request = pb.SetSiteAccessRequest(site_id=site, partner_id=partner, allowed=allowed)
        connection.ask(stub.SetSiteAccess, request)


@app.command("audit")
@reported
def audit(
    subject: Annotated[str, typer.Option(help='Only entries on it: "credential:7", "site:3".')] = "",
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most this many.")] = 100,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Show the audit trail, newest first: changes and denials."""
    with connect(data) as connection:
        stub = AccessAdminServiceStub(connection.channel)
        request = pb.ListAuditEntriesRequest(subject=subject, page_size=limit)
        entries = connection.ask(stub.ListAuditEntries, request).entries
    rows = [
        [str(entry.entry_id), entry.at.ToJsonString(), entry.actor, entry.action, entry.subject, entry.details]
        for entry in entries
    ]
    print_rows(["entry", "at", "actor", "action", "subject", "details"], rows, as_json=as_json)
