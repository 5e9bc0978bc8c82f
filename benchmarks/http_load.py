"""A load generator: `python -m benchmarks.http_load HOST:PORT CONNECTIONS REQUESTS FILE` sends FILE again and again.

One thread over plain sockets: what it costs is taken from the servers' cores. Prints one JSON object: requests per
second, latencies in milliseconds, and how many answers were not as they should be.
"""

from __future__ import annotations

import json
import selectors
import socket
import sys
import time
from pathlib import Path

GOOD = b">InQueue<"
LENGTH = b"content-length: "


class Connection:
    """One keep-alive connection with one request under way."""

    def __init__(self, address: tuple[str, int], request: bytes) -> None:
        self.socket = socket.create_connection(address)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.request = request
        self.received = b""
        self.started = 0.0

    def send(self) -> None:
        self.received = b""
        self.started = time.perf_counter()
        self.socket.sendall(self.request)

    def answer(self) -> bytes | None:
        """Takes what has come; returns the answer when it is whole."""
        data = self.socket.recv(65536)
        if not data:
            raise ConnectionError("the server closed the connection")
        self.received += data
        head, separator, body = self.received.partition(b"\r\n\r\n")
        if not separator:
            return None
        length = int(head[head.lower().index(LENGTH) + len(LENGTH) :].split(b"\r\n", 1)[0])
        return self.received if len(body) >= length else None


def load(address: str, connections: int, requests: int, request: bytes) -> dict[str, float]:
    host, port = address.split(":")
    selector = selectors.DefaultSelector()
    opened = [Connection((host, int(port)), request) for _ in range(connections)]
    latencies: list[float] = []
    bad = 0
    started = time.perf_counter()
    for one in opened:
        selector.register(one.socket, selectors.EVENT_READ, one)
        one.send()
    sent = connections
    while len(latencies) < requests:
        for key, _ in selector.select():
            one = key.data
            answer = one.answer()
            if answer is None:
                continue
            latencies.append(time.perf_counter() - one.started)
            bad += GOOD not in answer
            if sent < requests:
                one.send()
                sent += 1
    seconds = time.perf_counter() - started
    latencies.sort()
    return {
        "per_second": len(latencies) / seconds,
        "p50_ms": latencies[len(latencies) // 2] * 1000,
        "p99_ms": latencies[int(len(latencies) * 0.99)] * 1000,
        "bad": bad,
    }


if __name__ == "__main__":
    where, how_many, total, file = sys.argv[1:]
    measured = load(where, int(how_many), int(total), Path(file).read_bytes())
    sys.stdout.write(json.dumps(measured) + "\n")
