"""The five services in one process, on one gRPC address (decision 16)."""

from __future__ import annotations

import os
from typing import Any

from cli.data_folder import DataFolder
from runtime.server import Host, Service
from runtime.settings import ServiceSettings
from services.auth import service as auth
from services.auth.settings import AuthSettings
from services.files import service as files
from services.files.settings import FilesSettings
from services.ingest import service as ingest
from services.ingest.settings import IngestSettings
from services.processor import service as processor
from services.processor.settings import ProcessorSettings
from services.read import service as read
from services.read.settings import ReadSettings

PEERS = ("auth", "ingest", "files", "processor", "read")


def embedded_host(folder: DataFolder, address: str, edge_url: str) -> Host:
    """Returns the host of all five, each with its own SQLite file below the folder.

    edge_url: where downloads are, unless ORGAPI_PUBLIC_URL says otherwise.
    """
    common = common_settings(folder, address)
    store = folder.files.as_uri()
    public_url = os.environ.get("ORGAPI_PUBLIC_URL") or edge_url
    services: list[Service] = [
        auth.build(AuthSettings(**common, database_url=folder.database_url("access"), auth_key=folder.key("auth"))),
        files.build(FilesSettings(**common, database_url=folder.database_url("files"), files_store_url=store)),
        ingest.build(IngestSettings(**common, database_url=folder.database_url("messages"))),
        processor.build(ProcessorSettings(**common, database_url=folder.database_url("content"))),
        read.build(ReadSettings(**common, database_url=folder.database_url("content"), public_url=public_url)),
    ]
    return Host(ServiceSettings(**common), services)


def common_settings(folder: DataFolder, address: str) -> dict[str, Any]:
    """Returns what all five are told: the one address at which they find one another, and the shared key."""
    peers = {f"{name}_address": address for name in PEERS}
    return peers | {"listen": address, "service_key": folder.key("service"), "volatile_url": "memory://"}


def edge_settings(address: str, port: int) -> dict[str, str]:
    """Returns the environment of the edge beside them."""
    peers = {f"ORGAPI_{name.upper()}_ADDRESS": address for name in PEERS}
    return peers | {
        "ORGAPI_VOLATILE_URL": "memory://",
        "ORGAPI_LISTEN_HOST": "127.0.0.1",
        "ORGAPI_LISTEN_PORT": str(port),
        "ORGAPI_WORKERS": "1",
    }
