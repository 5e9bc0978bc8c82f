"""Gives files out: which ones a caller may have, and their bytes in pieces."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import Executor

import grpc

from runtime.access import AccessClient
from runtime.caller import PartnerCaller
from runtime.errors import ServiceError
from services.files.blobs import BlobStore
from services.files.errors import file_not_found
from services.files.ids import parse_file_id
from services.files.incoming import on_disk
from services.files.index import FileIndex
from services.files.model import PIECE_BYTES, StoredFile, now_ms


class Downloads:
    """Finds and reads files."""

    def __init__(self, blobs: BlobStore, index: FileIndex, pool: Executor) -> None:
        self._blobs = blobs
        self._index = index
        self._pool = pool

    async def for_partner(self, text: str, partner: PartnerCaller, access: AccessClient) -> StoredFile:
        """Returns the partner's own upload, or a file that content uses where the credential may act.

        Whatever else it is, the answer is the same FILE_NOT_FOUND, and to a revoked credential UNAUTHENTICATED.
        """
        await access.require_living(partner.credential_id)
        file_id = parse_file_id(text)
        file = None if file_id is None else await asyncio.to_thread(self._index.find, file_id, now_ms())
        if file is None or not await self._may_have(file, partner, access):
            raise file_not_found()
        return file

    async def _may_have(self, file: StoredFile, partner: PartnerCaller, access: AccessClient) -> bool:
        if partner.site_id not in (None, file.site_id):
            return False
        try:
            permission = await access.authorize(
                partner.credential_id, "", file.site_id if partner.site_id is None else None
            )
        except ServiceError as error:
            if error.code in (grpc.StatusCode.PERMISSION_DENIED, grpc.StatusCode.UNAUTHENTICATED):
                return False
            raise
        if file.credential_id == partner.credential_id:
            return True
        # A credential that is narrowed to organisations sees their courses alone, and which course uses the file is
        # not known here.
        return not permission.organisation_sync_keys and await asyncio.to_thread(self._index.is_used, file.file_id)

    async def for_site(self, text: str, site_id: int) -> StoredFile:
        """Returns a file that a message holds on the site."""
        file_id = parse_file_id(text)
        file = None if file_id is None else await asyncio.to_thread(self._index.find_held, file_id, site_id)
        if file is None:
            raise file_not_found()
        return file

    async def pieces(
        self, file: StoredFile, offset: int = 0, length: int | None = None, most: int = PIECE_BYTES
    ) -> AsyncIterator[bytes]:
        """Yields the bytes from offset on, no more than length of them, at most so many at a time."""
        left = file.size - offset if length is None else min(length, file.size - offset)
        if left <= 0:
            return
        try:
            stream = await on_disk(self._pool, self._blobs.open, file.file_id)
        except FileNotFoundError as error:
            raise file_not_found() from error
        try:
            stream.seek(offset)
            while left > 0 and (piece := await on_disk(self._pool, stream.read, min(left, most))):
                left -= len(piece)
                yield piece
        finally:
            stream.close()
