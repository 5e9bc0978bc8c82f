"""`orgapi access explain`: may they do this here, and why: the rules of auth itself, one by one."""

import json
import sys
from collections.abc import Sequence
from typing import Annotated

import typer
from organisation.v1 import access_admin_service_pb2 as pb
from organisation.v1.access_admin_service_pb2_grpc import AccessAdminServiceStub
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.connection import AsJson, Data, connect
from cli.output import fail, reported

DENIED = 3
VERDICTS = {
    pb.ACCESS_VERDICT_UNSPECIFIED: ("not asked", "dim"),
    pb.ACCESS_VERDICT_PASSED: ("passes", "green"),
    pb.ACCESS_VERDICT_DENIED: ("denies", "bold red"),
}


@reported
def explain(
    credential: Annotated[int | None, typer.Argument(help="The credential's number.", show_default=False)] = None,
    partner: Annotated[int | None, typer.Option(help="Instead: each credential of this partner.")] = None,
    message_type: Annotated[
        str, typer.Option("--type", help="Dotted name of a message type or read; without one, only the site counts.")
    ] = "",
    site: Annotated[int | None, typer.Option(help="The SiteId that the request names, where it names one.")] = None,
    organisation: Annotated[str, typer.Option(help="Key of an organisation whose courses or people it names.")] = "",
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Say whether they may, and why, rule by rule. Exit status 0: yes, 3: no; of several: one may, none may."""
    if (credential is None) == (partner is None):
        fail("Name a credential, or give --partner.")
    request = pb.ExplainAccessRequest(message_type=message_type, site_id=site, organisation_sync_key=organisation)
    if credential is not None:
        request.credential_id = credential
    if partner is not None:
        request.partner_id = partner
    with connect(data) as connection:
        stub = AccessAdminServiceStub(connection.channel)
        found = connection.ask(stub.ExplainAccess, request).explanations
    if not found:
        fail(f"Partner {partner} has no credential.")
    if as_json:
        print_json(found)
    elif sys.stdout.isatty():
        print_tables(found)
    else:
        print_text(found)
    if not any(one.allowed for one in found):
        raise typer.Exit(DENIED)


def answer(one: pb.AccessExplanation) -> str:
    """Returns the decision in one line."""
    who = f"credential {one.credential_id} ({one.username})"
    if one.allowed:
        keys = one.organisation_sync_keys
        within = f", within {', '.join(keys)}" if keys else ""
        return f"{who}: allowed on site {one.site_id}{within}"
    return f"{who}: denied, {one.reason}: {one.text}"


def print_json(found: Sequence[pb.AccessExplanation]) -> None:
    """Prints an object for each credential."""
    for one in found:
        steps = [
            {"rule": step.rule, "verdict": VERDICTS[step.verdict][0], "finding": step.finding} for step in one.steps
        ]
        shown = {
            "credential": one.credential_id,
            "username": one.username,
            "partner": one.partner_id,
            "allowed": one.allowed,
            "site": one.site_id or None,
            "reason": one.reason,
            "text": one.text,
            "organisations": list(one.organisation_sync_keys),
            "steps": steps,
        }
        typer.echo(json.dumps(shown, ensure_ascii=False))


def print_text(found: Sequence[pb.AccessExplanation]) -> None:
    typer.echo("credential\trule\tverdict\tfinding")
    for one in found:
        for step in one.steps:
            typer.echo("\t".join([str(one.credential_id), step.rule, VERDICTS[step.verdict][0], step.finding]))
        typer.echo("\t".join([str(one.credential_id), "answer", "allowed" if one.allowed else "denied", answer(one)]))


def print_tables(found: Sequence[pb.AccessExplanation]) -> None:
    console = Console()
    for one in found:
        table = Table(title=Text(answer(one), style="green" if one.allowed else "red"), title_justify="left")
        for column in ("rule", "verdict", "finding"):
            table.add_column(column)
        for step in one.steps:
            verdict, style = VERDICTS[step.verdict]
            table.add_row(Text(step.rule), Text(verdict, style=style), Text(step.finding))  # plain: no markup
        console.print(table)
