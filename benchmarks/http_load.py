"""A load generator: `python -m benchmarks.http_load HOST:PORT CONNECTIONS REQUESTS FILE` sends FILE again and again.

Prints one JSON object: requests per second, latencies in milliseconds, and how many answers were not as they should be.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path

import uvloop

GOOD = b">InQueue<"


async def connection(address: str, request: bytes, left: list[int], latencies: list[float]) -> int:
    """Sends requests over one connection while any are left; returns how many answers were bad."""
    host, port = address.split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    bad = 0
    while left[0] > 0:
        left[0] -= 1
        started = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        body = await reader.readexactly(length)
        latencies.append(time.perf_counter() - started)
        bad += GOOD not in body
    writer.close()
    return bad


async def load(address: str, connections: int, requests: int, request: bytes) -> dict[str, float]:
    latencies: list[float] = []
    left = [requests]
    started = time.perf_counter()
    bad = await asyncio.gather(*(connection(address, request, left, latencies) for _ in range(connections)))
    seconds = time.perf_counter() - started
    latencies.sort()
    return {
        "per_second": requests / seconds,
        "p50_ms": latencies[len(latencies) // 2] * 1000,
        "p99_ms": latencies[int(len(latencies) * 0.99)] * 1000,
        "bad": sum(bad),
    }


if __name__ == "__main__":
    where, how_many, total, file = sys.argv[1:]
    measured = uvloop.run(load(where, int(how_many), int(total), Path(file).read_bytes()))
    sys.stdout.write(json.dumps(measured) + "\n")
