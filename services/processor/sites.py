"""Which sites there are: auth knows, and is asked on the event loop."""

from __future__ import annotations

import grpc
from organisation.v1 import access_admin_service_pb2, access_admin_service_pb2_grpc

from runtime.access import TIMEOUT_SECONDS
from runtime.errors import site_unknown, unavailable
from runtime.paging import MAX_PAGE_SIZE
from runtime.tokens import InternalIdentity


class Sites:
    """Asks auth about sites. A roster comes seldom enough to look through the list."""

    def __init__(self, channel: grpc.aio.Channel, identity: InternalIdentity) -> None:
        self._stub = access_admin_service_pb2_grpc.AccessAdminServiceStub(channel)
        self._identity = identity

    async def require(self, site_id: int) -> None:
        """Raises SITE_UNKNOWN where there is no such site, UNAVAILABLE where auth does not answer."""
        request = access_admin_service_pb2.ListSitesRequest(page_size=MAX_PAGE_SIZE)
        while True:
            try:
                page = await self._stub.ListSites(request, metadata=self._identity.metadata(), timeout=TIMEOUT_SECONDS)
            except grpc.aio.AioRpcError as error:
                raise unavailable() from error
            if any(site.site_id == site_id for site in page.sites):
                return
            if not page.next_page_token:
                raise site_unknown(site_id)
            request.page_token = page.next_page_token
