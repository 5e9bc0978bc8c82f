"""A load generator: `python -m benchmarks.grpc_load HOST:PORT IN_FLIGHT REQUESTS BATCH FILE [TOKEN]`.

FILE holds the message's Data. BATCH 1 calls AddMessage, more calls AddMessages with so many. Prints one JSON object.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path

import grpc
import uvloop
from organisation.v1 import data_service_pb2 as pb
from organisation.v1 import data_service_pb2_grpc

from benchmarks.requests import FOLDER

Metadata = tuple[tuple[str, str], ...]


async def caller(
    stub: data_service_pb2_grpc.DataServiceAsyncStub,
    message: pb.DataMessage,
    batch: int,
    left: list[int],
    metadata: Metadata,
) -> int:
    """Calls while any messages are left; returns how many outcomes were bad."""
    bad = 0
    single = pb.AddMessageRequest(data_message=message)
    many = pb.AddMessagesRequest(data_messages=[message] * batch)
    while left[0] > 0:
        left[0] -= batch
        if batch == 1:
            answer = await stub.AddMessage(single, metadata=metadata, timeout=60)
            bad += answer.result.status != pb.DATA_MESSAGE_STATUS_IN_QUEUE
        else:
            outcomes = (await stub.AddMessages(many, metadata=metadata, timeout=60)).outcomes
            bad += sum(outcome.result.status != pb.DATA_MESSAGE_STATUS_IN_QUEUE for outcome in outcomes)
    return bad


async def load(address: str, in_flight: int, requests: int, batch: int, data: str, token: str) -> dict[str, float]:
    metadata: Metadata = (("authorization", f"Bearer {token}"),) if token else ()
    message = pb.DataMessage(data=data, type=FOLDER)
    left = [requests]
    async with grpc.aio.insecure_channel(address) as channel:
        await channel.channel_ready()
        stub = data_service_pb2_grpc.DataServiceStub(channel)
        started = time.perf_counter()
        bad = await asyncio.gather(*(caller(stub, message, batch, left, metadata) for _ in range(in_flight)))
        seconds = time.perf_counter() - started
    return {"per_second": requests / seconds, "bad": sum(bad)}


if __name__ == "__main__":
    where, how_many, total, size, file, *rest = sys.argv[1:]
    text = Path(file).read_text()
    measured = uvloop.run(load(where, int(how_many), int(total), int(size), text, rest[0] if rest else ""))
    sys.stdout.write(json.dumps(measured) + "\n")
