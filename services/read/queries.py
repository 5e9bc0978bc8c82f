"""How a read is answered: leave is asked for on the caller's own credential, then it runs on one state of the store."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from organisation.v1.read_base_pb2 import PagedRequestBase, RequestBase
from sqlalchemy import Connection, Engine

from runtime.access import AccessClient
from runtime.caller import CURRENT_PUBLIC_URL, current_partner
from runtime.database import reading
from runtime.downloads import DownloadSigner
from services.read.scope import Scope

Request = TypeVar("Request")
Response = TypeVar("Response")
Read = Callable[[Connection, Scope, Request], Response]


class Queries:
    """Runs reads on threads of their own."""

    def __init__(self, engine: Engine, access: AccessClient, signer: DownloadSigner) -> None:
        self.engine = engine
        self._access = access
        self._signer = signer

    async def scope(self, message_type: str, base: RequestBase) -> Scope:
        """Returns what the caller may see by a message type; raises PERMISSION_DENIED."""
        site_id = base.site_id if base.HasField("site_id") else None
        partner = current_partner()
        permission = await self._access.authorize(partner.credential_id, message_type, site_id)
        addresses = self._signer.addresses(CURRENT_PUBLIC_URL.get())
        return Scope(permission.site_id, permission.organisation_sync_keys, addresses)

    async def run(self, read: Read[Request, Response], scope: Scope, request: Request) -> Response:
        """Returns what a read answers, in a transaction of its own."""
        return await asyncio.to_thread(self._run, read, scope, request)

    def _run(self, read: Read[Request, Response], scope: Scope, request: Request) -> Response:
        with reading(self.engine) as connection:
            return read(connection, scope, request)


def base_of(request: Any) -> RequestBase:
    """Returns the members that every read takes, paged or not."""
    base: RequestBase = request.base.base if isinstance(request.base, PagedRequestBase) else request.base
    return base
