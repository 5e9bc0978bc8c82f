"""The ceiling of unary gRPC: an AddMessage that answers a constant. `python -m benchmarks.empty_server PORT`."""

from __future__ import annotations

import asyncio
import sys

import grpc
import uvloop
from organisation.v1 import data_service_pb2 as pb
from organisation.v1 import data_service_pb2_grpc

ANSWER = pb.AddMessageResponse(result=pb.DataMessageResult(message_id=1, status=pb.DATA_MESSAGE_STATUS_IN_QUEUE))


class Empty(data_service_pb2_grpc.DataServiceServicer):  # the other rpcs are not called
    async def AddMessage(self, _request: pb.AddMessageRequest, _context: object) -> pb.AddMessageResponse:  # noqa: N802
        return ANSWER


async def serve(port: int) -> None:
    server = grpc.aio.server()
    data_service_pb2_grpc.add_DataServiceServicer_to_server(Empty(), server)  # type: ignore[abstract]
    server.add_insecure_port(f"127.0.0.1:{port}")
    await server.start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))
