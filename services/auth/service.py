"""The auth service: what it is made of, how it begins and ends."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from organisation.v1 import (
    access_admin_service_pb2,
    access_admin_service_pb2_grpc,
    access_service_pb2,
    access_service_pb2_grpc,
)

from catalogue.loader import load_catalogue
from runtime.database import open_engine, ping
from runtime.migrations import upgrade
from runtime.server import Endpoint
from services.auth.admin_server import AccessAdminServicer
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
        self._admin = AccessAdminServicer(self._work, keys, known_types)

    def endpoints(self) -> Sequence[Endpoint]:
        """Returns AccessService and AccessAdminService."""
        return (
            Endpoint(
                access_service_pb2.DESCRIPTOR.services_by_name["AccessService"],
                access_service_pb2_grpc.add_AccessServiceServicer_to_server,
                self._access,
            ),
            Endpoint(
                access_admin_service_pb2.DESCRIPTOR.services_by_name["AccessAdminService"],
                access_admin_service_pb2_grpc.add_AccessAdminServiceServicer_to_server,
                self._admin,
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
        await self._work.run(self._recorder.stop)
        self._work.close()


def build(settings: AuthSettings) -> AuthService:
    """Returns the service with the message types and extensions of the deployment's catalogue."""
    catalogue = load_catalogue(settings.catalogue_path, settings.catalogue_identifiers)
    extensions = {known.extension_id: known.supports_file_upload for known in catalogue.extensions}
    return AuthService(settings, frozenset(known.name for known in catalogue.types), extensions)
