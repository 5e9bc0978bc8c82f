"""The `orgapi` command."""

import typer

from cli import access, demo, health, messages, roster, serve, types, up, validate

app = typer.Typer(
    help="The Organisation API server: gRPC services behind a WCF-compatible SOAP edge.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)
app.command("up")(up.up)
app.command("serve")(serve.serve)
app.command("demo")(demo.demo)
app.command("health")(health.health)
app.command("validate")(validate.validate)
app.add_typer(types.app, name="types", help="The message types: their elements, schemas and examples.")
app.add_typer(access.app, name="access", help="Partners, credentials, grants, sites, vendors and the audit trail.")
app.add_typer(roster.app, name="roster", help="People and courses, from OneRoster files.")
app.add_typer(messages.app, name="messages", help="Find messages and see what became of them.")


def main() -> None:
    """Runs the command."""
    app()
