"""`orgapi health`: is a service ready? For health checks of containers, and for people."""

from __future__ import annotations

from typing import Annotated

import grpc
import typer
from grpc_health.v1 import health_pb2, health_pb2_grpc
from pydantic import SecretStr, ValidationError

from cli.output import describe, explain, fail
from cli.readiness import ask
from runtime.channels import open_blocking_channel
from runtime.settings import Settings


class HealthSettings(Settings):
    """What a health check is told: certificates where the service has them, and no key."""

    service_key: SecretStr = SecretStr("")


def health(
    address: Annotated[str, typer.Argument(help="host:port of a gRPC service, or the http URL of the edge's /readyz.")],
) -> None:
    """Exit with 0 when the service is ready, with 1 and the reason when it is not."""
    check_http(address) if address.startswith(("http://", "https://")) else check_grpc(address)
    typer.echo("ready")


def check_http(url: str) -> None:
    try:
        ask(url, 4)
    except OSError as error:
        fail(f"{url}: {error}")


def check_grpc(address: str) -> None:
    try:
        settings = HealthSettings()
    except ValidationError as error:
        fail(explain(error))
    with open_blocking_channel(address, settings) as channel:
        try:
            answer = health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(), timeout=4)
        except grpc.RpcError as error:
            fail(f"{address}: {describe(error)}")
    if answer.status != health_pb2.HealthCheckResponse.SERVING:
        fail(f"{address}: {health_pb2.HealthCheckResponse.ServingStatus.Name(answer.status)}")
