"""The yardstick: AddMessage as one would first write it. `python -m benchmarks.naive_edge PORT`, the rest by NAIVE_*.

Stock Spyne objects with soft validation, WSGI threads under the same HTTP server as ours, user and password compared in
the handler, the message parsed and validated by libxml2, and one SQLite commit a call with the same durability as ours.
"""

from __future__ import annotations

import hmac
import os
import sys
import threading
import time
from typing import Any

import pysqlite3
from granian.constants import Interfaces
from granian.server import Server
from lxml import etree
from spyne import Application, ComplexModel, Fault, Integer32, ServiceBase, Unicode, rpc
from spyne.protocol.soap import Soap11
from spyne.server.wsgi import WsgiApplication

import edge.spyne_compat  # noqa: F401 (Spyne 2.14 needs it to be imported on newer Pythons)
from benchmarks.requests import ENTITIES, WSSE

THREADS = 32
"""One a connection, as servers with threads have it."""
SCHEMA = "CREATE TABLE IF NOT EXISTS message (id INTEGER PRIMARY KEY, at REAL, type INTEGER, data TEXT, status TEXT)"


class DataMessage(ComplexModel):  # type: ignore[misc]  # Spyne has no types
    __namespace__ = ENTITIES
    Data = Unicode
    Type = Integer32


class DataMessageResult(ComplexModel):  # type: ignore[misc]  # Spyne has no types
    __namespace__ = ENTITIES
    MessageId = Integer32
    Status = Unicode


class Store:
    """A connection a thread; each call is its own transaction, on disk when it returns."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._local = threading.local()

    def insert(self, message_type: int, data: str) -> int:
        cursor = self._connection().execute(
            "INSERT INTO message (at, type, data, status) VALUES (?, ?, ?, 'InQueue')",
            (time.time(), message_type, data),
        )
        return int(cursor.lastrowid)

    def _connection(self) -> Any:
        if not hasattr(self._local, "connection"):
            connection = pysqlite3.connect(self._path, isolation_level=None, timeout=30)
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=30000"):
                connection.execute(f"PRAGMA {pragma}")
            connection.execute(SCHEMA)
            self._local.connection = connection
        return self._local.connection


def check_password(context: Any) -> None:
    for header in context.in_header_doc or ():
        username = header.findtext(f".//{{{WSSE}}}Username") or ""
        password = header.findtext(f".//{{{WSSE}}}Password") or ""
        if username == os.environ["NAIVE_USER"] and hmac.compare_digest(password, os.environ["NAIVE_PASSWORD"]):
            return
    raise Fault("Client", "An error occurred when verifying security for the message.")


def make_application() -> Any:
    """Builds the WSGI application in the worker process."""
    store = Store(os.environ["NAIVE_DATABASE"])
    schema = etree.XMLSchema(etree.parse(os.environ["NAIVE_XSD"]))
    checking = threading.Lock()

    class DataService(ServiceBase):  # type: ignore[misc]  # Spyne has no types
        @rpc(DataMessage, _returns=DataMessageResult)  # type: ignore[untyped-decorator]
        def AddMessage(ctx: Any, dataMessage: Any) -> Any:  # noqa: N802, N803, N805 (the contract's names, Spyne's form)
            check_password(ctx)
            document = etree.fromstring(dataMessage.Data.encode())
            with checking:  # one schema object is not for several threads
                if not schema.validate(document):
                    raise Fault("Client", "Invalid format / parameters (different to specified schema).")
            return DataMessageResult(MessageId=store.insert(dataMessage.Type, dataMessage.Data), Status="InQueue")

    application = Application(
        [DataService], "http://tempuri.org/", in_protocol=Soap11(validator="soft"), out_protocol=Soap11()
    )
    return WsgiApplication(application)


def serve(port: int) -> None:
    server = Server(
        "benchmarks.naive_edge:make_application",
        address="127.0.0.1",
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        factory=True,
        log_enabled=False,
    )
    server.serve()


if __name__ == "__main__":
    serve(int(sys.argv[1]))
