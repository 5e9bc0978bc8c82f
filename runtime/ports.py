"""Free ports, for a server that must say its port before it listens."""

from __future__ import annotations

import random
import socket

# Below what Linux gives to outgoing connections and to listeners on port 0, so that none of them takes a port between
# its choice and its use; chosen at random, so that two who choose at once do not choose the same.
CANDIDATES = range(12_000, 32_768)
TRIES = 100
# Of the system: whoever seeds Python's own generator would have two processes choose alike.
CHANCE = random.SystemRandom()


def free_port(host: str = "127.0.0.1") -> int:
    """Returns a port of that address that nobody listens on just now; raises OSError where none was found."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for port in CHANCE.sample(CANDIDATES, TRIES):
        with socket.socket(family) as probe:
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    raise OSError(f"No free port was found on {host}")
