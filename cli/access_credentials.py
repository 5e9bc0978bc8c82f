"""`orgapi access credential`: user names and their secrets."""

import datetime
import enum
import sys
from typing import Annotated

import typer
from organisation.v1 import access_admin_service_pb2 as pb
from organisation.v1 import access_service_pb2
from organisation.v1.access_admin_service_pb2_grpc import AccessAdminServiceStub

from cli.connection import Actor, AsJson, Data, connect, pages
from cli.moments import timestamp_of
from cli.output import print_rows, reported

app = typer.Typer(no_args_is_help=True)

MODE_PREFIX = "SECURITY_HEADER_MODE_"
COLUMNS = ["credential", "partner", "username", "site", "expires", "revoked", "secrets", "grants", "header"]

CredentialId = Annotated[int, typer.Argument(help="The credential's number.", show_default=False)]


class HeaderMode(enum.StrEnum):
    """How the WS-Security header of answers is written."""

    DEPLOYMENT = "deployment"
    MUST_UNDERSTAND = "must-understand"
    OPTIONAL = "optional"
    OFF = "off"


@app.command("create")
@reported
def create(
    partner: Annotated[int, typer.Argument(help="The partner's number.", show_default=False)],
    site: Annotated[int | None, typer.Option(help="Bind it to this site; else it is for all sites.")] = None,
    username: Annotated[str, typer.Option(help="User name; a random one when not given.")] = "",
    expires: Annotated[datetime.datetime | None, typer.Option(help="When it ends by itself, UTC.")] = None,
    import_secret: Annotated[
        bool, typer.Option("--import-secret", help="Ask for the GUID that is its password already (or read a line).")
    ] = False,
    header: Annotated[HeaderMode, typer.Option(help="The WS-Security header of its answers.")] = HeaderMode.DEPLOYMENT,
    organisation: Annotated[
        list[str] | None, typer.Option(help="Narrow it to this organisation; repeat for more.")
    ] = None,
    data: Data = None,
    actor: Actor = None,
    as_json: AsJson = False,
) -> None:
    """Make a credential. Its secret is shown this once."""
    request = pb.CreateCredentialRequest(
        partner_id=partner,
        site_id=site,
        username=username,
        expires_at=timestamp_of(expires),
        imported_secret=asked_secret() if import_secret else "",
        security_header_mode=mode_of(header),
        organisation_sync_keys=organisation or (),
    )
    with connect(data, actor=actor) as connection:
        made = connection.ask(AccessAdminServiceStub(connection.channel).CreateCredential, request)
    shown = [str(made.credential.credential_id), made.credential.username, made.secret]
    print_rows(["credential", "username", "secret"], [shown], as_json=as_json)
    say_once()


@app.command("list")
@reported
def list_credentials(
    partner: Annotated[int, typer.Option(help="Only this partner's.")] = 0, data: Data = None, as_json: AsJson = False
) -> None:
    """List credentials by number, without secrets."""
    with connect(data) as connection:
        stub = AccessAdminServiceStub(connection.channel)
        found = pages(
            lambda token: connection.ask(
                stub.ListCredentials, pb.ListCredentialsRequest(partner_id=partner, page_token=token)
            )
        )
        rows = [row_of(credential) for page in found for credential in page.credentials]
    print_rows(COLUMNS, rows, as_json=as_json)


@app.command("rotate")
@reported
def rotate(credential_id: CredentialId, data: Data = None, actor: Actor = None, as_json: AsJson = False) -> None:
    """Add a second secret, shown this once; retire the first when all clients have moved."""
    with connect(data, actor=actor) as connection:
        stub = AccessAdminServiceStub(connection.channel)
        made = connection.ask(stub.RotateSecret, pb.RotateSecretRequest(credential_id=credential_id))
    shown = [str(credential_id), str(made.secret_id), made.secret]
    print_rows(["credential", "secret_id", "secret"], [shown], as_json=as_json)
    say_once()


@app.command("retire")
@reported
def retire(
    credential_id: CredentialId,
    secret_id: Annotated[int, typer.Argument(help="The secret's number; `list` shows it.", show_default=False)],
    data: Data = None,
    actor: Actor = None,
) -> None:
    """End one secret."""
    with connect(data, actor=actor) as connection:
        stub = AccessAdminServiceStub(connection.channel)
        request = pb.RetireSecretRequest(credential_id=credential_id, secret_id=secret_id)
        connection.ask(stub.RetireSecret, request)


@app.command("revoke")
@reported
def revoke(credential_id: CredentialId, data: Data = None, actor: Actor = None) -> None:
    """End a credential for good; effective everywhere within 5 seconds."""
    with connect(data, actor=actor) as connection:
        stub = AccessAdminServiceStub(connection.channel)
        connection.ask(stub.RevokeCredential, pb.RevokeCredentialRequest(credential_id=credential_id))


def asked_secret() -> str:
    """Returns a secret from the terminal, unseen, or from one line of a pipe: never from the arguments."""
    if sys.stdin.isatty():
        return str(typer.prompt("GUID", hide_input=True, err=True)).strip()
    return sys.stdin.readline().strip()


def say_once() -> None:
    typer.echo("Keep the secret now: it is shown this once and stored nowhere.", err=True)


def mode_of(header: HeaderMode) -> access_service_pb2.SecurityHeaderMode.ValueType:
    if header is HeaderMode.DEPLOYMENT:
        return access_service_pb2.SECURITY_HEADER_MODE_UNSPECIFIED
    return access_service_pb2.SecurityHeaderMode.Value(MODE_PREFIX + header.name)


def mode_name(mode: access_service_pb2.SecurityHeaderMode.ValueType) -> str:
    if mode == access_service_pb2.SECURITY_HEADER_MODE_UNSPECIFIED:
        return HeaderMode.DEPLOYMENT.value
    return HeaderMode[access_service_pb2.SecurityHeaderMode.Name(mode).removeprefix(MODE_PREFIX)].value


def row_of(credential: pb.Credential) -> list[str]:
    return [
        str(credential.credential_id),
        str(credential.partner_id),
        credential.username,
        str(credential.site_id) if credential.HasField("site_id") else "all",
        credential.expires_at.ToJsonString() if credential.HasField("expires_at") else "",
        credential.revoked_at.ToJsonString() if credential.HasField("revoked_at") else "",
        ",".join(str(secret.secret_id) for secret in credential.secrets),
        str(len(credential.grants)),
        mode_name(credential.security_header_mode),
    ]
