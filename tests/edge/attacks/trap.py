"""A port that nobody may ask: whoever follows an address from a request ends here."""

from __future__ import annotations

import socket


class Trap:
    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.setblocking(False)
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def is_sprung(self) -> bool:
        """Whether somebody has come."""
        try:
            connection, _ = self._socket.accept()
        except BlockingIOError:
            return False
        connection.close()
        return True

    def close(self) -> None:
        self._socket.close()
