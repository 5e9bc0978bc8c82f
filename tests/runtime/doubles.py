"""Services whose answers a test chooses, on real hosts; each stands for any of ours."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import grpc
import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from google.protobuf.descriptor import ServiceDescriptor
from organisation.v1 import access_service_pb2 as pb
from organisation.v1 import access_service_pb2_grpc, data_service_pb2, data_service_pb2_grpc

from runtime.caller import CALLER, Caller
from runtime.server import Endpoint
from runtime.tokens import PARTNER_ISSUER

KEY = "k" * 32
PRIVATE = Ed25519PrivateKey.generate()
PUBLIC = PRIVATE.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


class Access(access_service_pb2_grpc.AccessServiceServicer):
    """What internal callers ask; answers with what the test puts in."""

    def __init__(self) -> None:
        self.behaviour: Callable[[], None] = lambda: None
        self.callers: list[Caller | None] = []
        self.key_fetches = 0

    async def GetSigningKeys(self, request: object, context: object) -> pb.GetSigningKeysResponse:  # noqa: N802 (gRPC)
        self.key_fetches += 1
        return pb.GetSigningKeysResponse(keys=[pb.SigningKey(key_id="one", public_key=PUBLIC)])

    async def Authorize(self, request: object, context: object) -> pb.AuthorizeResponse:  # noqa: N802 (gRPC)
        self.callers.append(CALLER.get())
        self.behaviour()
        return pb.AuthorizeResponse(allowed=True)


class Data(data_service_pb2_grpc.DataServiceServicer):
    """What partners ask: its host needs auth's keys to know them."""

    def __init__(self) -> None:
        self.callers: list[Caller | None] = []

    async def GetMessageTypes(  # noqa: N802 (gRPC)
        self, request: object, context: object
    ) -> data_service_pb2.GetMessageTypesResponse:
        self.callers.append(CALLER.get())
        return data_service_pb2.GetMessageTypesResponse()


class Double:
    """The service around one servicer."""

    name = "double"

    def __init__(
        self, descriptor: ServiceDescriptor, add: Callable[[Any, grpc.aio.Server], None], servicer: object
    ) -> None:
        self.ready = True
        self._endpoint = Endpoint(descriptor, add, servicer)

    def endpoints(self) -> list[Endpoint]:
        return [self._endpoint]

    async def start(self) -> None: ...

    async def check(self) -> None:
        if not self.ready:
            raise ConnectionError("no database")

    async def stop(self) -> None: ...


class AccessDouble(Double):
    def __init__(self) -> None:
        self.servicer = Access()  # type: ignore[abstract]  # two of its five rpcs are enough here
        descriptor = pb.DESCRIPTOR.services_by_name["AccessService"]
        super().__init__(descriptor, access_service_pb2_grpc.add_AccessServiceServicer_to_server, self.servicer)


class DataDouble(Double):
    def __init__(self) -> None:
        self.servicer = Data()  # type: ignore[abstract]  # one rpc is enough here
        descriptor = data_service_pb2.DESCRIPTOR.services_by_name["DataService"]
        super().__init__(descriptor, data_service_pb2_grpc.add_DataServiceServicer_to_server, self.servicer)


def partner_token(**changes: object) -> tuple[tuple[str, str], ...]:
    now = int(time.time())
    claims = {"iss": PARTNER_ISSUER, "sub": "7", "partner": 3, "site": 5, "exp": now + 60} | changes
    token = jwt.encode(claims, PRIVATE, algorithm="EdDSA", headers={"kid": "one"})
    return (("authorization", f"Bearer {token}"),)
