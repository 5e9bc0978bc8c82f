"""Takes files in: written and hashed as they come, on disk and in the index before their id is answered."""

from __future__ import annotations

from collections.abc import AsyncIterator
from concurrent.futures import Executor
from contextlib import asynccontextmanager

from organisation.v1.file_service_pb2 import UploadExtensionFileRequest, UploadFileRequest
from organisation.v1.file_storage_service_pb2 import StoreFileRequest

from runtime.access import AccessClient
from runtime.caller import PartnerCaller
from runtime.errors import invalid_field
from runtime.file_names import content_type_of
from services.files.blobs import BlobStore
from services.files.errors import upload_incomplete
from services.files.incoming import Incoming, on_disk
from services.files.index import FileIndex
from services.files.model import Holder, StoredFile, now_ms
from services.files.names import check_name, upload_name


class Uploads:
    """Receives streams of pieces."""

    def __init__(self, blobs: BlobStore, index: FileIndex, pool: Executor, keep_ms: int) -> None:
        self._blobs = blobs
        self._index = index
        self._pool = pool
        self._keep_ms = keep_ms

    async def receive(
        self, requests: AsyncIterator[UploadFileRequest], partner: PartnerCaller, access: AccessClient, limit: int
    ) -> StoredFile:
        """Stores a partner's file of at most limit bytes; the last request says complete and has name and site."""
        async with self._incoming() as incoming:
            last = await incoming.fill(requests, limit)
            name = upload_name(last.name)
            permission = await access.authorize(partner.credential_id, "", site_of(last))
            return await self._keep(incoming, permission.site_id, partner.credential_id, name, None)

    async def receive_for_extension(
        self,
        requests: AsyncIterator[UploadExtensionFileRequest],
        partner: PartnerCaller,
        access: AccessClient,
        limit: int,
    ) -> StoredFile:
        """Stores a partner's file for one element of an extension; the first request has everything but the content."""
        first = await anext(requests, None)
        if first is None:
            raise upload_incomplete()
        name = upload_name(first.name)
        if first.extension_id == 0:
            raise invalid_field("extension_id", "ExtensionId must be specified.")
        await access.authorize(partner.credential_id, "", site_of(first))
        await access.check_extension(first.extension_id)
        async with self._incoming() as incoming:
            await incoming.add(first.content, limit)
            if not first.complete:
                await incoming.fill(requests, limit)
            # Once more: much can be revoked while 500 MB come.
            permission = await access.authorize(partner.credential_id, "", site_of(first))
            return await self._keep(incoming, permission.site_id, partner.credential_id, name, None, single_use=True)

    async def store(self, requests: AsyncIterator[StoreFileRequest]) -> StoredFile:
        """Stores a file that content brings: the first request has holder and name, the last says complete."""
        async with self._incoming() as incoming:
            first: StoreFileRequest | None = None
            holder: Holder | None = None
            async for request in requests:
                if first is None or holder is None:
                    first, holder = request, Holder.of(request.holder)
                    check_name(request.name)
                await incoming.add(request.content, None)
                if request.complete:
                    return await self._keep(incoming, holder.site_id, holder.credential_id, first.name, holder)
            raise upload_incomplete()

    @asynccontextmanager
    async def _incoming(self) -> AsyncIterator[Incoming]:
        blob = await on_disk(self._pool, self._blobs.begin)
        try:
            yield Incoming(blob, self._pool)
        finally:
            self._pool.submit(blob.discard)  # not awaited: a cancelled call ends here too

    async def _keep(
        self,
        incoming: Incoming,
        site_id: int,
        credential_id: int,
        name: str,
        holder: Holder | None,
        *,
        single_use: bool = False,
    ) -> StoredFile:
        await incoming.written()
        return await on_disk(self._pool, self._commit, incoming, site_id, credential_id, name, holder, single_use)

    def _commit(
        self, incoming: Incoming, site_id: int, credential_id: int, name: str, holder: Holder | None, single_use: bool
    ) -> StoredFile:
        """Runs to its end on its thread, even where the caller has gone meanwhile."""
        blob = incoming.blob
        now = now_ms()
        try:
            sha256 = blob.place()
            file = StoredFile(
                file_id=blob.file_id,
                site_id=site_id,
                credential_id=credential_id,
                name=name,
                size=incoming.size,
                sha256=sha256,
                content_type=content_type_of(name),
                created_at=now,
                expires_at=now + self._keep_ms,
                single_use=single_use,
            )
            self._index.add(file, holder)
        except BaseException:
            blob.abandon()
            raise
        blob.finish()
        return file


def site_of(request: UploadFileRequest | UploadExtensionFileRequest) -> int | None:
    return request.site_id if request.HasField("site_id") else None
