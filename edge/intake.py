"""Takes uploads off the wire in constant memory: who sends is known before the first byte of content is taken."""

from __future__ import annotations

from urllib.parse import unquote

from google.protobuf.message import Message

from edge.backend import Backend
from edge.body import Readable
from edge.call import Call
from edge.content_type import ContentType
from edge.documents import split
from edge.elements import Element
from edge.faults import client_fault
from edge.headers import header_reader
from edge.limits import Limits
from edge.multipart import RelatedReader
from edge.multipart_head import FIRST_READ_BYTES, open_related
from edge.upload_envelope import EnvelopeReader
from edge.uploads import Base64Stream, UploadStream

MIME_STARTS = (b"--", b"MIME-Version:", b"Content-Type:", b"mime-version:", b"content-type:")


class SenderUnknownError(Exception):
    """The sender must be verified before the body is read on: by this header of the envelope."""

    def __init__(self, header: Element | None) -> None:
        super().__init__()
        self.header = header


class Intake:
    """Reads requests of services that take uploads; sets the call's envelope and upload.

    Until the sender is known, it reads up to the operation's element, and raises SenderUnknownError there.
    """

    def __init__(self, backend: Backend, limits: Limits) -> None:
        self._backend = backend
        self._limits = limits

    def receive(self, call: Call, body: Readable, content_type: ContentType) -> None:
        """Raises a fault for anything that is wrong; then nothing is stored."""
        reception = Reception(call, self._backend, self._limits)
        head = b""
        if not content_type.is_related:
            head = body.read(FIRST_READ_BYTES)
        if content_type.is_related or head.lstrip().startswith(MIME_STARTS):
            self._receive_related(reception, body, head, content_type)
        else:
            self._receive_plain(reception, body, head)
        if reception.root is not None:
            call.envelope = split(reception.root)
            if call.caller is None:
                raise SenderUnknownError(call.envelope.header)

    def _receive_plain(self, reception: Reception, body: Readable, head: bytes) -> None:
        while head:
            reception.root_data(head)
            head = body.read()
        if reception.root_end():
            raise client_fault("The message names an attachment, but it has none.")

    def _receive_related(self, reception: Reception, body: Readable, head: bytes, content_type: ContentType) -> None:
        data, boundary, start = open_related(body, head, content_type.boundary, content_type.start)
        reader = RelatedReader(boundary, start, reception)
        while data:
            reader.feed(data)
            data = body.read()
        reader.close()


class Reception:
    """One upload on its way in: the handler of its parts."""

    def __init__(self, call: Call, backend: Backend, limits: Limits) -> None:
        self._call = call
        self._backend = backend
        self._envelope = EnvelopeReader(self._enter, self._open_content, limits, call.charset)
        self._opening: Message | None = None
        self.root: Element | None = None

    def root_data(self, data: bytes) -> None:
        self._envelope.feed(data)

    def root_end(self) -> str:
        self.root = self._envelope.close()
        href = self._envelope.href
        if href and not href.lower().startswith("cid:"):
            raise client_fault("The xop:Include must name an attachment of the message by its cid.")
        return unquote(href[len("cid:") :])

    def attachment_data(self, data: bytes) -> None:
        if self._call.upload is not None:
            self._call.upload.write(data)

    def _enter(self, header: Element | None, tag: str) -> str:
        """At the operation's wrapper the sender must be known; a stream is only taken by an upload."""
        if self._call.caller is None:
            raise SenderUnknownError(header)
        operation = self._call.enter(tag)
        if operation.headers:
            self._opening = header_reader(operation)(header)
        return operation.stream_name

    def _open_content(self) -> Base64Stream:
        operation = self._call.operation
        assert operation is not None  # noqa: S101 (only an upload opens content)
        self._call.upload = UploadStream(self._backend, operation, self._call, self._opening)
        return Base64Stream(self._call.upload)
