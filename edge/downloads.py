"""Downloads: GET and HEAD of an address that a read gave. The files service says what is behind it.

A file is never held: it goes on piece by piece, as fast as the client takes it, and no thread waits.
"""

from __future__ import annotations

import re
from pathlib import Path

import grpc
import structlog
from organisation.v1.file_service_pb2 import DescribeDownloadRequest, FileDescription, ReadDownloadRequest

from edge.backend import Backend
from edge.byte_ranges import UnsatisfiableRangeError, asked_range, is_known
from edge.download_stream import DownloadStream
from edge.file_headers import SAFETY, attachment, safe_type
from edge.http import (
    NOT_FOUND,
    NOT_MODIFIED,
    OK,
    PARTIAL,
    RANGE_NOT_SATISFIABLE,
    TEXT,
    UNAVAILABLE,
    Request,
    Response,
    local_path,
    text_response,
)
from edge.settings import EdgeSettings
from runtime.caller import REQUEST_ID, new_request_id
from runtime.downloads import MAX_TOKEN_LENGTH, PATH
from runtime.errors import BUSY_TEXT

TOKEN = re.compile(r"[A-Za-z0-9._-]+")
MISSING_TEXT = "There is no such file, or its address has expired.\n"

log = structlog.get_logger()


class Downloads:
    """Answers requests for files, so many at once. For one event loop."""

    def __init__(self, settings: EdgeSettings, backend: Backend, pipes: Path) -> None:
        """pipes: a folder of ours for the pipes of large files."""
        self._settings = settings
        self._pipes = pipes
        self._backend = backend
        self._under_way = 0

    async def respond(self, request: Request, token: str) -> Response:
        """Answers a GET or HEAD; whatever is wrong with an address, the answer is the same."""
        if len(token) > MAX_TOKEN_LENGTH or TOKEN.fullmatch(token) is None:
            return missing()
        if self._under_way >= self._settings.max_downloads:
            return busy()
        request_id = new_request_id()
        response = None
        self._under_way += 1
        try:
            response = await self._found(request, token, request_id)
            return response
        finally:
            if response is None or response.stream is None:
                self._ended()

    async def _found(self, request: Request, token: str, request_id: str) -> Response:
        try:
            answer = await self._backend.files().DescribeDownload(
                DescribeDownloadRequest(token=token),
                metadata=((REQUEST_ID, request_id),),
                timeout=self._settings.call_timeout_seconds,
            )
        except grpc.aio.AioRpcError as error:
            log.info("download refused", request_id=request_id, code=error.code().name)
            return missing() if error.code() == grpc.StatusCode.NOT_FOUND else busy()
        return self._response(request, token, answer.description, request_id)

    def _response(self, request: Request, token: str, file: FileDescription, request_id: str) -> Response:
        etag = f'"{file.sha256.hex()}"'
        headers = [("ETag", etag), ("Accept-Ranges", "bytes"), *SAFETY]
        if is_known(request.headers, etag):
            return Response(NOT_MODIFIED, TEXT, b"", headers)
        try:
            places = asked_range(request.headers, file.size, etag)
        except UnsatisfiableRangeError:
            whole = ("Content-Range", f"bytes */{file.size}")
            return text_response(RANGE_NOT_SATISFIABLE, "The file has no such bytes.\n", *headers, whole)
        headers.append(("Content-Disposition", attachment(file.name)))
        if places is not None:
            headers.append(("Content-Range", f"bytes {places.start}-{places.stop - 1}/{file.size}"))
        status = OK if places is None else PARTIAL
        response = Response(status, safe_type(file.content_type), b"", headers)
        wanted = range(file.size) if places is None else places
        if request.method == "HEAD" or not wanted:
            response.size = len(wanted)
        else:
            response.stream = self._stream(token, wanted, request_id)
        return response

    def _stream(self, token: str, places: range, request_id: str) -> DownloadStream:
        asking = ReadDownloadRequest(token=token, offset=places.start, length=len(places))
        call = self._backend.files().ReadDownload(
            asking, metadata=((REQUEST_ID, request_id),), timeout=self._settings.download_timeout_seconds
        )
        idle = self._settings.download_idle_seconds
        return DownloadStream(call, len(places), self._pipes, idle, request_id, self._ended)

    def _ended(self) -> None:
        self._under_way -= 1


def token_of(path: str) -> str | None:
    """Returns the token of a download's path; None for any other path."""
    folder, slash, token = local_path(path).partition("/")
    return token if slash and folder.lower() == PATH else None


def missing() -> Response:
    return text_response(NOT_FOUND, MISSING_TEXT)


def busy() -> Response:
    return text_response(UNAVAILABLE, f"{BUSY_TEXT}\n", ("Retry-After", "1"))
