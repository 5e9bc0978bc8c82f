"""The ingest service: accepts messages durably and in order, and knows every message's state."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from organisation.v1 import data_service_pb2, lane_service_pb2, message_admin_service_pb2
from organisation.v1.data_service_pb2_grpc import add_DataServiceServicer_to_server
from organisation.v1.lane_service_pb2_grpc import add_LaneServiceServicer_to_server
from organisation.v1.message_admin_service_pb2_grpc import add_MessageAdminServiceServicer_to_server

from catalogue.loader import load_catalogue
from catalogue.model import Catalogue
from runtime.database import close_engine, open_engine
from runtime.migrations import upgrade
from runtime.server import Endpoint
from runtime.volatile import open_volatile_state
from services.ingest.parts import Parts
from services.ingest.settings import IngestSettings

STORE = "messages"
MIGRATIONS = "services.ingest.migrations"


class IngestService:
    """DataService, MessageAdminService and LaneService over one store."""

    name = "ingest"

    def __init__(self, settings: IngestSettings, catalogue: Catalogue) -> None:
        self._settings = settings
        self._catalogue = catalogue
        self._engine = open_engine(settings.database_url)
        self._volatile = open_volatile_state(settings.volatile_url)
        self._parts: Parts | None = None

    @property
    def parts(self) -> Parts:
        """Made at the first call, on the event loop that they then belong to."""
        if self._parts is None:
            self._parts = Parts(self._settings, self._catalogue, self._engine, self._volatile)
        return self._parts

    def endpoints(self) -> Sequence[Endpoint]:
        """Returns DataService, MessageAdminService and LaneService."""
        data = data_service_pb2.DESCRIPTOR.services_by_name["DataService"]
        admin = message_admin_service_pb2.DESCRIPTOR.services_by_name["MessageAdminService"]
        lanes = lane_service_pb2.DESCRIPTOR.services_by_name["LaneService"]
        return (
            Endpoint(data, add_DataServiceServicer_to_server, self.parts.data),
            Endpoint(admin, add_MessageAdminServiceServicer_to_server, self.parts.admin),
            Endpoint(lanes, add_LaneServiceServicer_to_server, self.parts.lanes),
        )

    async def start(self) -> None:
        """Brings the schema up to date and starts to write."""
        await asyncio.to_thread(upgrade, self._engine, STORE, MIGRATIONS)
        self.parts.start()

    async def check(self) -> None:
        """Raises when the store does not answer, or is no longer written to."""
        await self.parts.check()

    async def stop(self) -> None:
        """Writes what waits, then lets go of everything."""
        await self.parts.stop()
        await asyncio.to_thread(self._volatile.close)
        close_engine(self._engine)


def build(settings: IngestSettings) -> IngestService:
    """Returns the service with the deployment's catalogue."""
    catalogue = load_catalogue(settings.catalogue_path, settings.catalogue_identifiers)
    return IngestService(settings, catalogue)
