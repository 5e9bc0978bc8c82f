"""Gives out what download addresses lead to (runtime/downloads.py)."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator

from runtime.downloads import DownloadKey
from runtime.errors import invalid_field
from runtime.file_names import content_type_of
from services.files.downloads import Downloads
from services.files.errors import file_not_found
from services.files.model import StoredFile

PIECE_BYTES = 128 * 1024
"""Smaller than elsewhere: each of many slow clients has some pieces on their way to it."""


class Addressed:
    """Files as their addresses name them. Whatever is wrong with an address, the answer is FILE_NOT_FOUND."""

    def __init__(self, downloads: Downloads, key: DownloadKey) -> None:
        self._downloads = downloads
        self._key = key

    async def find(self, token: str) -> StoredFile:
        """Returns the file, with the name that the address gives it and the media type that this name speaks of."""
        download = self._key.verify(token)
        if download is None:
            raise file_not_found()
        file = await self._downloads.for_site(download.file_id, download.site_id)
        return dataclasses.replace(file, name=download.name, content_type=content_type_of(download.name))

    async def pieces(self, token: str, offset: int, length: int | None) -> AsyncIterator[bytes]:
        """Yields the bytes from offset on, no more of them than length."""
        if offset < 0:
            raise invalid_field("offset", "offset must not be negative.")
        if length is not None and length < 0:
            raise invalid_field("length", "length must not be negative.")
        file = await self.find(token)
        async for piece in self._downloads.pieces(file, offset, length, PIECE_BYTES):
            yield piece
