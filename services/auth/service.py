"""The auth service: what it is made of, how it begins and ends."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import grpc
from organisation.v1 import (
    access_admin_service_pb2,
    access_admin_service_pb2_grpc,
    access_service_pb2,
    access_service_pb2_grpc,
)
from organisation.v1.platform_service_pb2_grpc import PlatformServiceStub

from catalogue.loader import load_catalogue
from runtime.channels import open_channel
from runtime.database import open_engine, ping
from runtime.migrations import upgrade
from runtime.server import Endpoint
from runtime.tokens import InternalIdentity
from services.auth.admin_server import AccessAdminServicer
from services.auth.explaining import Explainer
from services.auth.keys import Keys
from services.auth.recorder import Recorder
from services.auth.server import AccessServicer
from services.auth.settings import AuthSettings
from services.auth.tokens import TokenIssuer
from services.auth.work import Work

STORE = "access"
MIGRATIONS = "services.auth.migrations"


class AuthService:
    """Owns the access store."""

    name = "auth"

    def __init__(self, settings: AuthSettings, known_types: Collection[str], extensions: Mapping[int, bool]) -> None:
        """extensions: by number, whether they support file upload."""
        self._engine = open_engine(settings.database_url)
        self._work = Work(self._engine, settings.auth_threads)
        self._recorder = Recorder(self._engine, settings.auth_denial_queue)
        keys = Keys(settings.auth_key.get_secret_value())
        issuer = TokenIssuer(keys, settings.auth_token_seconds)
        self._access = AccessServicer(self._work, self._recorder, keys, issuer, known_types, extensions)
        self._settings = settings
        self._keys = keys
        self._known_types = known_types
        self._processor: grpc.aio.Channel | None = None
        self._endpoints: Sequence[Endpoint] = ()

    def endpoints(self) -> Sequence[Endpoint]:
        """Returns AccessService and AccessAdminService.

        Made at the first call, on the event loop that the channel to the processor then belongs to.
        """
        if not self._endpoints:
            self._processor = open_channel(self._settings.processor_address, self._settings)
            self._endpoints = self._made(self._processor)
        return self._endpoints

    def _made(self, processor: grpc.aio.Channel) -> Sequence[Endpoint]:
        identity = InternalIdentity("service:auth", self._settings.service_key.get_secret_value())
        explainer = Explainer(self._work, PlatformServiceStub(processor), identity)
        return (
            Endpoint(
                access_service_pb2.DESCRIPTOR.services_by_name["AccessService"],
                access_service_pb2_grpc.add_AccessServiceServicer_to_server,
                self._access,
            ),
            Endpoint(
                access_admin_service_pb2.DESCRIPTOR.services_by_name["AccessAdminService"],
                access_admin_service_pb2_grpc.add_AccessAdminServiceServicer_to_server,
                AccessAdminServicer(self._work, self._keys, self._known_types, explainer),
            ),
        )

    async def start(self) -> None:
        """Brings the schema up to date and starts the recorder."""
        await self._work.run(lambda: upgrade(self._engine, STORE, MIGRATIONS))
        self._recorder.start()

    async def check(self) -> None:
        """Raises when the database does not answer, or denials are no longer written."""
        await self._work.run(lambda: ping(self._engine))
        if not self._recorder.is_running():
            raise RuntimeError("the recorder has ended")

    async def stop(self) -> None:
        """Writes the denials that wait and lets go of the database."""
        if self._processor is not None:
            await self._processor.close()
        await self._work.run(self._recorder.stop)
        self._work.close()


def build(settings: AuthSettings) -> AuthService:
    """Returns the service with the message types and extensions of the deployment's catalogue."""
    catalogue = load_catalogue(settings.catalogue_path, settings.catalogue_identifiers)
    extensions = {known.extension_id: known.supports_file_upload for known in catalogue.extensions}
    return AuthService(settings, frozenset(known.name for known in catalogue.types), extensions)
