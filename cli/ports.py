"""Free ports on loopback."""

from __future__ import annotations

import socket


def choose_port(wanted: int) -> int:
    """Returns the wanted port, or a free one for 0."""
    if wanted:
        return wanted
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
