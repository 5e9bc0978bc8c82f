"""A running files service, its peers, and clients for both of its contracts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from organisation.v1.file_service_pb2_grpc import FileServiceStub
from organisation.v1.file_storage_service_pb2_grpc import FileStorageServiceStub

from runtime.channels import open_channel
from services.files.service import build
from services.files.settings import FilesSettings
from tests.files.peers import KEY, Credential, Peers, hosted_peers
from tests.support.hosting import hosted

if TYPE_CHECKING:
    from organisation.v1.file_service_pb2_grpc import FileServiceAsyncStub
    from organisation.v1.file_storage_service_pb2_grpc import FileStorageServiceAsyncStub


@dataclass
class Running:
    """Everything that a test talks to. Credential 7 is bound to site 3, 8 to site 4, 9 to all sites but acts on 3."""

    settings: FilesSettings
    peers: Peers
    public: FileServiceAsyncStub
    internal: FileStorageServiceAsyncStub
    folder: Path
    bound: Credential
    other: Credential
    everywhere: Credential


@pytest.fixture
async def peers() -> AsyncIterator[Peers]:
    async with hosted_peers() as peers:
        yield peers


@pytest.fixture
def settings(peers: Peers, database_url: str, tmp_path: Path) -> FilesSettings:
    return FilesSettings(
        service_key=KEY,
        listen="127.0.0.1:0",
        auth_address=peers.address,
        processor_address=peers.address,
        database_url=database_url,
        files_store_url=f"file://{tmp_path / 'blobs'}",
        files_max_bytes=2 * 1024 * 1024,
        files_extension_max_bytes=4 * 1024 * 1024,
        drain_seconds=0.5,
    )


@pytest.fixture
async def running(peers: Peers, settings: FilesSettings, tmp_path: Path) -> AsyncIterator[Running]:
    bound = peers.access.add(Credential(7, 3))
    other = peers.access.add(Credential(8, 4))
    everywhere = peers.access.add(Credential(9, None, {3}))
    async with hosted(settings, build(settings)) as host:
        channel = open_channel(f"127.0.0.1:{host.port}", settings)
        yield Running(
            settings,
            peers,
            FileServiceStub(channel),
            FileStorageServiceStub(channel),
            tmp_path / "blobs",
            bound,
            other,
            everywhere,
        )
        await channel.close()
