"""`orgapi messages`: find any message by state, type, partner and time, and see what became of it."""

import datetime
import json
from typing import Annotated

import typer
from google.protobuf.json_format import MessageToDict
from organisation.v1 import data_service_pb2, message_admin_service_pb2, message_admin_service_pb2_grpc

from cli.connection import Data, connect
from cli.moments import timestamp_of
from cli.output import print_rows, reported

app = typer.Typer(no_args_is_help=True)


COLUMNS = ["credential", "message", "partner", "site", "type", "status", "received", "ended"]


@app.command("list")
@reported
def list_messages(
    data: Data = None,
    status: Annotated[
        list[str] | None, typer.Option(help="InQueue, Finished, Warnings, Errors; repeat for more.")
    ] = None,
    message_type: Annotated[list[str] | None, typer.Option("--type", help="Dotted name; repeat for more.")] = None,
    partner: Annotated[list[int] | None, typer.Option(help="Partner id; repeat for more.")] = None,
    since: Annotated[datetime.datetime | None, typer.Option(help="Received at or after, UTC.")] = None,
    until: Annotated[datetime.datetime | None, typer.Option(help="Received before, UTC.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most this many.")] = 100,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """List messages, newest first."""
    message_filter = data_service_pb2.MessageFilter(
        statuses=[status_of(name) for name in status or ()],
        message_types=message_type or (),
        received_from=timestamp_of(since),
        received_until=timestamp_of(until),
    )
    with connect(data, "ingest") as connection:
        stub = message_admin_service_pb2_grpc.MessageAdminServiceStub(connection.channel)
        request = message_admin_service_pb2.SearchMessagesRequest(
            filter=message_filter, partner_ids=partner or (), page_size=limit
        )
        answer = stub.SearchMessages(request, metadata=connection.identity.metadata(), timeout=30)
    print_rows(COLUMNS, [row_of(message) for message in answer.messages], as_json=as_json)


@app.command("show")
@reported
def show_message(
    credential_id: Annotated[int, typer.Argument(help="The credential that sent it.")],
    message_id: Annotated[int, typer.Argument(help="Its number.")],
    data: Data = None,
) -> None:
    """Show one message with its timeline, its details and its document."""
    with connect(data, "ingest") as connection:
        stub = message_admin_service_pb2_grpc.MessageAdminServiceStub(connection.channel)
        request = message_admin_service_pb2.InspectMessageRequest(credential_id=credential_id, message_id=message_id)
        answer = stub.InspectMessage(request, metadata=connection.identity.metadata(), timeout=30)
    typer.echo(json.dumps(MessageToDict(answer.message), indent=2, ensure_ascii=False))


def status_of(name: str) -> data_service_pb2.DataMessageStatus.ValueType:
    """Returns the status that WCF spells so."""
    for value in data_service_pb2.DataMessageStatus.values():
        if status_name(value).lower() == name.lower():
            return value
    raise typer.BadParameter(f"{name!r} is no status: InQueue, Finished, Warnings or Errors.")


def status_name(value: int) -> str:
    """Returns a status as WCF spells it."""
    name = data_service_pb2.DataMessageStatus.Name(value)  # type: ignore[arg-type]  # an int from the wire
    return name.removeprefix("DATA_MESSAGE_STATUS_").replace("_", " ").title().replace(" ", "")


def row_of(message: data_service_pb2.MessageSummary) -> list[str]:
    ended = message.ended_at.ToJsonString() if message.HasField("ended_at") else ""
    return [
        str(message.credential_id),
        str(message.message_id),
        str(message.partner_id),
        str(message.site_id or ""),
        message.message_type,
        status_name(message.status),
        message.received_at.ToJsonString(),
        ended,
    ]
