"""How fast messages are accepted: over SOAP and gRPC, singly and in batches, beside the naive edge and an empty rpc."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import grpc
from organisation.v1 import access_service_pb2, access_service_pb2_grpc

from benchmarks.processes import listening, run_json
from benchmarks.requests import FOLDER, add_message_envelope, folder_message, http_request
from benchmarks.system import MeasuredSystem
from catalogue.loader import load_catalogue

CONNECTIONS = 32
IN_FLIGHT = 64
BATCH = 100
WARM_UP = 500
"""Messages before each measurement, to whoever is measured: the yardsticks have just been started."""


def soap(folder: Path, edge: str, demo: dict[str, Any], requests: int) -> dict[str, float]:
    """AddMessage over SOAP at 32 keep-alive connections."""
    file = folder / "request.http"
    file.write_bytes(http_request(edge, add_message_envelope(demo)))
    address = edge.removeprefix("http://")
    run_json("benchmarks.http_load", address, str(CONNECTIONS), str(WARM_UP), str(file))
    return run_json("benchmarks.http_load", address, str(CONNECTIONS), str(requests), str(file))


def naive(folder: Path, demo: dict[str, Any], requests: int) -> dict[str, float]:
    """The same requests to the yardstick."""
    message_type = load_catalogue().by_identifier(FOLDER)
    assert message_type is not None
    schema = folder / "folder.xsd"
    schema.write_text(message_type.schema)
    env = {
        "NAIVE_DATABASE": str(folder / "naive.sqlite"),
        "NAIVE_XSD": str(schema),
        "NAIVE_USER": demo["username"],
        "NAIVE_PASSWORD": demo["password"],
    }
    with listening("benchmarks.naive_edge", env) as address:
        return soap(folder, f"http://{address}", demo, requests)


def unary(folder: Path, running: MeasuredSystem, requests: int, batch: int = 1) -> dict[str, float]:
    """AddMessage, or AddMessages by 100, over gRPC: 64 calls in flight, 4 of batches."""
    return grpc_load(folder, running.ingest, running.demo, requests, batch, token_of(running.auth, running.demo))


def empty(folder: Path, demo: dict[str, Any], requests: int) -> dict[str, float]:
    """The same calls to an rpc that does nothing."""
    with listening("benchmarks.empty_server") as address:
        return grpc_load(folder, address, demo, requests, 1, "")


def grpc_load(
    folder: Path, address: str, demo: dict[str, Any], requests: int, batch: int, token: str
) -> dict[str, float]:
    file = folder / "message.xml"
    file.write_text(folder_message(demo))
    in_flight = IN_FLIGHT if batch == 1 else 4
    last = [str(batch), str(file), *([token] if token else [])]
    run_json("benchmarks.grpc_load", address, str(in_flight), str(WARM_UP), *last)
    return run_json("benchmarks.grpc_load", address, str(in_flight), str(requests), *last)


def token_of(address: str, demo: dict[str, Any]) -> str:
    """Returns a token for the demo's credential."""
    with grpc.insecure_channel(address) as channel:
        stub = access_service_pb2_grpc.AccessServiceStub(channel)
        request = access_service_pb2.AuthenticateRequest(username=demo["username"], password=demo["password"])
        return stub.Authenticate(request, timeout=10).token
